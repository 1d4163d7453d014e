"""The form says what the definition says, whatever that is, and a definition comes back from it as it went in."""

import json

import pytest
from django.http import QueryDict
from hypothesis import given, settings

from maps.programmes.layout import DEFINITION
from maps.programmes.reading import sheet_of
from maps.programmes.sheet import MARK, Sheet, sent
from maps.programmes.writing import definition_of
from rules.benefits.examples import worked_programmes
from rules.engine.forms import DefinitionForm

from .definitions import definitions

MONEY = frozenset({"receipt.total"})


def through_the_form(definition):
    """As a browser would send it back: every text under its name."""
    posted = QueryDict(mutable=True)
    _fill(posted, sheet_of(definition, money_facts=MONEY), "")
    return definition_of(sent(DEFINITION, posted), money_facts=MONEY)


def _fill(posted: QueryDict, sheet: Sheet, prefix: str) -> None:
    for name, texts in sheet.texts.items():
        posted.setlist(prefix + name, texts)
    for name, rows in sheet.rows.items():
        for place, row in enumerate(rows):
            posted[f"{prefix}{name}.{place}.{MARK}"] = "kept"
            _fill(posted, row, f"{prefix}{name}.{place}.")


def meaning(definition):
    """The definition with every usual value in its place, what AND joins in a fixed order and at one level, and one
    text that has to be equal as one of one."""
    return _ordered(DefinitionForm.model_validate(definition).model_dump(mode="json"))


def _ordered(value):
    if isinstance(value, list):
        return [_ordered(part) for part in value]
    if not isinstance(value, dict):
        return value
    value = {key: _ordered(part) for key, part in value.items()}
    match value:
        case {"op": "=", "args": [{"property": _} as fact, str(text)]}:
            return {"op": "in", "args": [fact, [text]]}
        case {"op": "and", "args": args}:
            flat = [one for part in args for one in (part["args"] if part.get("op") == "and" else [part])]
            return {"op": "and", "args": sorted(flat, key=json.dumps)}
    return value


@given(definitions)
@settings(deadline=None, max_examples=200)
def test_a_definition_comes_back_from_the_form(definition):
    written = through_the_form(definition)
    assert written.faults == {}
    assert meaning(written.value) == meaning(definition)
    assert through_the_form(written.value).value == written.value


@pytest.mark.parametrize("worked", worked_programmes(), ids=lambda worked: worked.code)
def test_the_worked_programmes_come_back(worked):
    assert meaning(through_the_form(worked.definition).value) == meaning(worked.definition)


def test_a_price_that_is_there_twice_is_refused_and_not_lost():
    price = Sheet(texts={"category": ["bus-ticket"], "cents": ["1,50"]})
    tariff = Sheet(texts={"code": ["day"]}, rows={"prices": [price, price]})
    written = definition_of(Sheet(rows={"tariffs": [tariff]}), money_facts=MONEY)
    assert written.faults["tariffs.0.prices"] == "“bus-ticket” is there twice."


def test_what_the_choices_cannot_show_stays_an_experts_text():
    condition = {
        "op": "or",
        "args": [
            {"op": ">", "args": [{"property": "resident.age"}, 64]},
            {"op": "isNull", "args": [{"property": "place.code"}]},
        ],
    }
    definition = worked_programmes()[0].definition | {"when": condition}
    sheet = sheet_of(definition, money_facts=MONEY)
    assert sheet.text("when.further") == "resident.age > 64 OR place.code IS NULL"
    assert through_the_form(definition).value["when"] == condition
