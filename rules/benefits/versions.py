"""Programmes in versions: drafted by one person, submitted, approved by another, compiled once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.identity.models import User
from rules.benefits.activation import conflicts_of, name_of, require_ready
from rules.benefits.errors import (
    ConflictsUnseen,
    EndNotAllowed,
    LegalBasisMissing,
    OwnVersion,
    SomebodyElsesDraft,
    VersionNotActive,
    VersionNotDraft,
    VersionNotSubmitted,
    VersionsOverlap,
)
from rules.benefits.facts import SCHEMA
from rules.benefits.models import Programme, ProgrammeVersion
from rules.benefits.named_features import frozen
from rules.benefits.reading import read
from rules.engine import definition as engine

COMPILED_MAX = 1_000  # versions kept ready in a process

__all__ = [
    "InForce",
    "approve",
    "discard",
    "draft",
    "end",
    "in_force",
    "read",
    "revise",
    "send_back",
    "submit",
]


@dataclass(frozen=True, slots=True)
class InForce:
    """A version that is in force, ready to decide."""

    version_id: int
    programme_id: int
    funder: str
    compiled: engine.Programme
    number: int = 0

    @property
    def code(self) -> str:
        return self.compiled.code


def draft(
    programme: Programme,
    *,
    definition: Mapping[str, Any],
    first_day: date,
    end_day: date | None = None,
    examples: Sequence[Mapping[str, Any]] = (),
    author: User,
) -> ProgrammeVersion:
    """A new draft, in force from `first_day` up to, not including, `end_day`. Raises DefinitionRefused."""
    features = frozen(definition)
    read(programme, definition, features=features)
    with acting(author.actor, "version drafted"):
        Programme.objects.select_for_update().get(pk=programme.pk)  # numbers are given out one after the other
        last = programme.versions.aggregate(last=Max("number"))["last"] or 0
        version = ProgrammeVersion.objects.create(
            programme=programme,
            number=last + 1,
            definition=definition,
            features=features,
            examples=list(examples),
            effective=DateRange(first_day, end_day),
            author=author,
        )
        _record("benefits.version-drafted", version)
    return version


def revise(
    version_id: int,
    *,
    author: User,
    definition: Mapping[str, Any] | None = None,
    first_day: date | None = None,
    end_day: date | None = None,
    examples: Sequence[Mapping[str, Any]] | None = None,
) -> ProgrammeVersion:
    """Changes a draft: with a definition its days too, and its examples where they are given.

    Only its author may, or four eyes would be two. Raises SomebodyElsesDraft, VersionNotDraft or DefinitionRefused.
    """
    with acting(author.actor, "version revised"):
        version = _own_draft(version_id, author)
        if definition is not None:
            features = frozen(definition)
            read(version.programme, definition, features=features)
            version.definition, version.features = definition, features
            version.effective = DateRange(first_day or version.effective.lower, end_day)
        if examples is not None:
            version.examples = list(examples)
        version.save(update_fields=["definition", "features", "effective", "examples"])
        _record("benefits.version-revised", version)
    return version


def discard(version_id: int, *, author: User) -> None:
    """Takes a draft away. Raises SomebodyElsesDraft or VersionNotDraft."""
    with acting(author.actor, "version discarded"):
        version = _own_draft(version_id, author)
        _record("benefits.version-discarded", version)
        version.delete()


def submit(version_id: int, *, author: User) -> ProgrammeVersion:
    """Gives a draft to somebody else for approval; from then on nobody changes it.

    Raises SomebodyElsesDraft, VersionNotDraft, LegalBasisMissing or ExamplesFail.
    """
    with acting(author.actor, "version submitted"):
        version = _own_draft(version_id, author)
        _require_act(version)
        require_ready(version)
        version.state, version.submitted_at = ProgrammeVersion.State.SUBMITTED, clock.now()
        version.save(update_fields=["state", "submitted_at"])
        _record("benefits.version-submitted", version)
    return version


def send_back(version_id: int, *, user: User) -> ProgrammeVersion:
    """Makes a submitted version a draft again: its author took it back, or another found something to change."""
    with acting(user.actor, "version sent back"):
        version = _locked(version_id)
        if version.state != ProgrammeVersion.State.SUBMITTED:
            raise VersionNotSubmitted
        version.state, version.submitted_at = ProgrammeVersion.State.DRAFT, None
        version.save(update_fields=["state", "submitted_at"])
        _record("benefits.version-sent-back", version)
    return version


def approve(version_id: int, *, approver: User, seen: Collection[str] | None = None) -> ProgrammeVersion:
    """Puts a submitted version in force and ends the open version before it.

    `seen` names the conflicts that the approver was shown (see `name_of`); None where nobody looks, as when the
    demonstration is loaded. Raises OwnVersion, VersionNotSubmitted, LegalBasisMissing, ExamplesFail, VersionsOverlap,
    ConflictsUnseen, or DefinitionRefused where a group would have two modes.
    """
    with acting(approver.actor, "version approved"):
        version = _locked(version_id)
        if version.author_id == approver.pk:
            raise OwnVersion
        if version.state != ProgrammeVersion.State.SUBMITTED:
            raise VersionNotSubmitted
        _require_act(version)
        _make_room(version)
        require_ready(version)
        if seen is not None and not {name_of(one) for one in conflicts_of(version)} <= set(seen):
            raise ConflictsUnseen
        version.state = ProgrammeVersion.State.ACTIVE
        version.approver, version.approved_at = approver, clock.now()
        version.save(update_fields=["state", "approver", "approved_at"])
        _record("benefits.version-approved", version)
    return version


def end(version_id: int, *, last_day: date, user: User) -> ProgrammeVersion:
    """Ends a version in force after `last_day`, today at the earliest. Raises VersionNotActive or EndNotAllowed."""
    with acting(user.actor, "version ended"):
        version = _locked(version_id)
        if version.state != ProgrammeVersion.State.ACTIVE:
            raise VersionNotActive
        end_day, upper = last_day + timedelta(days=1), version.effective.upper
        if last_day < max(clock.today(), version.effective.lower) or (upper is not None and end_day > upper):
            raise EndNotAllowed
        version.effective = DateRange(version.effective.lower, end_day)
        version.save(update_fields=["effective"])
        _record("benefits.version-ended", version, last_day=last_day.isoformat())
    return version


def compiled(version_ids: Collection[int]) -> list[engine.Programme]:
    """Active versions, whenever they were in force."""
    rows = ProgrammeVersion.objects.active().filter(pk__in=version_ids)
    return [
        _compiled(pk, approved_at, code)
        for pk, approved_at, code in rows.values_list("pk", "approved_at", "programme__code")
        if approved_at is not None
    ]


def in_force(day: date) -> list[InForce]:
    """The versions of all programmes on a local day, by the programme's code."""
    rows = ProgrammeVersion.objects.on(day).order_by("programme__code")
    columns = rows.values_list("pk", "number", "approved_at", "programme_id", "programme__code", "programme__funder")
    return [
        InForce(pk, programme_id, funder, _compiled(pk, approved_at, code), number)
        for pk, number, approved_at, programme_id, code, funder in columns
        if approved_at is not None
    ]


