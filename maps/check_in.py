"""Checking in by hand, on the page that a scanned label opens: its card, and where the card's form goes by itself."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from gis_platform.core.errors import CityError, Conflict
from gis_platform.identity.models import User
from gis_platform.residents.accounts import ProfileMissing
from gis_platform.residents.models import Resident
from layers.places.models import Beacon
from layers.places.services import page_of, resolve
from rules.benefits import explaining
from rules.benefits.queries import decision_for
from rules.loyalty import services
from rules.loyalty.scoring import Decision

PLACES = "places"  # the layer whose features carry labels
LEVELS = {
    Decision.ACCEPTED: messages.SUCCESS,
    Decision.NEEDS_STRONGER_PROOF: messages.WARNING,
    Decision.REFUSED: messages.ERROR,
}


class LabelElsewhere(Conflict):
    code = "label-of-another-place"
    title = gettext_lazy("This label belongs to another place; scan the one that is fixed here")


@dataclass(frozen=True, kw_only=True)
class CheckInCard:
    """`refusal` says why the label does not count, "" for a good one; `key` is that of a form sent without a script."""

    label: str
    refusal: str
    key: str
    sign_in_url: str
    resident: Resident | None
    texts: dict[str, str]


def card(request: HttpRequest, layer_id: str, feature_id: int) -> CheckInCard | None:
    """What the place's page offers to somebody who has scanned a label; None for everybody else."""
    label = request.GET.get("label", "")
    if layer_id != PLACES or not label:
        return None
    return CheckInCard(
        label=label,
        refusal=_refusal(label, feature_id),
        key=uuid4().hex,
        sign_in_url="" if request.user.is_authenticated else _sign_in_to(request.get_full_path()),
        resident=resident_of(request),
        texts=_texts(),
    )


@require_POST
def check_in(request: HttpRequest, place_id: int) -> HttpResponse:
    """Checks in without a position, for a browser without scripts, and goes back to the page with the answer on top."""
    label = request.POST.get("label", "")
    try:
        beacon = _beacon_at(place_id, label)
        if not isinstance(request.user, User):
            return HttpResponseRedirect(_sign_in_to(page_of(beacon, label=label)))
        _check_in(request, request.user, label)
    except CityError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("place", args=[PLACES, place_id], query={"label": label}))


def resident_of(request: HttpRequest) -> Resident | None:
    """The resident whose account is signed in."""
    return getattr(request.user, "resident", None)


def outcomes() -> dict[Decision, str]:
    """What each decision is called before the one whom it is about."""
    return {
        Decision.ACCEPTED: _("You are checked in"),
        Decision.NEEDS_STRONGER_PROOF: _("A stronger proof is needed"),
        Decision.REFUSED: _("You are not checked in"),
    }


def _check_in(request: HttpRequest, user: User, label: str) -> None:
    resident = resident_of(request)
    if resident is None:
        raise ProfileMissing
    key = request.POST.get("key", "")
    answer = services.check_in(resident, label=label, fix=None, idempotency_key=key, body=label.encode()).value
    decision = Decision(answer["decision"])
    said = [outcomes()[decision] + ".", *(reason["advice"] for reason in answer["reasons"])]
    if decision == Decision.ACCEPTED:
        said.append(_("Points earned: {points}").format(points=answer["points"]) + ".")
    if answer["benefit"]:
        said += explaining.in_words(decision_for(user, UUID(answer["benefit"])))
    messages.add_message(request, LEVELS[decision], " ".join(said))


def _refusal(label: str, place_id: int) -> str:
    try:
        _beacon_at(place_id, label)
    except CityError as error:
        return str(error)
    return ""


def _beacon_at(place_id: int, label: str) -> Beacon:
    """The beacon of the label; raises LabelForged, LabelRevoked or LabelElsewhere."""
    beacon = resolve(label)
    if beacon.place_id != place_id:
        raise LabelElsewhere
    return beacon


def _sign_in_to(path: str) -> str:
    return redirect_to_login(path).url


def _texts() -> dict[str, str]:
    """What the button's script says."""
    return {
        "locating": _("Looking for your position…"),
        "sending": _("Checking in…"),
        "tryAgain": _("Try again"),
        "noNetwork": _("The network does not answer"),
        "noNetworkAdvice": _("Try again when you are connected; however often you try, it counts once."),
        "points": _("Points earned: {points}"),
        "notNow": _("That did not work"),
        **{str(decision): title for decision, title in outcomes().items()},
    }
