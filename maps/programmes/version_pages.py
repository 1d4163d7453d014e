"""A programme with its versions and budgets; a version with its words, examples and the acts that it waits for."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core import clock
from gis_platform.core.errors import CityError, InvalidInput
from gis_platform.core.languages import active_language
from gis_platform.core.models import AuditEntry
from maps.editor.people import names_of
from maps.programmes.access import for_readers, for_writers, may_write, member_of_staff
from maps.programmes.checking import in_words
from maps.programmes.comparing import changes
from maps.programmes.examples import shown
from maps.programmes.heading import last_day
from maps.programmes.inputs import Kind, value_of
from maps.programmes.states import TAGS, Standing, with_standing
from maps.programmes.wrong import Wrong
from rules.benefits import conflicts, programmes, versions
from rules.benefits.activation import compiled_version, conflicts_of, name_of
from rules.benefits.errors import DefinitionRefused
from rules.benefits.models import Programme, ProgrammeVersion

ACTS_SHOWN = 50
VERSIONS_SHOWN = 200
REFUSED = 422


@require_safe
@for_readers
def programme_page(request: HttpRequest, code: str) -> HttpResponse:
    return _programme(request, code)


def _programme(
    request: HttpRequest, code: str, *, faults: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    programme: Any = get_object_or_404(with_standing(Programme.objects.all(), today=clock.today()), code=code)
    standing = Standing(programme.standing)
    entries = list(AuditEntry.objects.filter(subject=f"programme:{code}").order_by("-pk")[:ACTS_SHOWN])
    people = names_of(entry.actor for entry in entries)
    found = programme.versions.select_related("author", "approver")[:VERSIONS_SHOWN]
    budgets = programme.budgets.order_by("-period")
    context = {
        "programme": programme,
        "standing": standing.label,
        "tag": TAGS.get(standing, ""),
        "versions": [(version, last_day(version), _tag(version)) for version in found],
        "budgets": [(one, one.period.upper - timedelta(days=1) if one.period.upper else None) for one in budgets],
        "entries": [(entry, people.get(entry.actor, "")) for entry in entries],
        "may_write": may_write(request),
        "faults": faults or {},
        "sent": request.POST,
        "year": clock.today().year,
    }
    return render(request, "maps/programmes/programme.html", context, status=status)


@require_POST
@for_writers
def budget(request: HttpRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(Programme, code=code)
    faults: dict[str, str] = {}
    values = {
        name: _value(kind, request.POST.get(name, ""), name, faults)
        for name, kind in (("first_day", Kind.DATE), ("last_day", Kind.DATE), ("limit", Kind.MONEY))
    }
    if not faults and values["last_day"] < values["first_day"]:
        faults["last_day"] = _("The last day is before the first.")
    if faults:
        return _programme(request, code, faults=faults, status=REFUSED)
    try:
        programmes.set_budget(
            programme,
            first_day=date.fromisoformat(values["first_day"]),
            end_day=date.fromisoformat(values["last_day"]) + timedelta(days=1),
            limit_cents=values["limit"],
            user=member_of_staff(request),
        )
    except InvalidInput as error:
        said = {name: str(sentence) for name, sentence in error.fields.items()}
        return _programme(request, code, faults=said, status=REFUSED)
    messages.success(request, _("The budget is set."))
    return redirect("programme", code)


@require_safe
@for_readers
def version_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    return _version(request, _found(code, number))


@require_POST
@for_writers
def act(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Submits, sends back, approves, ends or discards; a refusal is shown on the version's page."""
    version = _found(code, number)
    acts: dict[str, Callable[[], object]] = {
        "submit": lambda: versions.submit(version.pk, author=member_of_staff(request)),
        "send-back": lambda: versions.send_back(version.pk, user=member_of_staff(request)),
        "approve": lambda: _approve(request, version),
        "end": lambda: _end(request, version),
        "discard": lambda: versions.discard(version.pk, author=member_of_staff(request)),
    }
    wanted = request.POST.get("act", "")
    if wanted not in acts:
        return redirect("programme-version", code, number)
    try:
        acts[wanted]()
    except CityError as error:
        return _version(request, _found(code, number), error=error)
    messages.success(request, _done(wanted))
    return redirect("programme", code) if wanted == "discard" else redirect("programme-version", code, number)


