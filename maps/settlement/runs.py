"""A settlement run: what it pays and leaves out, its approval by another, and its files."""

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core.errors import CityError
from maps.settlement.access import clerk_of, for_clerks
from maps.settlement.names import names_of
from rules.ledger.models import Claim, Run
from rules.ledger.settlement import claims, runs


@require_safe
@for_clerks
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(Run.objects.select_related("period", "maker", "checker"), pk=run_id)
    payments = list(run.payments.select_related("statement__account").prefetch_related("bank_lines"))
    omissions = list(run.omissions.select_related("statement__account"))
    names = names_of(one.statement.account for one in omissions)
    context = {
        "run": run,
        "payments": payments,
        "omissions": [(one, names[one.statement.account_id]) for one in omissions],
        "total": run.payments.aggregate(cents=Sum("amount_cents", default=0))["cents"],
        "claims": run.claims.select_related("funder"),
        "drafts": claims.drafts(run.period) if run.state == Run.State.PREPARED else [],
        "may_approve": run.state == Run.State.PREPARED and run.maker_id != clerk_of(request).pk,
    }
    return render(request, "maps/settlement/run.html", context)


@require_POST
@for_clerks
def act(request: HttpRequest, run_id: int) -> HttpResponse:
    """Approves or cancels, by the button that was pressed."""
    get_object_or_404(Run, pk=run_id)
    try:
        match request.POST.get("act"):
            case "approve":
                runs.approve(run_id, by=clerk_of(request))
                messages.success(
                    request, _("The run is approved and booked. Its payment file can be sent to the bank.")
                )
            case "cancel":
                runs.cancel(run_id, by=clerk_of(request))
                messages.success(request, _("The run is cancelled; nothing was booked."))
    except CityError as refusal:
        messages.error(request, str(refusal))
    return redirect("settlement-run", run_id)


@require_safe
@for_clerks
def payment_file(_request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(Run, pk=run_id, state=Run.State.APPROVED)
    if not run.payment_file:
        raise Http404
    return _xml(bytes(run.payment_file), f"payments-{run.period}-{run.pk}.xml")


@require_safe
@for_clerks
def claim_file(_request: HttpRequest, number: str) -> HttpResponse:
    claim = get_object_or_404(Claim, number=number)
    return _xml(bytes(claim.document), f"{claim.number}.xml")


def _xml(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
