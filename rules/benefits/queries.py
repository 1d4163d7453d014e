"""Reading decisions."""

import json
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from gis_platform.core import clock, prepared
from gis_platform.core.errors import NotFound
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, has_role
from rules.benefits.errors import DecisionUnknown
from rules.benefits.facts import CHECK_IN, Case, Visit
from rules.benefits.models import Budget, Decision

NEARLY = 90  # percent of a budget, from which on it is nearly used up


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """What a decision has to know first. `are_due`: reservations hold limits although their time is over."""

    token: UUID | None
    are_due: bool
    visit: Visit | None


def before(case: Case) -> Before:
    row = prepared.row(
        "benefits_before",
        {"now": clock.now(), "resident": case.resident.handle, "check_in": CHECK_IN, "day": case.day, "at": case.at},
    )
    assert row is not None
    token, are_due, place_id, position, at = row
    visit = None if at is None else Visit(place_id=place_id, position=json.loads(position or "null"), at=at)
    return Before(token=token, are_due=are_due, visit=visit)


def decision_for(user: User, decision_id: UUID) -> Decision:
    """A decision that is the user's own, or anybody's for a clerk. Raises NotFound for all others."""
    decision = Decision.objects.filter(pk=decision_id).first()
    if decision is None:
        raise NotFound
    resident = getattr(user, "resident", None)
    own = resident is not None and str(resident.handle) == decision.resident
    if not own and not has_role(user, Role.CLERK):
        raise NotFound
    return decision


def require_merchants(decision_id: UUID | str, merchant: str | None) -> None:
    """Raises DecisionUnknown for what is no decision, or not this merchant's; None asks for any merchant's."""
    decisions = Decision.objects.filter(pk=decision_id)
    if not (decisions if merchant is None else decisions.filter(merchant=merchant)).exists():
        raise DecisionUnknown


def nearly_used_up(decision_id: str) -> list[Budget]:
    """The budgets that this decision drew on, that are nearly used up, and of which nobody has been told yet."""
    decision = Decision.objects.get(pk=decision_id)
    programmes = decision.grants.filter(cents__gt=0).values("version__programme_id")
    budgets = Budget.objects.filter(programme_id__in=programmes, period__contains=decision.day, warned_at=None)
    return list(budgets.filter(used_cents__gte=F("limit_cents") * NEARLY / 100))