@require_safe
@for_readers
def differences_page(request: HttpRequest, code: str) -> HttpResponse:
    """What changed from one version to another, in words."""
    programme = get_object_or_404(Programme, code=code)
    numbers = list(programme.versions.values_list("number", flat=True)[:VERSIONS_SHOWN])
    newer = _number(request.GET.get("to", ""), numbers) or (numbers[0] if numbers else 0)
    older = _number(request.GET.get("from", ""), numbers) or next((one for one in numbers if one < newer), newer)
    context: dict[str, Any] = {"programme": programme, "numbers": numbers, "older": older, "newer": newer}
    if numbers:
        sides = [_sentences(_found(code, one)) for one in (older, newer)]
        context["changes"] = list(changes(*sides))
    return render(request, "maps/programmes/differences.html", context)


def _version(request: HttpRequest, version: ProgrammeVersion, *, error: CityError | None = None) -> HttpResponse:
    user = member_of_staff(request)
    own = version.author_id == user.pk
    states = ProgrammeVersion.State
    context = {
        "programme": version.programme,
        "version": version,
        "last_day": last_day(version),
        "tag": _tag(version),
        "words": _all_words(version),
        "examples": shown(version),
        "conflicts": _conflicts(version) if version.state == states.SUBMITTED else [],
        "error": error,
        "today": clock.today(),
        "may_edit": may_write(request) and own and version.state == states.DRAFT,
        "may_approve": may_write(request) and not own and version.state == states.SUBMITTED,
        "may_send_back": may_write(request) and version.state == states.SUBMITTED,
        "may_end": may_write(request) and version.state == states.ACTIVE and version.effective.upper is None,
        "may_write": may_write(request),
        "own": own,
    }
    return render(request, "maps/programmes/version.html", context, status=error.status if error else 200)


def _approve(request: HttpRequest, version: ProgrammeVersion) -> None:
    seen = frozenset(request.POST.getlist("seen"))
    versions.approve(version.pk, approver=member_of_staff(request), seen=seen)


def _end(request: HttpRequest, version: ProgrammeVersion) -> None:
    faults: dict[str, str] = {}
    day = _value(Kind.DATE, request.POST.get("last_day", ""), "last_day", faults)
    if faults:
        raise InvalidInput(faults["last_day"], fields=faults)
    versions.end(version.pk, last_day=date.fromisoformat(day), user=member_of_staff(request))


def _conflicts(version: ProgrammeVersion) -> list[tuple[str, conflicts.Conflict]]:
    try:
        return [(name_of(one), one) for one in conflicts_of(version)]
    except DefinitionRefused:  # the page says so where the words would be
        return []


def _all_words(version: ProgrammeVersion) -> list[tuple[str, list[str]]]:
    try:
        return in_words(compiled_version(version))
    except DefinitionRefused:  # written before the language of rules changed: the page says that it cannot stand
        return []


def _sentences(version: ProgrammeVersion) -> list[str]:
    words = dict(_all_words(version))
    until = last_day(version)
    days = _("In force from {first}").format(first=version.effective.lower)
    if until:
        days = _("In force from {first} to {last}").format(first=version.effective.lower, last=until)
    return [f"{days}.", *words.get(active_language(), [])]


def _done(act: str) -> str:
    return {
        "submit": _("Submitted. Somebody else has to approve it."),
        "send-back": _("It is a draft again."),
        "approve": _("Approved."),
        "end": _("The end is set."),
        "discard": _("The draft was discarded."),
    }[act]


def _value(kind: Kind, text: str, name: str, faults: dict[str, str]) -> Any:
    try:
        value = value_of(kind, [text])
    except Wrong as wrong:
        faults[name] = str(wrong)
        return None
    if value is None:
        faults[name] = _("This is needed.")
    return value


def _found(code: str, number: int) -> ProgrammeVersion:
    rows = ProgrammeVersion.objects.select_related("programme", "author", "approver")
    return get_object_or_404(rows, programme__code=code, number=number)


def _number(text: str, known: list[int]) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 and int(text) in known else 0


def _tag(version: ProgrammeVersion) -> str:
    return {"draft": "tag-draft", "submitted": "tag-warn", "active": "tag-good"}[version.state]
