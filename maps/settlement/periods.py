"""The list of periods, the page of one, and its journal."""

import json
from datetime import date

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import clock
from gis_platform.core.errors import CityError
from maps.settlement.access import clerk_of, for_clerks
from maps.settlement.names import names_of
from rules.ledger.models import Finding, Period, Run
from rules.ledger.settlement import claims, journal, periods, runs
from rules.ledger.settlement.due import dues
from rules.ledger.settlement.statement_csv import as_text


@require_safe
@for_clerks
def index(request: HttpRequest) -> HttpResponse:
    days = periods.next_period()
    statements = Count("statements", distinct=True)
    found = Period.objects.annotate(merchants=statements).prefetch_related("runs")
    owed = dict(Period.objects.order_by().values_list("pk").annotate(owed=Sum("statements__closing_cents")))
    paid = Sum("runs__payments__amount_cents", filter=Q(runs__state=Run.State.APPROVED))
    sent = dict(Period.objects.order_by().values_list("pk").annotate(paid=paid))
    context = {
        "lines": [(period, owed[period.pk] or 0, sent[period.pk] or 0) for period in found],
        "next": days,
        "can_close": days is not None and days.upper <= clock.today(),
        "findings": Finding.objects.filter(resolved_at=None).count(),
        "prepared": Run.objects.filter(state=Run.State.PREPARED).select_related("period", "maker"),
        "incomplete": any(period.completed_at is None for period in found),
    }
    return render(request, "maps/settlement/index.html", context)


@require_POST
@for_clerks
def close(request: HttpRequest) -> HttpResponse:
    try:
        period = periods.close_next(by=clerk_of(request))
    except CityError as refusal:
        messages.error(request, str(refusal))
        return redirect("settlement")
    messages.success(request, _("The period is closed. Its statements are being made."))
    return redirect("settlement-period", period.pk)


@require_safe
@for_clerks
def period_page(request: HttpRequest, period_id: int) -> HttpResponse:
    period = get_object_or_404(Period, pk=period_id)
    statements = list(period.statements.select_related("account").order_by("-closing_cents", "pk"))
    names = names_of(statement.account for statement in statements)
    found = list(period.runs.select_related("maker", "checker"))
    context = {
        "period": period,
        "statements": [(statement, names[statement.account_id]) for statement in statements],
        "totals": _totals(period),
        "runs": [(run, run.payments.aggregate(cents=Sum("amount_cents"))["cents"] or 0) for run in found],
        "prepared": any(run.state == Run.State.PREPARED for run in found),
        "due": sum(due.cents for due in dues(period) if due.cents > 0) if period.completed_at else 0,
        "drafts": claims.drafts(period) if period.completed_at else [],
        "claims": period.claims.select_related("funder"),
        "today": clock.today(),
    }
    return render(request, "maps/settlement/period.html", context)


@require_POST
@for_clerks
def prepare(request: HttpRequest, period_id: int) -> HttpResponse:
    period = get_object_or_404(Period, pk=period_id)
    try:
        run = runs.prepare(period, by=clerk_of(request), pay_on=_day(request.POST.get("pay_on", "")))
    except CityError as refusal:
        messages.error(request, str(refusal))
        return redirect("settlement-period", period_id)
    messages.success(request, _("The run is prepared. Somebody else has to approve it."))
    return redirect("settlement-run", run.pk)


@require_safe
@for_clerks
def journal_csv(_request: HttpRequest, period_id: int) -> StreamingHttpResponse:
    period = get_object_or_404(Period, pk=period_id)
    return StreamingHttpResponse(
        as_text(journal.rows(period)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="journal-{period}.csv"'},
    )


@require_safe
@for_clerks
def journal_json(_request: HttpRequest, period_id: int) -> HttpResponse:
    period = get_object_or_404(Period, pk=period_id)
    return HttpResponse(
        json.dumps(journal.horizon(period), ensure_ascii=False, indent=1),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="journal-{period}.json"'},
    )


def _totals(period: Period) -> dict[str, int]:
    columns = ("opening", "granted", "returned", "correction", "paid", "closing")
    sums = period.statements.aggregate(**{name: Sum(f"{name}_cents", default=0) for name in columns})
    return {name: int(sums[name]) for name in columns}


def _day(text: str) -> date | None:
    """An empty or unreadable day is today, as `prepare` has it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
