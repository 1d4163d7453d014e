"""A stored explanation in words, for the resident and the clerk."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from gis_platform.core import money
from rules.benefits.facts import NAMES
from rules.benefits.models import Decision, Programme
from rules.engine.condition import Trace
from rules.engine.messages import LANGUAGES, MESSAGES
from rules.engine.outcome import Explanation, Verdict
from rules.engine.wording import Wording, sentences

_REASONS: Mapping[str, tuple[str, str, str]] = {
    "withheld.no-budget": (
        "programmai šajā laikā nav budžeta",
        "programai šiuo laikotarpiu nėra biudžeto",
        "the programme has no budget at this time",
    ),
}


def in_words(decision: Decision, *, language: str = "") -> list[str]:
    """One sentence for each rule that was tried, in `language` or else the active one."""
    spoken = _spoken(language or get_language() or settings.CITY.language)
    explanations = [_explanation(value) for value in decision.explanation]
    codes = {one.programme for one in explanations}
    names = {one.code: getattr(one, f"name_{spoken}") or one.name for one in Programme.objects.filter(code__in=codes)}
    wording = Wording(
        words=_words(spoken).__getitem__,
        programmes=names,
        money=lambda cents: money.display(cents, language=spoken),
    )
    return sentences(explanations, wording)


def _spoken(language: str) -> str:
    return language[:2] if language[:2] in LANGUAGES else settings.CITY.language


def _words(language: str) -> dict[str, str]:
    place = LANGUAGES.index(language)
    facts = {f"fact.{name}": names[place] for name, names in NAMES.items()}
    return {**MESSAGES[language], **facts, **{key: texts[place] for key, texts in _REASONS.items()}}


def _explanation(value: Mapping[str, Any]) -> Explanation:
    parts = dict(value) | {
        "verdict": Verdict(value["verdict"]),
        "by": tuple(value["by"]),
        "conditions": tuple(_trace(one) for one in value["conditions"]),
    }
    return Explanation(**parts)


def _trace(value: Mapping[str, Any]) -> Trace:
    return Trace(
        value["op"],
        value["holds"],
        value["values"],
        tuple(value["wanted"]),
        tuple(_trace(part) for part in value["parts"]),
    )
