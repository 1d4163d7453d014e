"""Pairs of rules that meet, with the example that shows it, and pairs that never do."""

from datetime import date

import pytest
import shapely

from rules.benefits import conflicts
from rules.benefits.conflicts import Dated
from rules.benefits.facts import SCHEMA
from rules.engine.definition import read_definition

WEST = shapely.geometry.mapping(shapely.box(23.60, 56.60, 23.70, 56.70))
EAST = shapely.geometry.mapping(shapely.box(23.71, 56.60, 23.80, 56.70))
MIDDLE = shapely.geometry.mapping(shapely.box(23.65, 56.60, 23.75, 56.70))
STATION = {"type": "Point", "coordinates": [23.73, 56.64]}


def op(name, *args):
    return {"op": name, "args": list(args)}


def fact(name):
    return {"property": name}


def rule(rule_id="only", when=None, **parts):
    return {
        "id": rule_id,
        "target": {"kind": "lines", "categories": ["bus-ticket"]},
        "effect": {"kind": "percent", "basis_points": 5_000},
        "group": {"code": "transport", "mode": "best"},
    } | ({"when": when} if when else {}) | parts  # fmt: skip


def dated(code, *rules, first_day=date(2026, 1, 1), end_day=None, **parts):
    written = {"format": 1, "triggers": ["receipt"], "rules": list(rules)} | parts
    return Dated(read_definition(code, written, SCHEMA), first_day, end_day)


def between(one, two, **parts):
    """What is found between two rules with these conditions."""
    return conflicts.find(dated("one", rule(when=one)), [dated("two", rule(when=two), **parts)])


PUPIL = op("a_contains", fact("resident.groups"), ["pupil"])
YOUNG, OLD = op("<", fact("resident.age"), 19), op(">=", fact("resident.age"), 62)

MEETING = {
    "no conditions": (None, None),
    "two groups that somebody may both be in": (PUPIL, op("a_contains", fact("resident.groups"), ["large-family"])),
    "ages that overlap in one year": (op("<=", fact("resident.age"), 62), OLD),
    "either of two": (op("or", YOUNG, OLD), op("between", fact("resident.age"), 40, 70)),
    "not in the one group, but in the other": (op("not", PUPIL), op("a_overlaps", fact("resident.groups"), ["a", "b"])),
    "a working day and a time of day": (op("<=", fact("weekday"), 5), op("between", fact("time"), 360, 540)),
    "a date that is a Saturday": (op("=", fact("day"), {"date": "2026-08-29"}), op("=", fact("weekday"), 6)),
    "areas that overlap": (
        op("s_within", fact("place.position"), WEST), op("s_within", fact("place.position"), MIDDLE),
    ),
    "near a place within an area": (
        op("<=", op("distance_m", fact("place.position"), STATION), 200),
        op("s_intersects", fact("place.position"), EAST),
    ),
    "a text like another": (op("like", fact("place.code"), "bus-%"), op("=", fact("place.code"), "bus-7")),
    "a total that two lines make": (op(">=", fact("receipt.total"), 1_000_000), None),
    "not known and something else": (op("isNull", fact("resident.age")), PUPIL),
    "an instant and a weekday": (
        op("t_after", fact("at"), {"timestamp": "2026-08-28T20:00:00+03:00"}), op("=", fact("weekday"), 6),
    ),
}  # fmt: skip

APART = {
    "ages": (YOUNG, OLD),
    "the same and its opposite": (PUPIL, op("not", PUPIL)),
    "districts": (op("=", fact("resident.district"), "north"), op("in", fact("resident.district"), "south", "west")),
    "weekdays": (op("<=", fact("weekday"), 5), op(">=", fact("weekday"), 6)),
    "a date that is no Monday": (op("=", fact("day"), {"date": "2026-08-29"}), op("=", fact("weekday"), 1)),
    "areas": (op("s_within", fact("place.position"), WEST), op("s_within", fact("place.position"), EAST)),
    "far from an area": (
        op("<=", op("distance_m", fact("place.position"), STATION), 200),
        op("s_within", fact("place.position"), WEST),
    ),
    "known and not known": (op("isNull", fact("resident.age")), YOUNG),
    "a negative age": (op("<", fact("resident.age"), 0), None),
    "an eighth weekday": (op("=", fact("weekday"), 8), None),
    "an enumeration": (op("=", fact("place.category"), "school"), op("=", fact("place.category"), "library")),
    "groups at once and none of them": (
        op("a_contains", fact("resident.groups"), ["a", "b"]),
        op("not", op("a_overlaps", fact("resident.groups"), ["b", "c"])),
    ),
}


