"""A time replayed as SQL: the same sums as one decision after the other in memory, and nothing stays behind."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from psycopg.sql import SQL

from gis_platform.core import clock
from rules.benefits import replaying, services
from rules.benefits.facts import SCHEMA, ResidentFacts
from rules.benefits.models import Decision
from rules.benefits.reading import read
from rules.engine.book import RuleBook
from rules.engine.receipt import Line, read_receipt
from rules.engine.sql.replay import Version
from tests.rules.benefits.programmes import NOON, a_budget, a_case, a_programme, definition, put_in_force
from tests.rules.engine.tallying import Tally

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 3)
HALF = {"kind": "percent", "basis_points": 5_000}
TWO_A_DAY = {"code": "rides", "period": "day", "unit": "units", "limit": 2}


@pytest.fixture(autouse=True)
def afterwards():
    with clock.frozen(datetime(2026, 9, 10, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def past():
    """Two people, three rides each on two days; one of them a child. Two a day are free."""
    programme = a_programme()
    put_in_force(programme, definition(caps=[TWO_A_DAY]))
    a_budget(programme)
    other = a_programme("pupils")
    children = {"op": "a_contains", "args": [{"property": "resident.groups"}, ["pupil"]]}
    put_in_force(other, definition({"kind": "points", "points": 3}, when=children) | {"rules": [points()]})
    for hour in (0, 1, 2, 24, 25, 26):
        for person, groups in (("adult", ()), ("child", ("pupil",))):
            at = NOON + timedelta(hours=hour)
            resident = ResidentFacts(handle=person, home_district="north", groups=frozenset(groups))
            services.decide(a_case(person, at=at, resident=resident), key=f"{person}-{hour}")
    return programme


def points():
    return {"id": "only", "effect": {"kind": "points", "points": 3}, "group": {"code": "points", "mode": "all"}}


def summed(programme, written):
    draft = Version(read(programme, written), None)
    return replaying.what_if(draft, FIRST, LAST, report=lambda percent: None)


def test_the_sums_are_those_by_hand(past):
    sums = summed(past, definition(HALF))
    # Two of three rides a day were free: 4 x 0.85 each. Instead, all six at 0.43 off (half of 0.85, half up).
    assert sums.decisions == 12
    assert [(one.key, one.before_cents, one.after_cents, one.district) for one in sums.people] == [
        ("adult", 340, 258, "north"),
        ("child", 340, 258, "north"),
    ]
    assert [(one.key, one.before_cents, one.after_cents) for one in sums.days] == [
        ("2026-09-01", 340, 258),
        ("2026-09-02", 340, 258),
    ]
    assert sums.own_days == {"2026-09-01": 258, "2026-09-02": 258}
    assert [(one.key, one.before_points, one.after_points) for one in sums.programmes] == [
        ("pupils", 18, 18),
        ("trips", 0, 0),
    ]


def in_memory(programme, written):
    """The programme's cents by day, one decision after the other."""
    book, tally, found = RuleBook([read(programme, written)]), Tally(), {}
    for one in Decision.objects.filter(day__gte=FIRST, day__lt=LAST).order_by("decided_at", "pk"):
        outcome = book.decide(
            SCHEMA.read(one.facts),
            read_receipt(Line(**line) for line in one.lines),
            remaining=tally.remaining(one, book.programmes),
            counters=tally.counters(one, book.programmes),
        )
        tally.add(one, book.programmes, outcome)
        found[one.day.isoformat()] = found.get(one.day.isoformat(), 0) + outcome.total_cents
    return {day: cents for day, cents in found.items() if cents}


@pytest.mark.parametrize("limit", [1, 3, 5])
@pytest.mark.parametrize("period", ["week", {"minutes": 90}])
def test_sql_and_memory_agree_on_a_draft(past, period, limit):
    calendar = period if period == "week" else "day"
    some = {
        "caps": [TWO_A_DAY | {"period": calendar, "limit": limit}],
        "counters": [{"code": "before", "counts": "receipts", "period": period}],
        "when": {"op": "<=", "args": [{"property": "counter.before"}, 4]},
    }
    found = summed(past, definition(HALF, **some)).own_days
    assert {day: cents for day, cents in found.items() if cents} == in_memory(past, definition(HALF, **some))


def test_nothing_stays_behind(past):
    summed(past, definition(HALF))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'replay%' AND relpersistence = 't'")
        assert cursor.fetchone()[0] == 0


def test_it_stops_when_it_is_told_to(past):
    class Stopped(Exception):
        pass

    def report(percent):
        raise Stopped

    with pytest.raises(Stopped), transaction.atomic():
        replaying.what_if(Version(read(past, definition(HALF)), None), FIRST, LAST, report=report)
    assert summed(past, definition(HALF)).decisions == 12


def test_people_with_a_limit_of_their_own_are_replayed_in_lanes_and_a_shared_limit_is_not(past):
    shared = {"caps": [TWO_A_DAY, {"code": "all", "per": "programme", "period": "day", "unit": "units", "limit": 3}]}
    sums = summed(past, definition(**shared))
    # 3 rides of 0.85 a day for both together; before, 2 for each of the two.
    assert sums.own_days == {"2026-09-01": 255, "2026-09-02": 255}
    assert sums.decisions == 12
    assert sum(one.before_cents for one in sums.people) == 8 * 85
    assert sum(one.after_cents for one in sums.people) == 6 * 85


def a_euro_a_day():
    return definition(caps=[{"code": "euro", "period": "day", "unit": "cents", "limit": 100}])


def test_what_is_left_of_a_cap_cuts_the_next_receipt(past):
    # 0.85, then 0.15, then nothing: 1.00 for each of two people on each of two days.
    assert summed(past, a_euro_a_day()).own_days == {"2026-09-01": 200, "2026-09-02": 200}


def test_a_twin_that_looks_only_for_caps_that_are_used_up_gives_too_much(past, monkeypatch):
    used_up = SQL(
        "INSERT INTO replay_due (receipt) SELECT DISTINCT receipt FROM replay_cap_now AS now"
        " JOIN replay_cap AS old USING (receipt, cap) WHERE (now.most = 0) <> (old.most = 0)"
    )
    monkeypatch.setattr("rules.engine.sql.replay.due_by_caps", lambda: used_up)
    assert summed(past, a_euro_a_day()).own_days["2026-09-01"] > 200
