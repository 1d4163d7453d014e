"""The resident's own page: by what they are known, what they have earned, and where they were."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gis_platform.core import clock
from gis_platform.identity.models import User
from gis_platform.reports.queries import notices_of
from gis_platform.residents.accounts import ProfileMissing
from gis_platform.residents.models import Means, Resident
from maps.check_in import resident_of
from rules.ledger.models import Account, Unit
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from rules.loyalty.models import CheckIn
from rules.loyalty.scoring import ADVICE, Decision, Reason

CHECK_INS_MAX = 20
TONES = {Decision.ACCEPTED: "good", Decision.NEEDS_STRONGER_PROOF: "warn", Decision.REFUSED: "bad"}


@dataclass(frozen=True, kw_only=True)
class MeansLine:
    title: str
    issued_at: datetime
    state: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class CheckInLine:
    place: str
    place_id: int
    at: datetime
    decision: str
    tone: str
    advice: tuple[str, ...]
    points: int


@require_safe
@never_cache
@login_required
def my_card(request: HttpRequest) -> HttpResponse:
    """Raises ProfileMissing for an account that is nobody's card."""
    resident = resident_of(request)
    if resident is None or not isinstance(request.user, User):
        raise ProfileMissing
    points = AccountKey(kind=Account.Kind.RESIDENT, holder=str(resident.handle), unit=Unit.POINTS)
    context = {
        "resident": resident,
        "points": balance(points),
        "means": [_means_line(means) for means in resident.means.all()],
        "check_ins": list(_check_ins(resident)),
        "notices": notices_of(request.user),
    }
    return render(request, "maps/my_card.html", context)


def _means_line(means: Means) -> MeansLine:
    state, tone = _("In use"), "good"
    if means.blocked_at is not None:
        state, tone = _("Blocked"), "bad"
    elif means.expires_at is not None and means.expires_at <= clock.now():
        state, tone = _("Expired"), "warn"
    return MeansLine(title=str(means), issued_at=means.issued_at, state=state, tone=tone)


def _check_ins(resident: Resident) -> Iterator[CheckInLine]:
    for record in CheckIn.objects.filter(resident=resident).select_related("place")[:CHECK_INS_MAX]:
        yield CheckInLine(
            place=record.place.name,
            place_id=record.place_id,
            at=record.at,
            decision=record.get_decision_display(),
            tone=TONES[Decision(record.decision)],
            advice=tuple(str(ADVICE[Reason(code)]) for code in record.reasons),
            points=record.points,
        )
