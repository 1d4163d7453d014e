"""The day on which a budget runs out, from what was given in the past, with a band; or why that cannot be said.

The method: each day to come costs the mean day of the past, times the share of its weekday, times the share of its
month where a whole year is known. The band holds 8 of 10 futures: days vary as they varied about that, and the mean
itself is only known as well as the days that it comes from allow. Estimates are whole cents; nothing is booked by them.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from django.db.models import F, Sum

from rules.benefits.models import Budget, Decision, Grant

HISTORY_DAYS_MIN, HISTORY_DAYS_MAX = 28, 730
YEAR_DAYS = 365
SPREAD = 1.2816  # standard deviations: the 10th and 90th percentile of a normal distribution
NO_HISTORY, NOTHING_SPENT, PERIOD_OVER = "no-history", "nothing-spent", "period-over"


@dataclass(frozen=True, slots=True)
class Day:
    """What is used of the budget in all, at the end of the day."""

    day: date
    used_cents: int
    low_cents: int
    high_cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """`reason` says why there are no days; else the dates are the days on which nothing is left, None for never."""

    limit_cents: int
    used_cents: int
    end_day: date
    history_days: int
    reason: str = ""
    seasonal: bool = False
    day_cents: int = 0
    runs_out: date | None = None
    earliest: date | None = None
    latest: date | None = None
    days: tuple[Day, ...] = ()

    @property
    def computable(self) -> bool:
        return not self.reason

    @property
    def end_cents(self) -> int:
        """What would be used by the end of the period, had the budget no limit."""
        return self.days[-1].used_cents if self.days else self.used_cents

    def months(self) -> list[tuple[date, int, int]]:
        """For each month its first day, what it is expected to cost, and what is left then (or missing, below 0)."""
        rows: list[tuple[date, int, int]] = []
        before = self.used_cents
        lasts = {day.day.replace(day=1): day for day in self.days}
        for first, last in lasts.items():
            rows.append((first, last.used_cents - before, self.limit_cents - last.used_cents))
            before = last.used_cents
        return rows


def of_budget(budget: Budget, *, today: date) -> Forecast:
    """Of a budget that is being used: by what its programme has given at its funder's cost so far."""
    return forecast(
        given_by_day(budget, before=today),
        limit_cents=budget.limit_cents,
        used_cents=budget.used_cents + budget.reserved_cents,
        first_day=max(today, budget.period.lower),
        end_day=budget.period.upper,
    )


def given_by_day(budget: Budget, *, before: date) -> dict[date, int]:
    """Cents by local day, also 0, from the first day on which anything was given up to the day before."""
    grants = Grant.objects.filter(
        version__programme_id=budget.programme_id,
        funder=budget.funder or budget.programme.funder,
        decision__status=Decision.Status.COMMITTED,
        decision__day__gte=before - timedelta(days=HISTORY_DAYS_MAX),
        decision__day__lt=before,
    )
    rows = grants.values_list("decision__day").annotate(cents=Sum(F("cents") - F("returned_cents")))
    return every_day(dict(rows), before=before)


def every_day(cents: Mapping[date, int], *, before: date) -> dict[date, int]:
    """
    >>> every_day({date(2026, 1, 1): 5, date(2026, 1, 3): 7}, before=date(2026, 1, 4))
    {datetime.date(2026, 1, 1): 5, datetime.date(2026, 1, 2): 0, datetime.date(2026, 1, 3): 7}
    """
    if not cents:
        return {}
    first = min(cents)
    days = (first + timedelta(days=number) for number in range((before - first).days))
    return {day: cents.get(day, 0) for day in days}


def forecast(
    history: Mapping[date, int], *, limit_cents: int, used_cents: int, first_day: date, end_day: date
) -> Forecast:
    """`history` has every local day of the past, without gaps; `first_day` is the first one that is still to come."""
    known = Forecast(
        limit_cents=limit_cents, used_cents=used_cents, end_day=end_day, history_days=len(history),
        reason=_reason(history, first_day, end_day),
    )  # fmt: skip
    if known.reason:
        return known
    expected, seasonal = _model(history)
    variance = sum((cents - expected(day)) ** 2 for day, cents in history.items()) / (len(history) - 1)
    days = tuple(_days(expected, variance, len(history), used_cents, first_day, end_day))
    return Forecast(
        limit_cents=limit_cents,
        used_cents=used_cents,
        end_day=end_day,
        history_days=len(history),
        seasonal=seasonal,
        day_cents=round(fmean(history.values())),
        runs_out=_first(days, lambda day: day.used_cents >= limit_cents),
        earliest=_first(days, lambda day: day.high_cents >= limit_cents),
        latest=_first(days, lambda day: day.low_cents >= limit_cents),
        days=days,
    )


def _reason(history: Mapping[date, int], first_day: date, end_day: date) -> str:
    if first_day >= end_day:
        return PERIOD_OVER
    if len(history) < HISTORY_DAYS_MIN:
        return NO_HISTORY
    return "" if any(history.values()) else NOTHING_SPENT


def _model(history: Mapping[date, int]) -> tuple[Callable[[date], float], bool]:
    mean = fmean(history.values())
    weekdays = _shares(history, mean, date.isoweekday)
    seasonal = len(history) >= YEAR_DAYS
    months = _shares(history, mean, lambda day: day.month) if seasonal else {}

    def expected(day: date) -> float:
        return mean * weekdays[day.isoweekday()] * months.get(day.month, 1.0)

    return expected, seasonal


def _shares(history: Mapping[date, int], mean: float, part: Callable[[date], int]) -> dict[int, float]:
    """How the mean of each part compares with the mean of all."""
    parts: dict[int, list[int]] = {}
    for day, cents in history.items():
        parts.setdefault(part(day), []).append(cents)
    return {number: fmean(cents) / mean for number, cents in parts.items()}


def _days(
    expected: Callable[[date], float], variance: float, known: int, used_cents: int, first_day: date, end_day: date
) -> Iterable[Day]:
    used = float(used_cents)
    for number in range(1, (end_day - first_day).days + 1):
        day = first_day + timedelta(days=number - 1)
        used += expected(day)
        # The sum of so many days to come, about a mean that is itself known from so many days.
        spread = SPREAD * math.sqrt(variance * (number + number**2 / known))
        yield Day(day, round(used), max(used_cents, round(used - spread)), round(used + spread))


def _first(days: Iterable[Day], holds: Callable[[Day], bool]) -> date | None:
    return next((day.day for day in days if holds(day)), None)