def _locked(version_id: int) -> ProgrammeVersion:
    return ProgrammeVersion.objects.select_for_update(of=("self",)).select_related("programme").get(pk=version_id)


def _own_draft(version_id: int, author: User) -> ProgrammeVersion:
    version = _locked(version_id)
    if version.state != ProgrammeVersion.State.DRAFT:
        raise VersionNotDraft
    if version.author_id != author.pk:
        raise SomebodyElsesDraft
    return version


def _require_act(version: ProgrammeVersion) -> None:
    if not version.programme.has_legal_basis:
        raise LegalBasisMissing


def _make_room(version: ProgrammeVersion) -> None:
    """Ends the one that was in force before; refuses what would rewrite days that another version holds."""
    overlapping = version.programme.versions.active().filter(effective__overlap=version.effective)
    for other in overlapping.select_for_update():
        if not other.effective.lower < version.effective.lower or other.effective.upper is not None:
            raise VersionsOverlap
        ProgrammeVersion.objects.filter(pk=other.pk).update(
            effective=DateRange(other.effective.lower, version.effective.lower)
        )


def _record(action: str, version: ProgrammeVersion, **data: Any) -> None:
    audit.record(action, f"programme:{version.programme.code}", version=version.number, **data)


@lru_cache(maxsize=COMPILED_MAX)
def _compiled(version_id: int, approved_at: datetime, code: str) -> engine.Programme:
    """An active version never changes (a trigger sees to it), so that it is compiled once in a process."""
    definition, features = ProgrammeVersion.objects.values_list("definition", "features").get(pk=version_id)
    return engine.read_definition(code, definition, SCHEMA, features=features)
