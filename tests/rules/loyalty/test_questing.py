"""How far a quest is done, in each of its forms."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.loyalty.questing import Rule, Visit, progress

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
PLACES = (1, 2, 3, 4)


def at(*visits):
    """Visits as (place, hours after the start)."""
    return [Visit(place=place, at=START + timedelta(hours=hours)) for place, hours in visits]


def places(found):
    return [visit.place for visit in found.done]


@pytest.mark.parametrize(
    ("rule", "visits", "done", "following"),
    [
        (Rule(stages=PLACES, needed=3), [(4, 1), (4, 2), (9, 3)], [4], (1, 2, 3)),
        (Rule(stages=PLACES, needed=2), [(4, 1), (1, 2), (2, 3)], [4, 1], ()),
        (Rule(stages=PLACES, needed=3, in_order=True), [(2, 1), (1, 2), (2, 3)], [1, 2], (3,)),
        (Rule(stages=PLACES, needed=2, in_order=True), [(3, 1), (4, 2)], [], (1,)),
        (Rule(stages=PLACES, needed=2, within=timedelta(hours=2)), [(1, 0), (2, 2)], [2], (1, 3, 4)),
        (Rule(stages=PLACES, needed=2, within=timedelta(hours=2)), [(1, 0), (2, 2), (3, 3)], [2, 3], ()),
        (Rule(stages=PLACES, needed=1), [], [], PLACES),
    ],
)
def test_each_form_counts_as_it_says(rule, visits, done, following):
    found = progress(rule, at(*visits))
    assert (places(found), found.next) == (done, following)
    assert bool(found.completed_at) == (len(done) == rule.needed)


def test_it_is_completed_by_the_visit_that_was_missing():
    found = progress(Rule(stages=PLACES, needed=2), at((1, 0), (2, 5), (3, 9)))
    assert found.completed_at == START + timedelta(hours=5)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 50)), max_size=12), st.booleans())
def test_the_order_in_which_visits_are_read_changes_nothing_and_more_visits_never_undo(visits, in_order):
    rule = Rule(stages=PLACES, needed=3, in_order=in_order)
    visits = list({hour: (place, hour) for place, hour in visits}.values())
    found = progress(rule, at(*visits))
    assert found == progress(rule, at(*reversed(visits)))
    assert len(found.done) <= len(progress(rule, at(*visits, (1, 60), (2, 61))).done)
