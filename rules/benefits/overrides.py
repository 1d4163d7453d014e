"""Dated suspensions above all programmes: drafted by one person, approved by another, ended by their own dates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.identity.models import User
from rules.benefits.errors import (
    OwnSuspension,
    SuspensionCannotBeLifted,
    SuspensionNotDraft,
    SuspensionOver,
    SuspensionRefused,
)
from rules.benefits.facts import SCHEMA
from rules.benefits.models import Override, Programme
from rules.engine.condition import Condition
from rules.engine.errors import RuleError
from rules.engine.facts import Facts

EXCEPTIONS_MAX = 20
DAYS_MAX = 3_660  # ten years; what is to hold longer is no suspension
COMPILED_MAX = 200
REASON = "suspended"  # with the suspension's number behind it: the explanation names the act


class ExceptionForm(BaseModel):
    """For whom the condition holds, the suspension ends on `end_day` instead; on its first day: never suspended."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: dict[str, Any]
    end_day: date


class OverrideForm(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    legal_act: str = Field(min_length=1, max_length=300)
    legal_number: str = Field(min_length=1, max_length=60)
    legal_date: date
    first_day: date
    end_day: date  # the first day on which it holds no more
    programmes: list[str] = []  # none: all, also those that are still to come
    exceptions: list[ExceptionForm] = Field(default=[], max_length=EXCEPTIONS_MAX)


@dataclass(frozen=True, slots=True)
class Suspension:
    """One that is in force, ready to be asked."""

    id: int
    first_day: date
    end_day: date
    programmes: frozenset[str]
    exceptions: tuple[tuple[Condition, date], ...]

    @property
    def reason(self) -> str:
        return f"{REASON}-{self.id}"

    def names(self, programme: str) -> bool:
        return not self.programmes or programme in self.programmes

    def end_for(self, facts: Facts) -> date:
        """The first day on which these facts are free of it: of several exceptions that hold, the earliest.

        An exception whose facts are not known does not hold.
        """
        ends = [end for condition, end in self.exceptions if condition.holds(facts) is True]
        return min(ends, default=self.end_day)


def withheld(facts: Facts, programmes: Iterable[str], day: date) -> dict[str, str]:
    """The reason code for each of these programmes that is suspended on a local day for somebody with these facts."""
    holding = [one for one in in_force(day) if one.first_day <= day < one.end_for(facts)]
    reasons: dict[str, str] = {}
    for programme in programmes:
        if first := next((one for one in holding if one.names(programme)), None):
            reasons[programme] = first.reason
    return reasons


def in_force(day: date) -> list[Suspension]:
    """All that suspend something for somebody on a local day, the oldest first."""
    rows = Override.objects.touching(day).order_by("pk").values_list("pk", "approved_at")
    return [_compiled(pk, approved_at) for pk, approved_at in rows if approved_at is not None]


def suspension_of(reason: str) -> int | None:
    """The number in a reason code that `withheld` gave.

    >>> suspension_of("suspended-7"), suspension_of("budget-exhausted")
    (7, None)
    """
    word, _dash, number = reason.rpartition("-")
    return int(number) if word == REASON and number.isdecimal() else None


def draft(values: Mapping[str, Any], *, author: User) -> Override:
    """A new draft. Raises SuspensionRefused, whose fields name what cannot stand."""
    form = read(values)
    with acting(author.actor, "suspension drafted"):
        override = Override.objects.create(author=author, **_columns(form))
        audit.record("benefits.suspension-drafted", f"suspension:{override.pk}")
    return override


def change(override_id: int, values: Mapping[str, Any], *, author: User) -> Override:
    """Rewrites a draft; whoever does so is its author from then on. Raises SuspensionRefused, SuspensionNotDraft."""
    form = read(values)
    with acting(author.actor, "suspension changed"):
        override = _draft_to_change(override_id)
        for name, value in _columns(form).items():
            setattr(override, name, value)
        override.author = author
        override.save()
        audit.record("benefits.suspension-changed", f"suspension:{override.pk}")
    return override


def drop(override_id: int, *, actor: User) -> None:
    """Raises SuspensionNotDraft."""
    with acting(actor.actor, "suspension dropped"):
        override = _draft_to_change(override_id)
        audit.record("benefits.suspension-dropped", f"suspension:{override.pk}")
        override.delete()


def approve(override_id: int, *, approver: User) -> Override:
    """Puts a draft in force. Raises OwnSuspension, SuspensionNotDraft, or SuspensionOver when its days have passed."""
    with acting(approver.actor, "suspension approved"):
        override = _draft_to_change(override_id)
        if override.author_id == approver.pk:
            raise OwnSuspension
        if override.reach.upper <= clock.today():
            raise SuspensionOver
        override.state, override.approver, override.approved_at = Override.State.ACTIVE, approver, clock.now()
        override.save(update_fields=["state", "approver", "approved_at"])
        audit.record("benefits.suspension-approved", f"suspension:{override.pk}")
    return override


def lift(override_id: int, *, from_day: date, actor: User) -> Override:
    """Ends an active one early, from a day that is still to come on. Raises SuspensionCannotBeLifted.

    Four eyes here too: whoever approved it does not lift it.
    """
    with acting(actor.actor, "suspension lifted"):
        override = Override.objects.select_for_update().get(pk=override_id)
        if override.approver_id == actor.pk:
            raise OwnSuspension(_("Somebody other than its approver lifts a suspension."))
        ours = override.state == Override.State.ACTIVE and override.lifted_from is None
        if not ours or not clock.today() < from_day < override.reach.upper:
            raise SuspensionCannotBeLifted
        override.lifted_from, override.lifted_by = from_day, actor
        override.save(update_fields=["lifted_from", "lifted_by"])
        audit.record("benefits.suspension-lifted", f"suspension:{override.pk}", from_day=from_day.isoformat())
    return override


def read(values: Mapping[str, Any]) -> OverrideForm:
    """The form, checked. Raises SuspensionRefused, whose fields are paths such as `exceptions.0.when.a_contains`."""
    try:
        form = OverrideForm.model_validate(values)
    except ValidationError as error:
        fields = {".".join(map(str, part["loc"])): part["msg"] for part in error.errors()}
        raise SuspensionRefused(fields=fields) from error
    if fields := _wrong_days(form) | _unknown_programmes(form.programmes):
        raise SuspensionRefused(fields=fields)
    try:
        for place, exception in enumerate(form.exceptions):
            Condition(exception.when, SCHEMA, field=f"exceptions.{place}.when")
    except RuleError as error:
        raise SuspensionRefused(str(error), fields={error.field: error.reason}) from error
    return form


def _wrong_days(form: OverrideForm) -> dict[str, str]:
    if form.end_day <= form.first_day:
        return {"end_day": _("The suspension ends after it begins.")}
    ends = {f"exceptions.{place}.end_day": one.end_day for place, one in enumerate(form.exceptions)}
    wrong = {name: _("An exception does not end before the suspension begins.") for name, end in ends.items()
             if end < form.first_day}  # fmt: skip
    latest = max([form.end_day, *ends.values()])
    if (latest - form.first_day).days > DAYS_MAX:
        wrong["end_day"] = _("A suspension holds for ten years at most.")
    return wrong


def _unknown_programmes(codes: Sequence[str]) -> dict[str, str]:
    known = set(Programme.objects.filter(code__in=codes).values_list("code", flat=True))
    if missing := sorted(set(codes) - known):
        return {"programmes": _("There is no programme “{code}”.").format(code=missing[0][:60])}
    return {}


def _columns(form: OverrideForm) -> dict[str, Any]:
    latest = max([form.end_day, *(one.end_day for one in form.exceptions)])
    return {
        "legal_act": form.legal_act,
        "legal_number": form.legal_number,
        "legal_date": form.legal_date,
        "period": DateRange(form.first_day, form.end_day),
        "reach": DateRange(form.first_day, latest),
        "programmes": sorted(set(form.programmes)),
        "exceptions": [one.model_dump(mode="json") for one in form.exceptions],
    }


def _draft_to_change(override_id: int) -> Override:
    override = Override.objects.select_for_update().get(pk=override_id)
    if override.state != Override.State.DRAFT:
        raise SuspensionNotDraft
    return override


@lru_cache(maxsize=COMPILED_MAX)
def _compiled(override_id: int, approved_at: datetime) -> Suspension:
    """An active one never changes but for its being lifted, which `touching` sees to; so it is compiled once."""
    override = Override.objects.get(pk=override_id)
    exceptions = [ExceptionForm.model_validate(one) for one in override.exceptions]
    return Suspension(
        id=override.pk,
        first_day=override.first_day,
        end_day=override.end_day,
        programmes=frozenset(override.programmes),
        exceptions=tuple((Condition(one.when, SCHEMA), one.end_day) for one in exceptions),
    )
