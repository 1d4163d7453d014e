"""From the definition back to the sheet, so that a form opens as it was saved."""

from collections.abc import Iterable, Mapping
from typing import Any

from maps.programmes import conditions
from maps.programmes.choices import Choice, IsMoney
from maps.programmes.condition_layout import CHOICES, FUNDING_CHOICES
from maps.programmes.inputs import Input, Kind, texts_of
from maps.programmes.layout import DEFINITION
from maps.programmes.sheet import Part, Repeat, Sheet
from rules.engine.definition import COUNTER


def sheet_of(definition: Mapping[str, Any], *, money_facts: frozenset[str]) -> Sheet:
    """`money_facts` are the facts in cents, without the counters of the definition itself."""
    counters = definition.get("counters", [])
    paid = {f"{COUNTER}{counter['code']}" for counter in counters if counter["counts"] == "paid-cents"}
    facts = money_facts | paid
    return _part(DEFINITION, definition, facts.__contains__, CHOICES)


def _part(part: Part, value: Mapping[str, Any], is_money: IsMoney, choices: Iterable[Choice] = ()) -> Sheet:
    sheet = Sheet()
    for one in part.inputs:
        if texts := _texts(one, value):
            sheet.texts[one.name] = texts
    for one in part.inputs:  # what depends on a choice counts only under it
        if one.only and sheet.text(one.only[0]) not in one.only[1]:
            sheet.texts.pop(one.name, None)
    if choices:
        condition = conditions.read(choices, value.get("when"), is_money)
        sheet.texts |= condition.texts
        sheet.rows |= condition.rows
    for repeat in part.repeats:
        if repeat.path:
            sheet.rows[repeat.name] = _rows(repeat, _at(value, repeat.path), is_money)
    return sheet


def _rows(repeat: Repeat, found: Any, is_money: IsMoney) -> list[Sheet]:
    if repeat.mapping:
        key, held = repeat.mapping
        kinds = {one.name: one.kind for one in repeat.part.inputs}
        pairs = (found or {}).items()
        return [
            Sheet(texts={key: texts_of(kinds[key], left), held: texts_of(kinds[held], right)}) for left, right in pairs
        ]
    choices = {"rules": CHOICES, "funders": FUNDING_CHOICES}.get(repeat.name, ())
    return [_part(repeat.part, row, is_money, choices) for row in found or []]


def _texts(one: Input, value: Mapping[str, Any]) -> list[str]:
    if not one.path:
        return []
    found = _at(value, one.path)
    if one.kind is Kind.CHOICE and isinstance(found, dict):  # a period of so many minutes
        return [next(iter(found))]
    if isinstance(found, dict) and one.kind is not Kind.CONDITION:
        return []
    if one.only and one.kind in (Kind.MONEY, Kind.WHOLE) and not isinstance(found, int):
        return [one.default] if one.default else []
    texts = texts_of(one.kind, found)
    return texts or ([one.default] if one.default else [])


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value
