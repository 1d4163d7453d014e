"""Facts, receipts and conditions of an analysis in the reader's words."""

from collections.abc import Mapping
from typing import Any

from gis_platform.core.languages import active_language
from rules.benefits.facts import SCHEMA
from rules.benefits.models import Programme
from rules.benefits.naming import names
from rules.engine.condition import Condition
from rules.engine.messages import LANGUAGES
from rules.engine.phrasing import Phrasing
from rules.engine.speech import Speech

# What follows from the instant or the receipt is not said twice.
IMPLIED = frozenset(
    {"trigger", "day", "month", "month_day", "time", "receipt.total", "receipt.units", "receipt.categories"}
)


def speech() -> Speech:
    language = active_language()
    spoken = language if language in LANGUAGES else "en"
    return Speech(spoken, names(spoken))


def facts_in_words(facts: Mapping[str, Any], said: Speech) -> list[tuple[str, str]]:
    """Name and value of each fact of an example."""
    return [(said.fact(name), _value(name, value, said)) for name, value in facts.items() if name not in IMPLIED]


def condition_in_words(when: Mapping[str, Any], said: Speech) -> str:
    return Phrasing(said, {}).phrase(Condition(when, SCHEMA).expression)


def programme_names() -> dict[str, str]:
    return {one.code: one.name for one in Programme.objects.all()}


def _value(name: str, value: Any, said: Speech) -> str:
    match value:
        case bool():
            return said.say("yes" if value else "no")
        case list():
            return ", ".join(said.name(name, one) for one in value) or "–"
        case {"coordinates": [longitude, latitude]}:
            return f"{latitude:.5f}, {longitude:.5f}"
        case int() if name == "time":
            return f"{value // 60:02}:{value % 60:02}"
        case int() if name == "weekday":
            return said.weekdays([value])
        case str() if name == "at":
            return value[:16].replace("T", " ")
        case _:
            return said.name(name, value)
