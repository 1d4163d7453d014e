"""The worked examples that lie beside the programmes, each with the cents that an official would expect."""

from dataclasses import replace

import pytest

from rules.benefits.examples import worked_programmes
from rules.benefits.facts import SCHEMA
from rules.benefits.rehearsing import rehearse
from rules.engine.combination import check_groups
from rules.engine.deciding import decide
from rules.engine.definition import read_definition
from rules.engine.receipt import Line, read_receipt

CASES = [(one, example) for one in worked_programmes() for example in one.examples]


@pytest.mark.parametrize(("worked", "example"), CASES, ids=[f"{one.code}: {example.name}" for one, example in CASES])
def test_an_example_holds(worked, example):
    assert rehearse(read_definition(worked.code, worked.definition, SCHEMA), example).differences == ()


def test_an_example_that_expects_otherwise_is_found_out():
    (trips,) = [one for one in worked_programmes() if one.code == "pupils-free-trips"]
    compiled = read_definition(trips.code, trips.definition, SCHEMA)
    given = next(example for example in trips.examples if example.discounts)
    wrong = replace(given, points=1, voucher_cents=1, funder="nobody", counted={"trips": 1}, used={}, discounts={})
    found = {difference.what.split(".")[0] for difference in rehearse(compiled, wrong).differences}
    assert {"points", "voucher_cents", "funder", "counted", "used", "discounts"} <= found


def test_every_programme_grants_and_refuses_in_its_examples():
    for worked in worked_programmes():
        gives = [bool(example.discounts or example.points) for example in worked.examples]
        assert any(gives), worked.code
        assert not all(gives), worked.code


def test_the_programmes_can_stand_together():
    compiled = [read_definition(one.code, one.definition, SCHEMA) for one in worked_programmes()]
    check_groups(rule for programme in compiled for rule in programme.rules)
    # A pupil without a free trip left still pays the card's fare: 1.50 - 0.85.
    outcome = decide(
        compiled,
        facts=SCHEMA.read({"trigger": "receipt", "resident.groups": ["pupil"]}),
        receipt=read_receipt([Line(id="1", category="bus-ticket", amount_cents=150)]),
        remaining={("pupils-free-trips", "four-a-day"): 0},
    )
    assert outcome.cents_by_programme() == {"card-fare": 65}


@pytest.mark.parametrize("code", ["pupils-free-trips", "school-meals", "hobby-clubs"])
@pytest.mark.parametrize(
    ("district", "funder"),
    [("JEL-NOV", "jelgava-district"), ("SIA-RAJ", "siauliai-district"), ("JEL-CEN", None), ("", None)],
)
def test_a_district_pays_for_its_own_pupils(code, district, funder):
    """None is the programme's own funder, the city."""
    worked = next(one for one in worked_programmes() if one.code == code)
    granting = next(one for one in worked.examples if one.discounts)
    facts = {name: value for name, value in granting.facts.items() if name != "resident.district"}
    outcome = decide(
        [read_definition(worked.code, worked.definition, SCHEMA)],
        facts=SCHEMA.read(facts | ({"resident.district": district} if district else {})),
        receipt=read_receipt(Line(**line) for line in granting.lines),
    )
    assert outcome.cents_by_line() == granting.discounts
    assert outcome.funders.get(code) == funder
