"""How far a programme is, as people say it: draft, waiting, in force, suspended, ended."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import BigIntegerField, Case, CharField, Exists, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from rules.benefits import overrides
from rules.benefits.models import Budget, Programme, ProgrammeVersion


class Standing(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    AHEAD = "ahead", _("Begins later")
    IN_FORCE = "in-force", _("In force")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")


TAGS = {
    Standing.DRAFT: "tag-draft",
    Standing.SUBMITTED: "tag-warn",
    Standing.AHEAD: "tag-draft",
    Standing.IN_FORCE: "tag-good",
    Standing.SUSPENDED: "tag-bad",
}


def with_standing(programmes: QuerySet[Programme], *, today: date) -> QuerySet[Programme]:
    """Adds `standing`, `first_day` and `end_day` of the version that is or was last in force, `used` and `limit`."""
    versions = ProgrammeVersion.objects.filter(programme=OuterRef("pk"))
    active = versions.active()
    latest = active.filter(effective__startswith__lte=today).order_by("-effective")
    standing = Case(
        When(
            Exists(active.filter(effective__contains=today)) & models.Q(code__in=_suspended(today)),
            then=_is(Standing.SUSPENDED),
        ),
        When(Exists(active.filter(effective__contains=today)), then=_is(Standing.IN_FORCE)),
        When(Exists(versions.filter(state=ProgrammeVersion.State.SUBMITTED)), then=_is(Standing.SUBMITTED)),
        When(Exists(active.filter(effective__startswith__gt=today)), then=_is(Standing.AHEAD)),
        When(Exists(active), then=_is(Standing.ENDED)),
        default=_is(Standing.DRAFT),
        output_field=CharField(),
    )
    budgets = Budget.objects.filter(programme=OuterRef("pk"), period__contains=today).values("programme")
    return programmes.annotate(
        standing=standing,
        first_day=Subquery(latest.values("effective__startswith")[:1]),
        end_day=Subquery(latest.values("effective__endswith")[:1]),
        used=_sum(budgets, "used_cents"),
        limit=_sum(budgets, "limit_cents"),
    )


def _is(standing: Standing) -> Value:
    return Value(standing.value)


def _sum(budgets: QuerySet[Budget, Any], column: str) -> Coalesce:
    return Coalesce(
        Subquery(budgets.annotate(sum=Sum(column)).values("sum")[:1]), Value(0), output_field=BigIntegerField()
    )


def _suspended(today: date) -> list[str]:
    suspensions = overrides.in_force(today)
    codes = Programme.objects.values_list("code", flat=True) if suspensions else []
    return [code for code in codes if any(one.names(code) for one in suspensions)]
