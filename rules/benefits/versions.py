"""Programmes in versions: drafted by one person, approved by another, compiled once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.identity.models import User
from rules.benefits.errors import OwnVersion, VersionNotDraft, VersionsOverlap, definition_refused
from rules.benefits.facts import SCHEMA
from rules.benefits.models import Programme, ProgrammeVersion
from rules.engine import definition as engine
from rules.engine.combination import check_groups
from rules.engine.errors import RuleError

COMPILED_MAX = 1_000  # versions kept ready in a process


@dataclass(frozen=True, slots=True)
class InForce:
    """A version that is in force, ready to decide."""

    version_id: int
    programme_id: int
    funder: str
    compiled: engine.Programme

    @property
    def code(self) -> str:
        return self.compiled.code


def draft(
    programme: Programme,
    *,
    definition: Mapping[str, Any],
    first_day: date,
    end_day: date | None = None,
    author: User,
) -> ProgrammeVersion:
    """A new draft, in force from `first_day` up to, not including, `end_day`. Raises DefinitionRefused."""
    read(programme, definition)
    with acting(author.actor, "version drafted"):
        Programme.objects.select_for_update().get(pk=programme.pk)  # numbers are given out one after the other
        last = programme.versions.aggregate(last=Max("number"))["last"] or 0
        version = ProgrammeVersion.objects.create(
            programme=programme,
            number=last + 1,
            definition=definition,
            effective=DateRange(first_day, end_day),
            author=author,
        )
        audit.record("benefits.version-drafted", f"programme:{programme.code}", version=version.number)
    return version


def approve(version_id: int, *, approver: User) -> ProgrammeVersion:
    """Puts a draft in force and ends the open version before it.

    Raises OwnVersion, VersionNotDraft, VersionsOverlap, or DefinitionRefused where a group would have two modes.
    """
    with acting(approver.actor, "version approved"):
        version = ProgrammeVersion.objects.select_for_update().select_related("programme").get(pk=version_id)
        if version.author_id == approver.pk:
            raise OwnVersion
        if version.state != ProgrammeVersion.State.DRAFT:
            raise VersionNotDraft
        _make_room(version)
        _check_groups(version)
        version.state = ProgrammeVersion.State.ACTIVE
        version.approver, version.approved_at = approver, clock.now()
        version.save(update_fields=["state", "approver", "approved_at"])
        audit.record("benefits.version-approved", f"programme:{version.programme.code}", version=version.number)
    return version


def in_force(day: date) -> list[InForce]:
    """The versions of all programmes on a local day, by the programme's code."""
    rows = ProgrammeVersion.objects.on(day).order_by("programme__code")
    columns = rows.values_list("pk", "approved_at", "programme_id", "programme__code", "programme__funder")
    return [
        InForce(pk, programme_id, funder, _compiled(pk, approved_at, code))
        for pk, approved_at, programme_id, code, funder in columns
        if approved_at is not None
    ]


def read(programme: Programme, definition: Mapping[str, Any]) -> engine.Programme:
    """The definition, checked and compiled. Raises DefinitionRefused, which names the part that cannot stand."""
    try:
        compiled = engine.read_definition(programme.code, definition, SCHEMA)
        check_groups(compiled.rules)
    except RuleError as error:
        raise definition_refused(error) from error
    return compiled


def _make_room(version: ProgrammeVersion) -> None:
    """Ends the one that was in force before; refuses what would rewrite days that another version holds."""
    overlapping = version.programme.versions.active().filter(effective__overlap=version.effective)
    for other in overlapping.select_for_update():
        if not other.effective.lower < version.effective.lower or other.effective.upper is not None:
            raise VersionsOverlap
        ProgrammeVersion.objects.filter(pk=other.pk).update(
            effective=DateRange(other.effective.lower, version.effective.lower)
        )


def _check_groups(version: ProgrammeVersion) -> None:
    others = ProgrammeVersion.objects.active().filter(effective__overlap=version.effective)
    others = others.exclude(programme=version.programme).select_related("programme")
    compiled = [read(one.programme, one.definition) for one in (version, *others)]
    try:
        check_groups(rule for programme in compiled for rule in programme.rules)
    except RuleError as error:
        raise definition_refused(error) from error


@lru_cache(maxsize=COMPILED_MAX)
def _compiled(version_id: int, approved_at: datetime, code: str) -> engine.Programme:
    """An active version never changes (a trigger sees to it), so that it is compiled once in a process."""
    definition = ProgrammeVersion.objects.values_list("definition", flat=True).get(pk=version_id)
    return engine.read_definition(code, definition, SCHEMA)
