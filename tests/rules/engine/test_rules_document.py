"""What docs/rules.md says of the language is what the engine reads."""

import json
import re
from typing import get_args

from pydantic import BaseModel

from rules.benefits.vocabulary import SCHEMA
from rules.engine.definition import read_definition
from rules.engine.describing import describe
from rules.engine.forms import Effect, Lines, Target
from rules.engine.targets import LINE_SCHEMA
from tests.documents import in_code, rows, section, text_of

PAGE = "docs/rules.md"


def forms(union) -> dict[str, type[BaseModel]]:
    kinds = get_args(get_args(union)[0])
    return {get_args(form.model_fields["kind"].annotation)[0]: form for form in kinds}


def test_every_fact_is_listed_with_its_kind_and_unit():
    listed = [(in_code(row[0])[0], row[1], row[2]) for row in rows(section(PAGE, "Conditions"))]
    assert listed == [(fact.name, fact.kind, fact.unit) for fact in SCHEMA]


def test_every_effect_is_listed_with_its_parts():
    listed = {in_code(row[0])[0]: in_code(row[1]) for row in rows(section(PAGE, "Effects"))}
    assert listed.keys() == forms(Effect).keys()
    for kind, form in forms(Effect).items():
        assert form.model_fields.keys() - {"kind"} <= set(listed[kind]), kind


def test_every_target_is_listed_with_its_parts():
    listed = {in_code(row[0])[0]: set(in_code(row[1])) for row in rows(section(PAGE, "Targets"))}
    assert listed.keys() == forms(Target).keys()
    assert (Lines.model_fields.keys() | {fact.name for fact in LINE_SCHEMA}) - {"order"} <= listed["lines"]


def test_the_example_is_read_and_said_as_it_stands_there():
    (example,) = re.findall(r"^```json\n(.*?)^```", text_of(PAGE), re.MULTILINE | re.DOTALL)
    names = {
        "resident.groups/pupil": "pupils",
        "category/bus-ticket": "bus tickets",
        "funder/jelgava-district": "Jelgava district",
        "fact.resident.district": "home district",
    }
    said = describe(read_definition("p", json.loads(example), SCHEMA), language="en", names=names)
    assert " ".join(said) in text_of(PAGE)
