"""The test bench: an example receipt typed in, what comes out line by line and why; kept as a worked example."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gis_platform.core import clock
from gis_platform.core.errors import CityError
from maps.programmes import acts, bench_layout
from maps.programmes.access import for_readers, may_write, member_of_staff
from maps.programmes.benching import Typed, example_of
from maps.programmes.examples import Shown, one_shown, shown
from maps.programmes.fields import Showing
from maps.programmes.sheet import Part, Sheet, blank, sent
from maps.programmes.sources import Sources, sources
from rules.benefits import versions
from rules.benefits.models import ProgrammeVersion

REFUSED = 422
NAME_LENGTH_MAX = 200
EXAMPLES_MAX = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def bench_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    rows = ProgrammeVersion.objects.select_related("programme")
    version = get_object_or_404(rows, programme__code=code, number=number)
    if request.method != "POST":
        return _page(request, version, _first())
    part = bench_layout.bench(version.definition)
    sheet = sent(part, request.POST)
    act = request.POST.get("act", "try")
    if looked_at := acts.perform(act, sheet, part):
        return _page(request, version, sheet, looked_at=looked_at)
    if act.startswith("drop:"):
        return _drop(request, version, act.removeprefix("drop:"))
    typed = example_of(sheet, version.definition, name=_name(request))
    if typed.faults:
        return _page(request, version, sheet, typed, status=REFUSED)
    if act == "keep":
        return _keep(request, version, sheet, typed)
    return _page(request, version, sheet, typed, found=one_shown(version, typed.value))


def _keep(request: HttpRequest, version: ProgrammeVersion, sheet: Sheet, typed: Typed) -> HttpResponse:
    """With what is expected; where nothing was typed, what comes out now is what is expected from now on."""
    found = one_shown(version, typed.value)
    if not _name(request):
        typed.faults["name"] = _("Say what the example shows.")
    elif len(version.examples) >= EXAMPLES_MAX:
        typed.faults["name"] = _("A version has at most {most} examples.").format(most=EXAMPLES_MAX)
    if typed.faults or found.refusal:
        return _page(request, version, sheet, typed, found=found, status=REFUSED)
    value = typed.value if typed.expects else typed.value | _comes_out(found)
    try:
        versions.revise(version.pk, author=member_of_staff(request), examples=[*version.examples, value])
    except CityError as error:
        messages.error(request, str(error.detail))
        return _page(request, version, sheet, typed, found=found, status=error.status)
    messages.success(request, _("The example is kept with the version."))
    return redirect("programme-bench", version.programme.code, version.number)


def _drop(request: HttpRequest, version: ProgrammeVersion, place: str) -> HttpResponse:
    kept = [value for number, value in enumerate(version.examples) if str(number) != place]
    try:
        versions.revise(version.pk, author=member_of_staff(request), examples=kept)
    except CityError as error:
        messages.error(request, str(error.detail))
    return redirect("programme-bench", version.programme.code, version.number)


def _comes_out(found: Shown) -> dict[str, Any]:
    outcome = found.outcome
    assert outcome is not None, "a refusal has been shown before"
    expected = {
        "discounts": outcome.cents_by_line(),
        "points": outcome.total_points,
        "voucher_cents": sum(voucher.cents for voucher in outcome.vouchers),
        "used": {cap: count for (_code, cap), count in outcome.usage.items()},
    }
    return {key: value for key, value in expected.items() if value}


def _page(
    request: HttpRequest,
    version: ProgrammeVersion,
    sheet: Sheet,
    typed: Typed | None = None,
    *,
    found: Shown | None = None,
    looked_at: str = "",
    status: int = 200,
) -> HttpResponse:
    showing = Showing(typed.faults if typed else {}, _sources(sheet))
    parts = {"person": bench_layout.PERSON, "place": bench_layout.PLACE, "expected": bench_layout.EXPECTED}
    own = version.author_id == member_of_staff(request).pk
    context = {
        "version": version,
        "programme": version.programme,
        **{name: showing.fields(Part(inputs=inputs), sheet) for name, inputs in parts.items()},
        "before": showing.fields(Part(inputs=bench_layout.before(version.definition)), sheet),
        "lines": showing.rows(bench_layout.LINES, sheet),
        "found": found,
        "looked_at": looked_at,
        "name": _name(request),
        "name_error": typed.faults.get("name", "") if typed else "",
        "examples": shown(version),
        "may_keep": own and may_write(request) and version.state == ProgrammeVersion.State.DRAFT,
    }
    return render(request, "maps/programmes/bench.html", context, status=status)


def _first() -> Sheet:
    now = clock.local(clock.now())
    line = blank(bench_layout.LINES.part)
    texts = {"trigger": ["receipt"], "day": [now.date().isoformat()], "time": [f"{now:%H:%M}"]}
    return Sheet(texts=texts, rows={"lines": [line]})


def _sources(sheet: Sheet) -> Sources:
    known = sources(sheet)
    optional = {f"{name}-or-none": [("", "—"), *known[name]] for name in ("districts", "merchant-kinds")}
    return Sources(lists={**known.lists, **optional})


def _name(request: HttpRequest) -> str:
    return " ".join(request.POST.get("name", "").split())[:NAME_LENGTH_MAX]
