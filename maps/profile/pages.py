"""The profile, its export to read or to take along, and its erasure."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import clock
from gis_platform.identity.models import User
from gis_platform.residents import consents, mandates
from gis_platform.residents.models import Consent, Erasure, HouseholdMember, Resident
from gis_platform.residents.privacy import erasing
from gis_platform.residents.privacy.exporting import ExportEncoder, export
from maps.profile.access import for_residents
from maps.profile.mandate_forms import RequestForm
from maps.profile.words import CONSENTS, looks_in_words

LOOKS_SHOWN = 30


@require_safe
@for_residents
def profile(request: HttpRequest, resident: Resident) -> HttpResponse:
    return render(request, "maps/profile/profile.html", shown(resident))


def shown(resident: Resident) -> dict[str, object]:
    today = clock.today()
    own = HouseholdMember.objects.on(today).filter(resident=resident).first()
    together = HouseholdMember.objects.on(today).filter(household=own.household_id) if own else []
    return {
        "resident": resident,
        "language_names": [name for code, name in _languages() if code in resident.languages],
        "household": [one.resident for one in together if one.resident_id != resident.pk],
        "residences": resident.residences.order_by("-period"),
        "memberships": resident.memberships.select_related("group", "answer").order_by("-period"),
        "mandates": mandates.of(resident),
        "wards": mandates.wards_of(resident),
        "consents": _consents(resident),
        "looks": looks_in_words(list(resident.looks.all()[:LOOKS_SHOWN])),
        "erasure": Erasure.objects.filter(resident=resident).order_by("-asked_at").first(),
        "form": RequestForm(),
        "today": today,
    }


@require_POST
@for_residents
def consent(request: HttpRequest, resident: Resident, purpose: str) -> HttpResponse:
    if request.POST.get("act") == "give":
        consents.give(resident, purpose)
    else:
        consents.withdraw(resident, purpose)
    return redirect("/profile/#consents")


@require_safe
@for_residents
def export_json(request: HttpRequest, resident: Resident) -> HttpResponse:
    document = json.dumps(export(resident, actor=_actor(request)), cls=ExportEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(document, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_safe
@for_residents
def export_page(request: HttpRequest, resident: Resident) -> HttpResponse:
    """The same to read and to print."""
    plain = json.loads(json.dumps(export(resident, actor=_actor(request)), cls=ExportEncoder))
    return render(request, "maps/profile/export.html", {"document": plain})


@require_POST
@for_residents
def erasure(request: HttpRequest, resident: Resident) -> HttpResponse:
    if request.POST.get("act") == "take-back":
        erasing.take_back(resident, actor=_actor(request))
    else:
        erasing.ask(resident, actor=_actor(request))
    return redirect("/profile/#erasure")


def _consents(resident: Resident) -> list[tuple[str, str, str, Consent | None, list[Consent]]]:
    """Purpose, title, explanation, the one in force, and the history."""
    held = list(resident.consents.all())
    return [
        (
            purpose.value,
            str(purpose.label),
            str(CONSENTS[purpose]),
            next((one for one in held if one.purpose == purpose and one.withdrawn_at is None), None),
            [one for one in held if one.purpose == purpose],
        )
        for purpose in Consent.Purpose
    ]


def _languages() -> list[tuple[str, str]]:
    return [("lv", _("Latvian")), ("lt", _("Lithuanian")), ("en", _("English"))]


def _actor(request: HttpRequest) -> str:
    assert isinstance(request.user, User)
    return request.user.actor