@pytest.mark.parametrize("name", MEETING)
def test_rules_that_can_meet_are_shown_with_an_example_that_the_engine_decided(name):
    (found,) = between(*MEETING[name])
    assert found.example is not None
    assert found.example.first_alone > 0
    assert found.example.second_alone > 0
    assert found.example.lines[0].category == "bus-ticket"


@pytest.mark.parametrize("name", APART)
def test_rules_that_never_meet_are_not_shown(name):
    assert between(*APART[name]) == []


def test_the_example_says_who_wins():
    half, most = rule(), rule(effect={"kind": "percent", "basis_points": 8_000})
    (found,) = conflicts.find(dated("one", half), [dated("two", most)])
    # 50 % and 80 % of 10.00: the better one takes the line.
    assert (found.example.first_alone, found.example.second_alone) == (500, 800)
    assert (found.example.first_together, found.example.second_together) == (0, 800)
    assert found.winner == ("two", "only")


def test_in_a_group_where_all_stack_both_give_and_nobody_wins():
    stacking = {"group": {"code": "transport", "mode": "all"}}
    (found,) = conflicts.find(dated("one", rule(**stacking)), [dated("two", rule(**stacking))])
    assert (found.example.first_together, found.example.second_together) == (500, 500)
    assert found.winner is None


def test_two_rules_of_one_programme_meet_too():
    found = conflicts.find(dated("one", rule("a", when=YOUNG), rule("b", when=PUPIL)), [])
    assert [(one.first, one.second) for one in found] == [(("one", "a"), ("one", "b"))]


@pytest.mark.parametrize(
    "other",
    [
        rule(group={"code": "meals", "mode": "best"}),
        rule(target={"kind": "lines", "categories": ["coffee"]}),
        rule(target={"kind": "lines", "when": op("=", {"property": "line.category"}, "coffee")}),
    ],
)
def test_other_groups_and_other_goods_never_meet(other):
    assert conflicts.find(dated("one", rule()), [dated("two", other)]) == []


def test_lines_are_told_apart_by_their_price():
    cheap = {"kind": "lines", "when": op("<", {"property": "line.unit_price"}, 200)}
    dear = {"kind": "lines", "when": op(">=", {"property": "line.unit_price"}, 200)}
    assert conflicts.find(dated("one", rule(target=cheap)), [dated("two", rule(target=dear))]) == []
    (found,) = conflicts.find(dated("one", rule(target=cheap)), [dated("two", rule())])
    assert found.example.lines[0].amount_cents < 200


def test_versions_that_are_never_in_force_on_one_day_never_meet():
    ended = dated("two", rule(), end_day=date(2026, 6, 1))
    assert conflicts.find(dated("one", rule(), first_day=date(2026, 6, 1)), [ended]) == []


def test_events_that_differ_never_meet():
    assert conflicts.find(dated("one", rule()), [dated("two", rule(), triggers=["check-in"])]) == []


def test_a_counter_belongs_to_its_own_programme():
    counting = {"counters": [{"code": "rides", "counts": "units", "period": "day"}]}
    few, many = op("<", fact("counter.rides"), 2), op(">=", fact("counter.rides"), 2)
    (found,) = conflicts.find(dated("one", rule(when=few), **counting), [dated("two", rule(when=many), **counting)])
    assert found.example is not None  # two programmes count apart
    assert conflicts.find(dated("one", rule("a", when=few), rule("b", when=many), **counting), []) == []


def test_a_family_ticket_brings_the_lines_that_it_needs():
    family = {
        "kind": "set",
        "parts": [{"categories": ["adult"], "units_min": 2}, {"categories": ["child"], "units_min": 1}],
    }
    ticket = rule(target=family, effect={"kind": "bundle", "cents": 100})
    child = rule(target={"kind": "lines", "categories": ["child"]})
    (found,) = conflicts.find(dated("one", ticket), [dated("two", child)])
    assert {line.category for line in found.example.lines} == {"adult", "child"}


def test_what_is_neither_shown_nor_ruled_out_is_said_to_be_so():
    starts, ends = op("like", fact("place.code"), "%a%b%"), op("like", fact("place.code"), "c%d")
    (found,) = between(starts, ends)
    assert found.example is None
    assert found.winner is None


def test_a_pair_with_too_many_alternatives_is_not_ruled_out():
    many = op(
        "and", *(op("or", op("=", fact("resident.age"), n), op("=", fact("resident.age"), n + 1)) for n in range(24))
    )
    (found,) = between(many, None)
    assert found.example is None
