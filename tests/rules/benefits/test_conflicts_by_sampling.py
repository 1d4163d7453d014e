"""Random pairs of rules: whatever a brute search finds to meet, the finder must not deny."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.benefits import conflicts
from rules.benefits.facts import RECEIPT, SCHEMA, Case, ResidentFacts, gather
from rules.engine.deciding import decide
from rules.engine.receipt import Line, read_receipt
from tests.rules.benefits.test_conflicts import EAST, MIDDLE, WEST, dated, fact, op, rule

FIRST, DAYS = date(2026, 8, 1), 21
GROUPS, DISTRICTS = ["pupil", "senior", "family"], ["north", "south"]
SAMPLES = 300

numbers = st.integers(0, 8).map(lambda step: step * 10)
comparisons = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
sets = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2, unique=True)
days = st.integers(0, DAYS).map(lambda step: {"date": (FIRST + timedelta(days=step)).isoformat()})
areas = st.sampled_from([WEST, EAST, MIDDLE])


def about(name, ops, values):
    """A comparison of the fact with one of the values."""
    return st.builds(lambda chosen, value: op(chosen, fact(name), value), ops, values)


atoms = st.one_of(
    about("resident.age", comparisons, numbers),
    about("weekday", comparisons, st.integers(1, 7)),
    about("time", comparisons, numbers.map(lambda number: number * 18)),
    about("day", comparisons, days),
    about("resident.groups", st.sampled_from(["a_contains", "a_overlaps"]), sets),
    about("resident.district", st.just("="), st.sampled_from(DISTRICTS)),
    about("place.position", st.sampled_from(["s_within", "s_intersects", "s_disjoint"]), areas),
    about("receipt.total", comparisons, numbers.map(lambda number: number * 20)),
    st.builds(lambda name: op("isNull", fact(name)), st.sampled_from(["resident.age", "resident.district"])),
)
joined = st.sampled_from(["and", "or"])
conditions = st.recursive(
    atoms,
    lambda inner: (
        inner.map(lambda part: op("not", part))
        | st.builds(lambda name, parts: op(name, *parts), joined, st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=5,
)


def a_sample(dice):
    """Facts and one line, drawn near the values that the conditions are written with."""
    at = datetime(2026, 8, 1, dice.randrange(24), dice.randrange(60), tzinfo=UTC) + timedelta(days=dice.randrange(DAYS))
    lines = (Line(id="1", category="bus-ticket", amount_cents=dice.choice([100, 400, 800, 801, 1600, 2000])),)
    facts = gather(Case(trigger=RECEIPT, at=at, resident=ResidentFacts(handle=""), lines=lines))
    facts |= {"resident.age": dice.choice([None, 0, 5, 10, 20, 35, 41, 60, 79, 80, 90])}
    facts |= {"resident.district": dice.choice([None, *DISTRICTS, "elsewhere"])}
    facts |= {"resident.groups": [group for group in GROUPS if dice.random() < 0.4]}
    longitude = dice.choice([23.55, 23.62, 23.67, 23.70, 23.705, 23.72, 23.78, 23.9])
    facts |= {"place.position": {"type": "Point", "coordinates": [longitude, 56.65]}}
    return facts, lines


def meets(subject, other, facts, lines):
    """Whether each of the two, alone, takes something off the line."""
    read, receipt = SCHEMA.read(facts), read_receipt(lines)
    return all(decide([one.programme], facts=read, receipt=receipt).total_cents for one in (subject, other))


@settings(max_examples=120, deadline=None)
@given(conditions, conditions, st.integers(0, 10_000))
def test_no_sample_ever_meets_where_the_finder_denies_it(one, two, seed):
    first, second = dated("one", rule(when=one)), dated("two", rule(when=two))
    found = conflicts.find(first, [second])
    dice = random.Random(seed)
    samples = (a_sample(dice) for _ in range(SAMPLES))
    meeting = next((sample for sample in samples if meets(first, second, *sample)), None)
    assert not (meeting and not found), meeting


@settings(max_examples=120, deadline=None)
@given(conditions, conditions)
def test_every_example_is_one_that_the_engine_grants_to_both(one, two):
    first, second = dated("one", rule(when=one)), dated("two", rule(when=two))
    for conflict in conflicts.find(first, [second]):
        if conflict.example is not None:
            assert meets(first, second, conflict.example.facts, conflict.example.lines)


def test_the_search_would_catch_a_finder_that_denies(monkeypatch):
    """The broken twin: where every value is thought complete and none fits, everything would be ruled out."""
    first, second = dated("one", rule()), dated("two", rule())
    monkeypatch.setattr(conflicts.finding, "never_share", lambda *rules: True)
    dice = random.Random(1)
    assert conflicts.find(first, [second]) == []
    assert any(meets(first, second, *a_sample(dice)) for _ in range(SAMPLES))


@pytest.mark.parametrize("pairs", [400])
def test_most_pairs_are_decided(pairs):
    """What could not be ruled out is the exception: a finder that never decides would be right, and of no use."""
    dice, undecided = random.Random(7), 0
    for _ in range(pairs):
        one, two = (op(dice.choice(["<", ">"]), fact("resident.age"), dice.randrange(90)) for _ in range(2))
        undecided += sum(
            not found.decided for found in conflicts.find(dated("one", rule(when=one)), [dated("two", rule(when=two))])
        )
    assert undecided == 0
