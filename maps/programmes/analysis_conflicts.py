"""Where a version's rules can meet others on one line, each with its example receipt; and what else to look at."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maps.programmes.access import for_readers
from maps.programmes.analysis_words import facts_in_words, programme_names, speech
from rules.benefits import conflicts
from rules.benefits.activation import compiled_version
from rules.benefits.conflicts import Conflict, Dated, Warned
from rules.benefits.conflicts.warning import Kind
from rules.benefits.errors import DefinitionRefused
from rules.benefits.models import ProgrammeVersion
from rules.engine.forms import Mode


@dataclass(frozen=True, slots=True)
class Shown:
    """A conflict in words: `ends` says what becomes of the line."""

    conflict: Conflict
    first: str
    second: str
    ends: str
    facts: list[tuple[str, str]]


@require_safe
@for_readers
def conflicts_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    version = version_of(code, number)
    context: dict[str, Any] = {"version": version, "programme": version.programme}
    try:
        subject = _dated(version)
    except DefinitionRefused as refused:
        context["refused"] = str(refused)
        return render(request, "maps/programmes/analysis/conflicts.html", context)
    others = [_dated(other) for other in _beside(version)]
    found = conflicts.find(subject, others)
    names = programme_names()
    context |= {
        "meeting": [_shown(one, names) for one in found if one.decided],
        "open": [(_called(one.first, names), _called(one.second, names)) for one in found if not one.decided],
        "warnings": [_warned(one) for one in conflicts.warnings(subject, others)],
        "others": len(others),
    }
    return render(request, "maps/programmes/analysis/conflicts.html", context)


def version_of(code: str, number: int) -> ProgrammeVersion:
    versions = ProgrammeVersion.objects.select_related("programme", "author")
    return get_object_or_404(versions, programme__code=code, number=number)


def _beside(version: ProgrammeVersion) -> list[ProgrammeVersion]:
    active = ProgrammeVersion.objects.active().filter(effective__overlap=version.effective)
    return list(active.exclude(programme=version.programme).select_related("programme"))


def _dated(version: ProgrammeVersion) -> Dated:
    return Dated(compiled_version(version), version.effective.lower, version.effective.upper)


def _shown(conflict: Conflict, names: dict[str, str]) -> Shown:
    assert conflict.example is not None
    first, second = _called(conflict.first, names), _called(conflict.second, names)
    said = speech()
    facts = facts_in_words(conflict.example.facts, said)
    facts += [(code, str(value)) for code, value in conflict.example.counters.items()]
    return Shown(conflict, first, second, _end(conflict, {conflict.first: first, conflict.second: second}), facts)


def _end(conflict: Conflict, called: dict[tuple[str, str], str]) -> str:
    if conflict.winner is not None:
        text = _("The line goes to “{rule}”: it gives more here.")
        if conflict.example is not None and conflict.example.first_alone == conflict.example.second_alone:
            text = _("Both would give the same; the line goes to “{rule}”, by priority and name.")
        if conflict.mode is Mode.FIRST:
            text = _("The line goes to “{rule}”: it comes first.")
        return text.format(rule=called[conflict.winner])
    if conflict.mode is Mode.ALL:
        return _("Both give, one after the other; the line never costs less than nothing.")
    return _("Neither gives anything here once both are tried together.")


def _called(rule: tuple[str, str], names: dict[str, str]) -> str:
    return f"{names.get(rule[0], rule[0])}: {rule[1]}"


def _warned(one: Warned) -> str:
    match one.kind:
        case Kind.NEVER_MATCHES:
            text = _("The rule “{about}” can never match: its conditions rule each other out.")
        case Kind.ALWAYS_OUTRANKED:
            text = _("The rule “{about}” never wins: wherever it matches, “{by}” matches too and comes before it.")
        case Kind.GROUP_OF_ONE:
            text = _("The rule “{about}” is alone in the group “{by}”: it competes with nobody.")
        case Kind.CAP_NEVER_BITES:
            text = _("The limit “{about}” is never reached: “{by}” is always reached first.")
    return text.format(about=one.about, by=one.by)
