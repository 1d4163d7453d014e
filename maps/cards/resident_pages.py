"""The resident's own cards and codes, and the page that shows the changing code, which needs no network."""

from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core.errors import CityError, InvalidInput
from gis_platform.identity.models import User
from gis_platform.residents import phones, printing, services
from gis_platform.residents.accounts import ProfileMissing, resident_of
from gis_platform.residents.models import Resident
from maps.cards.lines import line_of

BLOCK, RENAME = "block", "rename"


@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """Names nobody, so that the phone may keep it: whose code it shows is known to the phone's own store alone."""
    return render(request, "maps/cards/code.html", {"texts": _code_texts()})


@require_safe
@never_cache
@login_required
def means(request: HttpRequest) -> HttpResponse:
    """Raises ProfileMissing for an account that is nobody's card."""
    own = _resident(request).means.select_related("resident")
    lines = [line_of(one) for one in own]
    return render(request, "maps/cards/means.html", {"lines": lines, "texts": _phone_texts()})


@require_POST
@login_required
def add_phone(request: HttpRequest) -> HttpResponse:
    """The secret goes out in this answer and never again."""
    resident, user = _resident(request), request.user
    assert isinstance(user, User)
    label = request.POST.get("label", "").strip() or _("Phone")
    given = phones.add_phone(resident, actor=user.actor, label=label[:100])
    return JsonResponse(asdict(given), status=201, headers={"Cache-Control": "no-store"})


@require_POST
@login_required
def change(request: HttpRequest, means_id: int) -> HttpResponse:
    """Blocks or renames one that is the resident's own; somebody else's is not there."""
    resident, user = _resident(request), request.user
    assert isinstance(user, User)
    one = get_object_or_404(resident.means, pk=means_id)
    wish = request.POST.get("wish", "")
    try:
        if wish == BLOCK:
            services.block_means(one, actor=user.actor, reason="blocked by its holder")
            messages.success(request, _("It is blocked. Your other cards and codes still work."))
        elif wish == RENAME:
            services.rename_means(one, request.POST.get("label", ""), actor=user.actor)
        else:
            raise InvalidInput
    except CityError as refusal:
        messages.error(request, str(refusal))
    return redirect("card-means")


@require_POST
@login_required
def order(request: HttpRequest) -> HttpResponse:
    resident, user = _resident(request), request.user
    assert isinstance(user, User)
    try:
        printing.order(resident, actor=user.actor)
        messages.success(request, _("A printed code is ordered. Collect it at the city's desk."))
    except CityError as refusal:
        messages.error(request, str(refusal))
    return redirect("card-means")


def _resident(request: HttpRequest) -> Resident:
    if not isinstance(request.user, User):
        raise ProfileMissing
    return resident_of(request.user)


def _code_texts() -> dict[str, str]:
    return {
        "left": _("New code in {seconds} s"),
        "qr": _("Your code as a QR code"),
        "clock": _("The clock of this phone is {minutes} min off. The code is corrected while there is a network."),
        "insecure": _("This browser keeps no keys here. Open the page over HTTPS."),
        "forget": _("Take the code off this phone? You can add the phone again when you are signed in."),
    }


def _phone_texts() -> dict[str, str]:
    return {
        "adding": _("Adding this phone…"),
        "failed": _("That did not work"),
        "insecure": _("This browser keeps no keys here. Open the page over HTTPS."),
    }
