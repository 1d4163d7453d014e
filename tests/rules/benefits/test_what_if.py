"""A draft replayed over past receipts: the sums by hand, small groups hidden, and nothing booked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from gis_platform.core import clock
from gis_platform.core.models import OutboxEntry
from rules.benefits import replaying, services, versions, what_if
from rules.benefits.comparing import merged
from rules.benefits.errors import WhatIfOver, WhatIfRefused
from rules.benefits.facts import ResidentFacts
from rules.benefits.models import Budget, Decision, Grant, WhatIfRun
from rules.ledger.models import Entry
from tests.people import a_user
from tests.rules.benefits.programmes import NOON, a_budget, a_case, a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 2)
HALF = {"kind": "percent", "basis_points": 5_000}


@pytest.fixture(autouse=True)
def afterwards():
    with clock.frozen(datetime(2026, 9, 10, 9, tzinfo=UTC)):
        yield


def ride(handle, *, day=0, district="north", **fields):
    """A ticket of 0.85 bought by somebody who lives in the district."""
    at = NOON + timedelta(days=day)
    case = a_case(handle, at=at, resident=ResidentFacts(handle=handle, home_district=district), **fields)
    return services.decide(case, key=f"{handle}-{at.isoformat()}")


def free_trips(**parts):
    programme = a_programme()
    put_in_force(programme, definition(**parts))
    a_budget(programme)
    return programme


def asked(programme, written, *, user=None):
    draft = versions.draft(programme, definition=written, first_day=date(2026, 10, 1), author=a_user())
    return what_if.request(draft.pk, first_day=FIRST, last_day=LAST, user=user or a_user())


def done(run):
    what_if.run(str(run.pk))
    run.refresh_from_db()
    assert run.state == WhatIfRun.State.DONE, run.error_text
    return run.result


def test_the_change_of_cost_is_the_drafts():
    programme = free_trips()
    for person in range(6):
        ride(f"p{person}")
    ride("p0", day=1)
    result = done(asked(programme, definition(HALF)))
    # Seven rides at 0.85, free before; half of 0.85 is 0.425, rounded half up to 0.43.
    assert (result["before_cents"], result["after_cents"]) == (7 * 85, 7 * 43)
    assert result["booked_cents"] == 7 * 85
    assert result["losers"] == {"people": 6, "cents": -7 * 42}
    assert result["winners"] == {"people": 0, "cents": 0}
    assert result["by_day"] == [
        {"day": "2026-09-01", "before_cents": 6 * 85, "after_cents": 6 * 43},
        {"day": "2026-09-02", "before_cents": 85, "after_cents": 43},
    ]
    assert result["by_programme"] == [
        {"programme": "trips", "before_cents": 595, "after_cents": 301, "before_points": 0, "after_points": 0}
    ]


def test_days_outside_of_the_period_do_not_count():
    programme = free_trips()
    ride("p0", day=-1)
    ride("p0", day=2)
    assert done(asked(programme, definition(HALF)))["decisions"] == 0


def test_it_books_nothing_and_takes_nothing():
    programme = free_trips(caps=[{"code": "day", "period": "day", "unit": "units", "limit": 4}])
    ride("p0")
    counted = (Decision, Grant, Entry)
    before = [model.objects.count() for model in counted], Budget.objects.get().used_cents, OutboxEntry.objects.count()
    run = asked(programme, definition(HALF))
    done(run)
    after = [model.objects.count() for model in counted], Budget.objects.get().used_cents, OutboxEntry.objects.count()
    assert after == (before[0], before[1], before[2] + 1)  # the promise to run it


def test_a_cap_of_the_draft_is_counted_over_the_replayed_days():
    programme = free_trips()
    for hour in range(4):
        at = NOON + timedelta(hours=hour)
        services.decide(a_case("p0", at=at, resident=ResidentFacts(handle="p0", home_district="north")), key=f"{hour}")
    ride("p0", day=1)
    capped = definition(caps=[{"code": "two", "period": "day", "unit": "units", "limit": 2}])
    # Two of the four rides of the first day, and the one of the second.
    assert done(asked(programme, capped))["after_cents"] == 3 * 85


def test_a_counter_of_the_draft_counts_too():
    programme = free_trips()
    for hour in range(3):
        at = NOON + timedelta(hours=hour)
        services.decide(a_case("p0", at=at, resident=ResidentFacts(handle="p0", home_district="north")), key=f"{hour}")
    third = definition(
        counters=[{"code": "rides", "counts": "units", "period": "day"}],
        when={"op": "=", "args": [{"property": "counter.rides"}, 2]},
    )
    assert done(asked(programme, third))["after_cents"] == 85


def test_an_empty_budget_of_then_is_not_looked_at():
    programme = a_programme()
    put_in_force(programme)  # no budget, so that nothing was given
    ride("p0")
    result = done(asked(programme, definition()))
    assert (result["booked_cents"], result["before_cents"], result["after_cents"]) == (0, 85, 85)


def test_groups_of_fewer_than_five_are_not_shown():
    programme = free_trips()
    for person in range(4):
        ride(f"north{person}")
    for person in range(6):
        ride(f"south{person}", district="south")
    result = done(asked(programme, definition(HALF)))
    # Four in the north are too few, and alone they would be what is missing from the sum: all ten share one row.
    assert [(row["district"], row["people"]) for row in result["by_district"]] == [("*", 10)]


def test_four_losers_are_neither_counted_nor_summed():
    programme = free_trips()
    for person in range(4):
        ride(f"p{person}")
    assert done(asked(programme, definition(HALF)))["losers"] == {"people": None, "cents": None}


def test_small_districts_are_never_what_is_missing_from_the_sum():
    rows = merged({"a": [1] * 20, "b": [1] * 3, "c": [1] * 3})
    assert {name: len(row) for name, row in rows.items()} == {"a": 20, "*": 6}


def test_a_large_district_in_which_little_changes_does_not_give_away_whose_it_is():
    # Of 20 people in b, two lose: the sum of their row would be theirs alone.
    rows = merged({"a": [0] * 9, "b": [-7] * 2 + [0] * 18, "c": [-7] * 6})
    assert "b" not in rows
    assert all(not 0 < sum(change != 0 for change in row) < 5 for row in rows.values())


@pytest.mark.parametrize(("first", "last"), [(LAST, FIRST), (FIRST, date(2026, 9, 11)), (date(2025, 9, 1), LAST)])
def test_days_that_cannot_be_asked_are_refused(first, last):
    draft = versions.draft(a_programme(), definition=definition(), first_day=FIRST, author=a_user())
    with pytest.raises(WhatIfRefused) as refused:
        what_if.request(draft.pk, first_day=first, last_day=last, user=a_user())
    assert list(refused.value.fields) == ["last_day"]
    assert not WhatIfRun.objects.exists()


def test_a_cancelled_run_never_starts_and_is_not_cancelled_twice():
    user = a_user()
    run = asked(free_trips(), definition(), user=user)
    what_if.cancel(run.pk, user=user)
    what_if.run(str(run.pk))
    run.refresh_from_db()
    assert run.state == WhatIfRun.State.CANCELLED
    with pytest.raises(WhatIfOver):
        what_if.cancel(run.pk, user=user)


def test_one_that_is_cancelled_while_it_runs_keeps_no_result(monkeypatch):
    user = a_user()
    programme = free_trips()
    ride("p0")
    run = asked(programme, definition(), user=user)
    read = what_if.read

    def cancelled_meanwhile(*args, **kwargs):
        what_if.cancel(run.pk, user=user)
        return read(*args, **kwargs)

    monkeypatch.setattr(what_if, "read", cancelled_meanwhile)
    what_if.run(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.result) == (WhatIfRun.State.CANCELLED, None)


def test_the_page_that_waits_learns_how_far_it_is(monkeypatch):
    run = asked(free_trips(), definition())
    seen = []
    replay = replaying.what_if

    def watched(*args, report):
        report(55)
        seen.append(what_if.progress(WhatIfRun.objects.get(pk=run.pk)))
        return replay(*args, report=report)

    monkeypatch.setattr(replaying, "what_if", watched)
    done(run)
    assert seen == [55]
    assert what_if.progress(run) == 100


def test_one_that_takes_too_long_says_so(monkeypatch):
    monkeypatch.setattr(what_if, "TIME_LIMIT_S", 0)
    programme = free_trips()
    ride("p0")
    run = asked(programme, definition())
    what_if.run(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.error_code) == (WhatIfRun.State.FAILED, "time-limit")


def test_a_statement_that_the_database_ends_says_so_too(monkeypatch):
    run = asked(free_trips(), definition())
    monkeypatch.setattr(replaying, "what_if", slowly)
    what_if.run(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.error_code) == (WhatIfRun.State.FAILED, "time-limit")


def slowly(*args, report):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT pg_sleep(1)")


def test_a_run_whose_worker_died_begins_anew_and_one_that_is_done_stays():
    run = asked(free_trips(), definition())
    WhatIfRun.objects.filter(pk=run.pk).update(state=WhatIfRun.State.RUNNING)
    first = done(run)
    WhatIfRun.objects.filter(pk=run.pk).update(asked_by=a_user())
    what_if.run(str(run.pk))
    run.refresh_from_db()
    assert run.result == first


def test_the_definition_that_was_asked_about_stays_although_the_draft_goes():
    author = a_user()
    draft = versions.draft(free_trips(), definition=definition(HALF), first_day=date(2026, 10, 1), author=author)
    run = what_if.request(draft.pk, first_day=FIRST, last_day=LAST, user=author)
    versions.discard(draft.pk, author=author)
    done(run)
    assert run.version is None
    assert run.definition == definition(HALF)
