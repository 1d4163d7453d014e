"""The day on which a budget runs out, by arithmetic that is shown."""

from datetime import date, timedelta

import pytest

from rules.benefits.forecasting import (
    NO_HISTORY,
    NOTHING_SPENT,
    PERIOD_OVER,
    every_day,
    forecast,
    of_budget,
)
from rules.benefits.models import Budget
from tests.rules.benefits.programmes import a_budget, a_programme

MONDAY = date(2026, 6, 1)
NEW_YEAR = date(2027, 1, 1)


def history(weeks, *, weekday_cents=1_000, weekend_cents=1_000, before=MONDAY):
    days = [before - timedelta(days=number) for number in range(7 * weeks, 0, -1)]
    return {day: weekend_cents if day.isoweekday() > 5 else weekday_cents for day in days}


def test_an_even_spending_runs_out_when_the_rest_is_divided_by_the_day():
    found = forecast(history(8), limit_cents=100_000, used_cents=70_000, first_day=MONDAY, end_day=NEW_YEAR)
    # 300.00 are left, 10.00 go each day: the 30th day from 1 June on is 30 June.
    assert found.runs_out == date(2026, 6, 30)
    # Days that never varied leave no band.
    assert (found.earliest, found.latest) == (date(2026, 6, 30), date(2026, 6, 30))


def test_weekends_count_by_their_own_share():
    found = forecast(
        history(8, weekday_cents=1_000, weekend_cents=0),
        limit_cents=100_000, used_cents=90_000, first_day=MONDAY, end_day=NEW_YEAR,
    )  # fmt: skip
    # 100.00 are left, 10.00 go on each of five days a week: the tenth working day from Monday 1 June is Friday 12 June.
    assert found.runs_out == date(2026, 6, 12)
    assert found.days[5].used_cents == found.days[4].used_cents  # Saturday 6 June


def test_a_whole_year_of_history_brings_its_months_in():
    days = [MONDAY - timedelta(days=number) for number in range(730, 0, -1)]
    summer_free = {day: 0 if day.month in (6, 7, 8) else 1_000 for day in days}
    found = forecast(summer_free, limit_cents=100_000, used_cents=99_000, first_day=MONDAY, end_day=NEW_YEAR)
    assert found.seasonal
    # Nothing is spent in summer, so that the last 10.00 go on the first days of September.
    assert found.runs_out.month == 9


def test_what_lasts_has_no_day_and_says_what_is_left():
    found = forecast(history(8), limit_cents=1_000_000, used_cents=0, first_day=MONDAY, end_day=date(2026, 8, 1))
    assert found.computable
    assert found.runs_out is None
    # June has 30 days and July 31, at 10.00.
    assert found.months() == [(date(2026, 6, 1), 30_000, 970_000), (date(2026, 7, 1), 31_000, 939_000)]


def test_the_band_widens_with_the_days_and_holds_the_middle():
    noisy = {day: cents + (400 if place % 2 else -400) for place, (day, cents) in enumerate(history(8).items())}
    found = forecast(noisy, limit_cents=100_000, used_cents=70_000, first_day=MONDAY, end_day=NEW_YEAR)
    assert found.earliest < found.runs_out < found.latest
    widths = [day.high_cents - day.low_cents for day in found.days]
    assert widths == sorted(widths)
    assert all(day.low_cents <= day.used_cents <= day.high_cents for day in found.days)


@pytest.mark.parametrize(
    ("past", "end_day", "reason"),
    [
        ({}, NEW_YEAR, NO_HISTORY),
        (history(3), NEW_YEAR, NO_HISTORY),  # 21 days
        (history(8, weekday_cents=0, weekend_cents=0), NEW_YEAR, NOTHING_SPENT),
        (history(8), MONDAY, PERIOD_OVER),
    ],
)
def test_what_cannot_be_computed_is_said_so_and_never_0(past, end_day, reason):
    found = forecast(past, limit_cents=100_000, used_cents=0, first_day=MONDAY, end_day=end_day)
    assert found.reason == reason
    assert not found.computable
    assert found.runs_out is None
    assert found.days == ()


def test_a_budget_that_is_used_up_ran_out_on_the_first_day():
    found = forecast(history(8), limit_cents=70_000, used_cents=70_000, first_day=MONDAY, end_day=NEW_YEAR)
    assert found.runs_out == MONDAY


def test_days_without_a_decision_count_as_0():
    assert every_day({}, before=MONDAY) == {}
    assert sum(every_day({date(2026, 5, 30): 7}, before=MONDAY).values()) == 7


@pytest.mark.django_db
def test_a_budget_without_decisions_is_not_computable():
    budget = a_budget(a_programme())
    found = of_budget(Budget.objects.get(pk=budget.pk), today=MONDAY)
    assert found.reason == NO_HISTORY
