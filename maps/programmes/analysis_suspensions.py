"""Suspensions above the programmes: the list, the form, one in words with whom it concerns, and its acts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gis_platform.core import clock
from gis_platform.core.errors import CityError, InvalidInput
from gis_platform.core.models import AuditEntry
from maps.editor.people import names_of
from maps.programmes.access import for_readers, for_writers, may_write, member_of_staff
from maps.programmes.analysis_suspension_form import (
    EXCEPTIONS,
    ExceptionForm,
    SuspensionForm,
    typed_exceptions,
    typed_from,
    values_of,
)
from maps.programmes.analysis_words import condition_in_words, programme_names, speech
from rules.benefits import overrides
from rules.benefits.affected import affected
from rules.benefits.models import Override

REFUSED = 422
SHOWN = 100


@require_safe
@for_readers
def suspensions_page(request: HttpRequest) -> HttpResponse:
    found = Override.objects.select_related("author", "approver")[:SHOWN]
    context = {"suspensions": [(one, _standing(one), _last(one)) for one in found], "may_write": may_write(request)}
    return render(request, "maps/programmes/analysis/suspensions.html", context)


@require_safe
@for_readers
def suspension_page(request: HttpRequest, override_id: int) -> HttpResponse:
    override = get_object_or_404(Override.objects.select_related("author", "approver", "lifted_by"), pk=override_id)
    user = member_of_staff(request)
    entries = list(AuditEntry.objects.filter(subject=f"suspension:{override.pk}").order_by("pk"))
    context = {
        "suspension": override,
        "standing": _standing(override),
        "sentences": sentences(override),
        "affected": affected(override),
        "may_write": may_write(request),
        "own": override.author_id == user.pk,
        "may_lift": override.approver_id != user.pk and not override.lifted_from,
        "tomorrow": clock.today() + timedelta(days=1),
        "in_form": typed_exceptions(override) is not None,
        "entries": [(entry, names_of([entry.actor])[entry.actor]) for entry in entries],
    }
    return render(request, "maps/programmes/analysis/suspension.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def new_suspension(request: HttpRequest) -> HttpResponse:
    return _form_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def edit_suspension(request: HttpRequest, override_id: int) -> HttpResponse:
    override = get_object_or_404(Override, pk=override_id)
    if override.state != Override.State.DRAFT or typed_exceptions(override) is None:
        return redirect("suspension", override_id)
    return _form_page(request, override)


@require_POST
@for_writers
def act(request: HttpRequest, override_id: int) -> HttpResponse:
    get_object_or_404(Override, pk=override_id)
    user = member_of_staff(request)
    acts: dict[str, Callable[[], Any]] = {
        "approve": lambda: overrides.approve(override_id, approver=user),
        "drop": lambda: overrides.drop(override_id, actor=user),
        "lift": lambda: overrides.lift(override_id, from_day=_day(request.POST.get("from_day", "")), actor=user),
    }
    asked = request.POST.get("act", "")
    if asked not in acts:
        raise InvalidInput(fields={"act": _("Choose one of the buttons.")})
    try:
        acts[asked]()
    except CityError as refused:
        messages.error(request, str(refused))
        return redirect("suspension", override_id)
    return redirect("suspensions") if asked == "drop" else redirect("suspension", override_id)


def sentences(override: Override) -> list[str]:
    """What it does, as an official reads it before approving."""
    names, said = programme_names(), speech()
    listed = ", ".join(names.get(code, code) for code in override.programmes)
    last = override.end_day - timedelta(days=1)
    whole = _("From {first} to {last}, all programmes are suspended.")
    some = _("From {first} to {last}, these programmes are suspended: {programmes}.")
    found = [(some if listed else whole).format(first=override.first_day, last=last, programmes=listed)]
    for one in override.exceptions:
        whom, day = condition_in_words(one["when"], said), date.fromisoformat(one["end_day"]) - timedelta(days=1)
        if day < override.first_day:
            found.append(_("Never for: {whom}.").format(whom=whom))
        else:
            found.append(_("With another last day, {day}: {whom}.").format(whom=whom, day=day))
    if override.lifted_from:
        found.append(_("Lifted from {day} on.").format(day=override.lifted_from))
    return found


def _form_page(request: HttpRequest, override: Override | None) -> HttpResponse:
    form, exceptions = _bound(request, override)
    if request.method == "POST" and all([form.is_valid(), *(one.is_valid() for one in exceptions)]):
        values, user = values_of(form, exceptions), member_of_staff(request)
        try:
            kept = (
                overrides.change(override.pk, values, author=user) if override else overrides.draft(values, author=user)
            )
        except CityError as refused:
            _tell(form, exceptions, refused)
        else:
            return redirect("suspension", kept.pk)
    wrong = bool(form.errors) or any(one.errors for one in exceptions)
    context = {"form": form, "exceptions": exceptions, "suspension": override}
    return render(request, "maps/programmes/analysis/suspension_form.html", context, status=REFUSED if wrong else 200)


def _bound(request: HttpRequest, override: Override | None) -> tuple[SuspensionForm, list[ExceptionForm]]:
    prefixes = [f"exception-{place}" for place in range(EXCEPTIONS)]
    if request.method == "POST":
        return SuspensionForm(request.POST), [ExceptionForm(request.POST, prefix=prefix) for prefix in prefixes]
    rows = (typed_exceptions(override) or [])[:EXCEPTIONS] if override else []
    rows += [{}] * (EXCEPTIONS - len(rows))
    first = typed_from(override) if override else {}
    made = [ExceptionForm(initial=row, prefix=prefix) for row, prefix in zip(rows, prefixes, strict=True)]
    return SuspensionForm(initial=first), made


def _tell(form: SuspensionForm, exceptions: list[ExceptionForm], refused: CityError) -> None:
    """The refusal beside the field that it is about; the service counts only the exceptions that were filled in."""
    filled = [one for one in exceptions if one.exception() is not None]
    fields = refused.fields if isinstance(refused, InvalidInput) else {}
    for path, text in fields.items():
        match path.split("."):
            case ["end_day"]:
                form.add_error("last_day", str(text))
            case ["exceptions", place, *_rest] if place.isdecimal() and int(place) < len(filled):
                filled[int(place)].add_error("last_day", str(text))
            case [name] if name in form.fields:
                form.add_error(name, str(text))
            case _:
                form.add_error(None, str(text))
    if not fields:
        form.add_error(None, str(refused))


def _standing(override: Override) -> tuple[str, str]:
    """In a word, and the class of its tag."""
    if override.state == Override.State.DRAFT:
        return _("Draft"), "tag-draft"
    today = clock.today()
    if override.reach.upper <= today or (override.lifted_from and override.lifted_from <= today):
        return _("Over"), ""
    return (_("In force"), "tag-warn") if override.first_day <= today else (_("To come"), "tag-good")


def _last(override: Override) -> date:
    return override.end_day - timedelta(days=1)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(_("Write the day as 2026-09-01.")) from None
