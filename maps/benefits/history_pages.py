"""The resident's own decisions, each with the reasons, on a page and as a file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gis_platform.core import clock
from gis_platform.identity.models import User
from gis_platform.residents import accounts
from layers.merchants.models import Merchant
from layers.places.models import Place
from rules.benefits import explaining
from rules.benefits.models import Decision
from rules.engine.outcome import Verdict

PAGE = 20
NOT_FOR_THIS = frozenset({Verdict.NOT_MATCHED, Verdict.NOTHING_TO_TAKE})
EXPORTED_MAX = 300  # decisions: each is worked out again to tell why
EVENTS: dict[str, Promise] = {
    "receipt": gettext_lazy("Receipt"),
    "check-in": gettext_lazy("Check-in"),
    "identification": gettext_lazy("Card read"),
    "zone-entered": gettext_lazy("Walk"),
    "sensor-alarm": gettext_lazy("Alarm"),
    "date": gettext_lazy("Day"),
}
TONES = {
    Decision.Status.COMMITTED: "good",
    Decision.Status.RESERVED: "warn",
    Decision.Status.VOIDED: "bad",
    Decision.Status.EXPIRED: "bad",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """`why` are the rules that gave something or were kept from it; `others` those that had nothing to do with it."""

    id: UUID
    code: str
    event: str
    where: str
    at: datetime
    discount_cents: int
    points: int
    status: str
    tone: str
    why: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


@require_safe
@never_cache
@login_required
def history(request: HttpRequest) -> HttpResponse:
    """Raises ProfileMissing for an account that is nobody's."""
    paginator = Paginator(_mine(request), PAGE)
    page: Page[Decision] = paginator.get_page(request.GET.get("page"))
    context = {"page": page, "lines": list(_lines(list(page.object_list)))}
    return render(request, "maps/benefits/history.html", context)


@require_safe
@never_cache
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The newest EXPORTED_MAX of them as CSV (RFC 4180), with the reasons in the active language."""
    head: list[object] = [
        _("Time"),
        _("Event"),
        _("Place"),
        _("Code"),
        _("Status"),
        _("Discount, cents"),
        _("Points"),
        _("Reasons"),
    ]
    decisions = list(_mine(request)[:EXPORTED_MAX])
    rows: list[list[object]] = [
        [
            clock.local(one.at).isoformat(timespec="seconds"),
            one.event,
            one.where,
            one.code,
            one.status,
            one.discount_cents,
            one.points,
            " ".join(one.why),
        ]
        for one in _lines(decisions)
    ]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="benefits.csv"'
    csv.writer(response).writerows([_harmless(cell) for cell in row] for row in (head, *rows))
    return response


def _mine(request: HttpRequest) -> QuerySet[Decision]:
    assert isinstance(request.user, User)
    resident = accounts.resident_of(request.user)
    return Decision.objects.filter(resident=str(resident.handle)).order_by("-decided_at", "pk")


def _lines(decisions: list[Decision]) -> Iterator[Line]:
    names = _names(decisions)
    for decision in decisions:
        told = explaining.told(decision)
        yield Line(
            id=decision.pk,
            code=decision.code,
            event=str(EVENTS.get(decision.trigger, decision.trigger)),
            where=names.get(decision.merchant) or names.get(f"place:{decision.place_id}", ""),
            at=decision.decided_at,
            discount_cents=decision.discount_cents,
            points=decision.points,
            status=decision.get_status_display(),
            tone=TONES[Decision.Status(decision.status)],
            why=[one.sentence for one in told if one.verdict not in NOT_FOR_THIS],
            others=[one.sentence for one in told if one.verdict in NOT_FOR_THIS],
        )


def _names(decisions: list[Decision]) -> dict[str, str]:
    """What shops and places are called, by the ledger's names for them."""
    shops = [one.merchant.removeprefix("merchant:") for one in decisions if one.merchant.startswith("merchant:")]
    places = [one.place_id for one in decisions if one.place_id]
    found = {f"merchant:{one.pk}": one.name for one in Merchant.objects.filter(pk__in=shops)}
    return found | {f"place:{one.pk}": one.name for one in Place.objects.filter(pk__in=places)}


def _harmless(cell: object) -> object:
    """A table program takes a text that begins so for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
