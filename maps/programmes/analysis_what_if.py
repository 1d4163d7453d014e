"""What a version would have changed in the past: asked, waited for, looked at, taken along as a table."""

import csv
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gis_platform.core import clock
from gis_platform.core.errors import CityError, InvalidInput
from maps.programmes.access import for_readers, member_of_staff
from maps.programmes.analysis_charts import Chart, Line, draw
from maps.programmes.analysis_conflicts import version_of
from maps.programmes.analysis_forecast import forecast_of_run
from maps.programmes.analysis_map import district_map, names_of_districts
from maps.programmes.analysis_words import programme_names
from rules.benefits import what_if
from rules.benefits.comparing import GROUP_MIN, TOGETHER
from rules.benefits.models import WhatIfRun

RUNS_SHOWN = 20
REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def what_if_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    version = version_of(code, number)
    last = clock.today() - timedelta(days=1)
    typed = {"first_day": last.replace(day=1).isoformat(), "last_day": last.isoformat()}
    faults: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in typed}
        try:
            run = what_if.request(
                version.pk,
                first_day=_day(typed, "first_day"),
                last_day=_day(typed, "last_day"),
                user=member_of_staff(request),
            )
        except CityError as refused:
            fields = refused.fields if isinstance(refused, InvalidInput) else {}
            faults = {name: str(text) for name, text in fields.items()} or {"last_day": str(refused)}
        else:
            return redirect("programme-what-if-run", run.pk)
    runs = WhatIfRun.objects.filter(programme=version.programme).select_related("asked_by")[:RUNS_SHOWN]
    context = {
        "version": version,
        "programme": version.programme,
        "typed": typed,
        "faults": faults,
        "today": clock.today(),
        "runs": [(run, _last_day(run)) for run in runs],
    }
    return render(request, "maps/programmes/analysis/what_if.html", context, status=REFUSED if faults else 200)


@require_safe
@for_readers
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _run(run_id)
    context: dict[str, Any] = {"run": run, "programme": run.programme, "last_day": _last_day(run)}
    context["busy"] = run.state in WhatIfRun.BUSY
    context["progress"] = what_if.progress(run)
    if run.result is not None:
        context |= {
            "result": run.result,
            "change": run.result["after_cents"] - run.result["before_cents"],
            "chart": _chart(run.result),
            "map": district_map({row["district"]: row["change_cents"] for row in run.result["by_district"]}),
            "districts": _districts(run.result),
            "programmes": _programmes(run.result),
            "days": [(date.fromisoformat(row["day"]), row, _change(row)) for row in run.result["by_day"]],
            "group_min": GROUP_MIN,
            "forecasts": forecast_of_run(run),
        }
    return render(request, "maps/programmes/analysis/what_if_run.html", context)


@require_safe
@for_readers
def run_state(request: HttpRequest, run_id: UUID) -> JsonResponse:
    """How far the run is, for the page that waits."""
    run = _run(run_id)
    return JsonResponse({"state": run.state, "progress": what_if.progress(run), "busy": run.state in WhatIfRun.BUSY})


@require_POST
@for_readers
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _run(run_id)
    try:
        what_if.cancel(run.pk, user=member_of_staff(request))
    except CityError as refused:
        messages.error(request, str(refused))
    return redirect("programme-what-if-run", run.pk)


@require_safe
@for_readers
def table(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The same numbers as the page has, in cents, one part below the other."""
    run = _run(run_id)
    result = run.result or {"by_programme": [], "by_district": [], "by_day": []}
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="what-if-{run.programme.code}-{run.version_number}.csv"'
    writer = csv.writer(answer)
    writer.writerow(["part", "key", "before_cents", "after_cents", "change_cents", "people"])
    for row in result["by_programme"]:
        writer.writerow(["programme", row["programme"], row["before_cents"], row["after_cents"], _change(row), ""])
    for row in result["by_district"]:
        writer.writerow(["district", row["district"], "", "", row["change_cents"], row["people"]])
    for row in result["by_day"]:
        writer.writerow(["day", row["day"], row["before_cents"], row["after_cents"], _change(row), ""])
    return answer


def _run(run_id: UUID) -> WhatIfRun:
    return get_object_or_404(WhatIfRun.objects.select_related("programme", "version", "asked_by"), pk=run_id)


def _day(typed: dict[str, str], name: str) -> date:
    try:
        return date.fromisoformat(typed[name])
    except ValueError:
        raise InvalidInput(fields={name: _("Write the day as 2026-09-01.")}) from None


def _last_day(run: WhatIfRun) -> date:
    last: date = run.period.upper - timedelta(days=1)
    return last


def _change(row: dict[str, Any]) -> int:
    return int(row["after_cents"] - row["before_cents"])


def _chart(result: dict[str, Any]) -> Chart | None:
    rows = result["by_day"]
    if not rows:
        return None
    before = Line(_("Rules of then"), [row["before_cents"] for row in rows], 1)
    after = Line(_("With this version"), [row["after_cents"] for row in rows], 2)
    return draw(_("Discounts by day"), [date.fromisoformat(row["day"]) for row in rows], [before, after])


def _districts(result: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    names = names_of_districts() | {TOGETHER: _("Small districts together"), "": _("District not known")}
    return [(names.get(row["district"], row["district"]), row) for row in result["by_district"]]


def _programmes(result: dict[str, Any]) -> list[tuple[str, dict[str, Any], int]]:
    names = programme_names()
    return [(names.get(row["programme"], row["programme"]), row, _change(row)) for row in result["by_programme"]]
