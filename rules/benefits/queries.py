"""Reading decisions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import F

from gis_platform.core import clock, prepared
from gis_platform.core.errors import NotFound
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, has_role
from gis_platform.residents.models import Resident
from gis_platform.residents.standing import ADULT_FROM, Standing
from rules.benefits.errors import DecisionUnknown
from rules.benefits.facts import CHECK_IN, Case, MerchantFacts, PlaceFacts, ResidentFacts, Visit
from rules.benefits.limits import Row, RowKey, household_of, starts
from rules.benefits.models import Budget, Decision

STANDING = 6  # columns of what holds of a resident
NEARLY = 90  # percent of a budget, from which on it is nearly used up


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """What a decision has to know first. `are_due`: reservations hold limits although their time is over.

    `rows` is what is used of caps and counters; place and shop are those of a device, if they were named.
    """

    token: UUID | None
    are_due: bool
    visit: Visit | None
    rows: Mapping[RowKey, Row]
    place: PlaceFacts | None
    shop: MerchantFacts | None
    alarms: frozenset[str]

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """From what the database function benefits_known gives."""
        token, are_due, alarms, rows, visit_place, visit_position, visit_at, place, shop = row
        position = json.loads(visit_position) if visit_position else None
        return cls(
            token=token,
            are_due=are_due,
            visit=Visit(place_id=visit_place, position=position, at=visit_at) if visit_at else None,
            rows=dict(_row(*one) for one in json.loads(rows)) if rows else {},
            place=_place(*json.loads(place)) if place else None,
            shop=_shop(*json.loads(shop)) if shop else None,
            alarms=frozenset(alarms),
        )


def before(case: Case) -> Before:
    return before_a_case(case.resident, at=case.at, merchant=case.merchant)


def before_a_case(
    resident: ResidentFacts, *, at: datetime, merchant: str, stands_at: int | None = None, sells_for: int | None = None
) -> Before:
    """All in one statement; `stands_at` and `sells_for` are the place and the merchant of a device."""
    day = clock.local(at).date()
    row = prepared.row(
        "benefits_before",
        {
            "now": clock.now(), "resident": resident.handle, "check_in": CHECK_IN, "day": day, "at": at,
            "person": f"resident:{resident.handle}", "household": household_of(resident), "credited": merchant or None,
            "starts": starts(day), "place": stands_at, "merchant": sells_for,
        },
    )  # fmt: skip
    assert row is not None
    return Before.of(row)


def before_a_check_in(resident: Resident, at: datetime) -> tuple[ResidentFacts, Before]:
    """The resident with what holds on that day, and all else, in one statement."""
    day, handle = clock.local(at).date(), str(resident.handle)
    row = prepared.row(
        "benefits_at_a_check_in",
        {
            "resident": resident.pk, "handle": handle, "day": day, "adult_from": ADULT_FROM, "starts": starts(day),
            "check_in": CHECK_IN, "at": at, "now": clock.now(),
        },
    )  # fmt: skip
    assert row is not None
    then, known = Standing.of(*row[:STANDING]), row[STANDING:]
    return ResidentFacts.standing(handle, resident.birth_date, then), Before.of(known)


def _row(holder: str, programme: int, code: str, start: str, used: int, since: str | None) -> tuple[RowKey, Row]:
    key = (holder, programme, code, date.fromisoformat(start))
    return key, Row(used, datetime.fromisoformat(since) if since else None)


def _place(pk: int, code: str, category: str, longitude: float, latitude: float) -> PlaceFacts:
    return PlaceFacts(id=pk, code=code, category=category, position=(longitude, latitude))


def _shop(code: str, category: str, groups: list[str]) -> MerchantFacts:
    return MerchantFacts(code=code, category=category, groups=frozenset(groups))


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
