"""Rules about where: inside, on the edge, outside, near, and positions that are old or vague.

A degree of latitude is 111,195 m on the sphere that we measure on; 0.001 of it is 111.2 m.
"""

import pytest

from rules.benefits.vocabulary import SCHEMA
from rules.engine.deciding import decide
from rules.engine.definition import read_definition
from rules.engine.outcome import Verdict
from rules.engine.receipt import Receipt
from tests.rules.engine.programmes import definition, fact, op, rule

WEST, SOUTH, EAST, NORTH = 23.72, 56.64, 23.74, 56.66
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]],
}
BEACON = {"type": "Point", "coordinates": [23.73, 56.65]}
FEATURES = {"district/centre": SQUARE, "beacon/1": BEACON}
CENTRE, NEAR_BEACON = {"feature": "district/centre"}, {"feature": "beacon/1"}
POINTS = {"kind": "points", "points": 1}


def verdict(when, features=FEATURES, **facts):
    written = definition(rule(POINTS), triggers=["check-in"], when=when)
    read = SCHEMA.read({"trigger": "check-in"} | {name.replace("__", "."): value for name, value in facts.items()})
    outcome = decide([read_definition("p", written, SCHEMA, features=features)], facts=read, receipt=Receipt())
    return outcome.explanations[0].verdict


def at(longitude, latitude):
    return {"type": "Point", "coordinates": [longitude, latitude]}


@pytest.mark.parametrize(
    ("position", "operation", "holds"),
    [
        (at(23.73, 56.65), "s_within", True),
        (at(WEST, 56.65), "s_within", False),  # on the edge: not inside
        (at(WEST, 56.65), "s_intersects", True),  # but touching
        (at(WEST, SOUTH), "s_intersects", True),
        (at(WEST - 1e-7, 56.65), "s_intersects", False),
        (at(WEST - 1e-7, 56.65), "s_disjoint", True),
        (at(WEST, 56.65), "s_disjoint", False),
    ],
)
def test_inside_edge_and_outside_of_an_area(position, operation, holds):
    found = verdict(op(operation, fact("place.position"), CENTRE), place__position=position)
    assert found is (Verdict.GRANTED if holds else Verdict.NOT_MATCHED)


@pytest.mark.parametrize(
    ("north", "holds"),
    [(0.0, True), (0.000_899, True), (0.000_900, False)],  # 99.96 m and 100.08 m
)
def test_within_a_hundred_metres_of_a_beacon(north, holds):
    near = op("<=", op("distance_m", fact("place.position"), NEAR_BEACON), 100)
    found = verdict(near, place__position=at(23.73, 56.65 + north))
    assert found is (Verdict.GRANTED if holds else Verdict.NOT_MATCHED)


@pytest.mark.parametrize(
    ("facts", "holds"),
    [
        ({"zones": ["district/centre"], "position__accuracy": 20.0, "position__age": 60}, True),
        ({"zones": ["district/centre", "zone/1"], "position__accuracy": 5, "position__age": 0}, True),
        ({"zones": ["district/centre"], "position__accuracy": 20.1, "position__age": 60}, False),  # too vague
        ({"zones": ["district/centre"], "position__accuracy": 20.0, "position__age": 61}, False),  # too old
        ({"zones": ["district/centre"], "position__accuracy": 20.0}, False),  # nobody knows how old
        ({"zones": ["district/other"], "position__accuracy": 5.0, "position__age": 1}, False),
        ({"zones": [], "position__accuracy": 5.0, "position__age": 1}, False),
        ({}, False),
    ],
)
def test_a_position_counts_while_it_is_fresh_and_exact(facts, holds):
    trusted = op(
        "and",
        op("a_contains", fact("zones"), ["district/centre"]),
        op("<=", fact("position.accuracy"), 20),
        op("<=", fact("position.age"), 60),
    )
    assert verdict(trusted, **facts) is (Verdict.GRANTED if holds else Verdict.NOT_MATCHED)


def test_a_feature_is_what_it_was_when_the_definition_was_drafted():
    inside, outside = op("s_within", fact("place.position"), CENTRE), {"district/centre": BEACON}
    assert verdict(inside, place__position=at(23.735, 56.655)) is Verdict.GRANTED
    assert verdict(inside, features=outside, place__position=at(23.735, 56.655)) is Verdict.NOT_MATCHED


def test_an_unknown_position_is_nowhere_and_not_elsewhere():
    assert verdict(op("s_within", fact("place.position"), CENTRE)) is Verdict.NOT_MATCHED
    assert verdict(op("s_disjoint", fact("place.position"), CENTRE)) is Verdict.NOT_MATCHED
