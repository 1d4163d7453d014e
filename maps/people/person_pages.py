"""People at the desk: found by name, seen with all that is known, and every look is told to them."""

from datetime import date

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError
from gis_platform.residents import evidence, mandates
from gis_platform.residents.looking import looked, looked_at_all
from gis_platform.residents.models import Group, Membership, Resident
from maps.people.person_forms import MandateForm, MembershipForm
from maps.people.tables import page_of, rest_of
from maps.profile.words import looks_in_words
from maps.settlement.access import clerk_of, for_clerks

WORDS_MAX = 4
LETTERS_MIN = 2
LOOKS_SHOWN = 20


@require_safe
@for_clerks
def people(request: HttpRequest) -> HttpResponse:
    """Nobody is listed who was not searched for."""
    words = request.GET.get("q", "").strip()[:100]
    page = page_of(request, _found(words))
    looked_at_all(page.object_list, actor=clerk_of(request).actor, what="found", purpose="desk")
    context = {"words": words, "page": page, "rest": rest_of(request), "asked": len(words) >= LETTERS_MIN}
    return render(request, "maps/people/people.html", context)


@require_safe
@for_clerks
def person(request: HttpRequest, handle: str) -> HttpResponse:
    resident = get_object_or_404(Resident, handle=handle)
    looked(resident, actor=clerk_of(request).actor, what="profile", purpose="desk")
    return render(request, "maps/people/person.html", _shown(resident))


@require_POST
@for_clerks
def add_mandate(request: HttpRequest, handle: str) -> HttpResponse:
    resident, form = get_object_or_404(Resident, handle=handle), MandateForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            mandates.enter(
                values["holder"], resident, values["kind"], form.period, document=values["document"],
                actor=clerk_of(request).actor,
            )  # fmt: skip
        except CityError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Entered; both sides see it."))
            return redirect("person", handle)
    return render(request, "maps/people/person.html", _shown(resident) | {"mandate_form": form}, status=400)


@require_POST
@for_clerks
def end_mandate(request: HttpRequest, handle: str, mandate_id: int) -> HttpResponse:
    resident = get_object_or_404(Resident, handle=handle)
    get_object_or_404(mandates.of(resident), pk=mandate_id)
    mandates.end(mandate_id, actor=clerk_of(request).actor)
    messages.success(request, _("Ended."))
    return redirect("person", handle)


@require_POST
@for_clerks
def add_membership(request: HttpRequest, handle: str) -> HttpResponse:
    resident, form = get_object_or_404(Resident, handle=handle), MembershipForm(request.POST)
    if form.is_valid():
        group = form.cleaned_data["group"]
        try:
            with acting(clerk_of(request).actor, "member entered"), transaction.atomic():
                Membership.objects.create(
                    resident=resident, group=group, period=form.period, evidence=form.cleaned_data["evidence"]
                )
                audit.record("residents.member-entered", f"resident:{resident.pk}", group=group.code)
        except IntegrityError:
            form.add_error("group", _("The person is in this group in that time already"))
        else:
            messages.success(request, _("Entered."))
            return redirect("person", handle)
    return render(request, "maps/people/person.html", _shown(resident) | {"membership_form": form}, status=400)


@require_POST
@for_clerks
def check_register(request: HttpRequest, handle: str, code: str) -> HttpResponse:
    """Asks the register of a group about this person; the answer is kept sealed and the membership follows it."""
    resident = get_object_or_404(Resident, handle=handle)
    group = get_object_or_404(Group, code=code, made=Group.Made.REGISTER)
    found = evidence.check_membership(resident, group, actor=clerk_of(request).actor)
    if found.grace_until is not None:
        messages.warning(
            request, _("The register is silent; its last answer counts until %(day)s.") % {"day": found.grace_until}
        )
    elif found.answer.holds:
        messages.success(request, _("The register says yes."))
    else:
        messages.info(request, _("The register says no."))
    return redirect("person", handle)


def _shown(resident: Resident) -> dict[str, object]:
    return {
        "person": resident,
        "residences": resident.residences.order_by("-period"),
        "memberships": resident.memberships.select_related("group", "answer").order_by("-period"),
        "mandates": mandates.of(resident),
        "looks": looks_in_words(list(resident.looks.all()[:LOOKS_SHOWN])),
        "register_groups": Group.objects.filter(made=Group.Made.REGISTER),
        "mandate_form": MandateForm(),
        "membership_form": MembershipForm(),
        "today": clock.today(),
    }


def _found(words: str) -> "QuerySet[Resident]":
    if len(words) < LETTERS_MIN:
        return Resident.objects.none()
    found = Resident.objects.order_by("family_name", "given_name", "pk")
    for word in words.split()[:WORDS_MAX]:
        named = Q(given_name__istartswith=word) | Q(family_name__istartswith=word)
        found = found.filter(named | Q(birth_date=word) if _is_day(word) else named)
    return found


def _is_day(word: str) -> bool:
    try:
        date.fromisoformat(word)
    except ValueError:
        return False
    return True
