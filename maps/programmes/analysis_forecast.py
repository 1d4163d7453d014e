"""When a programme's money runs out: of each budget that is in use, and with a draft that was replayed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gis_platform.core import clock
from maps.programmes.access import for_readers
from maps.programmes.analysis_charts import Chart, Line, draw
from rules.benefits import forecasting
from rules.benefits.forecasting import HISTORY_DAYS_MIN, Forecast
from rules.benefits.models import Budget, Programme, WhatIfRun


@dataclass(frozen=True, slots=True)
class Shown:
    budget: Budget
    forecast: Forecast
    sentence: str
    chart: Chart | None

    @property
    def last_day(self) -> date:
        return self.forecast.end_day - timedelta(days=1)

    @property
    def runs_out(self) -> bool:
        return self.forecast.runs_out is not None

    @property
    def left_cents(self) -> int:
        return self.forecast.limit_cents - self.forecast.used_cents


@require_safe
@for_readers
def forecast_page(request: HttpRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(Programme, code=code)
    today = clock.today()
    budgets = programme.budgets.filter(period__contains=today).select_related("programme")
    context = {
        "programme": programme,
        "budgets": [shown(budget, forecasting.of_budget(budget, today=today)) for budget in budgets],
        "days_min": HISTORY_DAYS_MIN,
    }
    return render(request, "maps/programmes/analysis/forecast.html", context)


def forecast_of_run(run: WhatIfRun) -> list[Shown]:
    """The budget of the version's first day, or else today's, were the replayed days to go on.

    With several budgets there is none: what would be put to which funder is not in the sums of a run.
    """
    today = clock.today()
    starts = {max(today, run.version.effective.lower) if run.version else today: None, today: None}
    for first in starts:
        budgets = list(run.programme.budgets.filter(period__contains=first).select_related("programme"))
        if len(budgets) == 1 and run.result is not None:
            return [_of_run(run.result, budgets[0], first, before=run.period.upper)]
    return []


def _of_run(result: dict[str, Any], budget: Budget, first: date, *, before: date) -> Shown:
    given = {date.fromisoformat(day): cents for day, cents in result["own_by_day"].items()}
    used = budget.used_cents + budget.reserved_cents
    found = forecasting.forecast(
        forecasting.every_day(given, before=before),
        limit_cents=budget.limit_cents, used_cents=used, first_day=first, end_day=budget.period.upper,
    )  # fmt: skip
    return shown(budget, found)


def shown(budget: Budget, found: Forecast) -> Shown:
    return Shown(budget, found, _sentence(found), _chart(found))


def _sentence(found: Forecast) -> str:
    match found.reason:
        case forecasting.NO_HISTORY:
            text = _("Not computable: {known} days are known, and {needed} are needed.")
            return text.format(known=found.history_days, needed=HISTORY_DAYS_MIN)
        case forecasting.NOTHING_SPENT:
            return _("Not computable: nothing was given in the days that are known.")
        case forecasting.PERIOD_OVER:
            return _("Not computable: the period of the budget is over.")
    if found.runs_out is not None:
        return _("Runs out on {day}.").format(day=found.runs_out.isoformat())
    if found.earliest is not None:
        return _("Lasts to the end, but could run out from {day} on.").format(day=found.earliest.isoformat())
    return _("Lasts to the end of its period.")


def _chart(found: Forecast) -> Chart | None:
    if not found.computable:
        return None
    days: Sequence[forecasting.Day] = found.days
    burnt = Line(_("Used in all"), [day.used_cents for day in days], 2)
    band = ([day.low_cents for day in days], [day.high_cents for day in days])
    return draw(_("Use of the budget"), [day.day for day in days], [burnt], band=band, limit=found.limit_cents)
