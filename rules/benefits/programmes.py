"""Programmes and their budgets, as officials enter them. Their rules are the versions' business."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from gis_platform.core import audit
from gis_platform.core.actor import acting
from gis_platform.core.errors import InvalidInput
from gis_platform.identity.models import User
from rules.benefits.errors import LegalBasisMissing
from rules.benefits.models import Budget, Programme, ProgrammeVersion


def create(values: Mapping[str, Any], *, user: User) -> Programme:
    """Raises InvalidInput when the code is taken."""
    with acting(user.actor, "programme created"):
        if Programme.objects.filter(code=values["code"]).exists():
            raise InvalidInput(fields={"code": _("There is a programme with this code already.")})
        programme = Programme.objects.create(**values)
        audit.record("benefits.programme-created", f"programme:{programme.code}")
    return programme


def change(programme: Programme, values: Mapping[str, Any], *, user: User) -> Programme:
    """The code stays. Raises LegalBasisMissing where a programme that has been in force would lose its act."""
    with acting(user.actor, "programme changed"):
        locked = Programme.objects.select_for_update().get(pk=programme.pk)
        changed = {name: value for name, value in values.items() if name != "code" and getattr(locked, name) != value}
        for name, value in changed.items():
            setattr(locked, name, value)
        if not locked.has_legal_basis and locked.versions.filter(state=ProgrammeVersion.State.ACTIVE).exists():
            raise LegalBasisMissing
        if changed:
            locked.save(update_fields=list(changed))
            shown = {name: value.isoformat() if isinstance(value, date) else value for name, value in changed.items()}
            audit.record("benefits.programme-changed", f"programme:{locked.code}", **shown)
    return locked


def set_budget(programme: Programme, *, first_day: date, end_day: date, limit_cents: int, user: User) -> Budget:
    """Adds a budget, or sets the limit of the one of exactly these days; `end_day` is not included.

    Raises InvalidInput where it would overlap another, or be less than what has been given.
    """
    period = DateRange(first_day, end_day)
    with acting(user.actor, "budget set"):
        try:
            with transaction.atomic():
                budget, _added = Budget.objects.update_or_create(
                    programme=programme, period=period, defaults={"limit_cents": limit_cents}
                )
        except IntegrityError as error:
            if "never_overlap" in str(error):
                sentence = _("Another budget has some of these days; give exactly its days to change its limit.")
                raise InvalidInput(fields={"first_day": sentence}) from error
            sentence = _("More than this has been given already.")
            raise InvalidInput(fields={"limit": sentence}) from error
        audit.record(
            "benefits.budget-set",
            f"programme:{programme.code}",
            limit_cents=limit_cents,
            first_day=first_day.isoformat(),
            end_day=end_day.isoformat(),
        )
    return budget
