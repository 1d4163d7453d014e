"""Deciding: one transaction from the idempotency key to the outbox row."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from gis_platform.core import clock
from gis_platform.core.actor import acting, current_actor
from gis_platform.core.idempotency import StoredAnswer, once
from gis_platform.residents.models import Resident
from layers.places.models import Place
from rules.benefits import booking, limits, versions
from rules.benefits.errors import MoveNotAllowed, TooContended, case_refused
from rules.benefits.facts import CHECK_IN, SCHEMA, Case, PlaceFacts, ResidentFacts, gather
from rules.benefits.models import Decision
from rules.benefits.queries import latest_visit
from rules.benefits.versions import InForce
from rules.engine import deciding
from rules.engine.errors import RuleError
from rules.engine.outcome import CapKey, Outcome
from rules.engine.receipt import read_receipt
from rules.engine.wording import MerchantCopy, merchant_copy

type Weighing = Callable[[Mapping[CapKey, int], Mapping[str, str]], Outcome]

RACES_MAX = 5  # times that another decision for the same person may get in between
MOVES = {
    Decision.Status.RESERVED: {Decision.Status.COMMITTED, Decision.Status.VOIDED},
    Decision.Status.COMMITTED: {Decision.Status.VOIDED},
    Decision.Status.VOIDED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was decided. A merchant may see the code and the cents; the rest is the resident's and the clerk's.

    `cents_by_line` has every line of the receipt, with 0 where nothing is taken off.
    """

    decision: str
    code: str
    status: str
    reason: str
    discount_cents: int
    cents_by_line: dict[str, int]
    points: int

    def for_merchant(self) -> MerchantCopy:
        return merchant_copy(self.cents_by_line, code=self.code)


def decide(case: Case, *, key: str) -> Answer:
    """Decides, books and promises `benefit.decided`, all or nothing; the same key gives the first answer again.

    Raises CaseRefused for a receipt that cannot be, KeyReused when the key came with another case, and TooContended.
    """
    with acting(case.terminal or current_actor(), "decision"):
        stored = once(
            scope=f"decide:{case.terminal or 'system'}",
            key=key,
            body=_body(case),
            run=lambda: StoredAnswer.of(asdict(_decide(case))),
        )
    return Answer(**stored.value)


def grant_for_check_in(resident_id: int, place: Place, at: datetime, *, key: str = "") -> Answer:
    """What a resident gets for having checked in at a place at that instant; asked again, the same answer."""
    resident = Resident.objects.get(pk=resident_id)
    case = Case(
        trigger=CHECK_IN,
        at=at,
        resident=ResidentFacts.of(resident, on=clock.local(at).date()),
        place=PlaceFacts.of(place),
    )
    return decide(case, key=key or f"check-in:{resident_id}:{place.pk}:{at.isoformat()}")


def void(decision_id: str, *, actor: str) -> Decision:
    """Takes a decision back: reverses its entry and frees its budget and caps. Raises MoveNotAllowed when void."""
    with acting(actor, "decision voided"):
        decision = Decision.objects.select_for_update().get(pk=decision_id)
        _move(decision, Decision.Status.VOIDED)
        booking.reverse(decision)
    return decision


def _move(decision: Decision, to: Decision.Status) -> None:
    if to not in MOVES[Decision.Status(decision.status)]:
        raise MoveNotAllowed(status=decision.status)
    decision.status, decision.status_at = to, clock.now()
    decision.save(update_fields=["status", "status_at"])


def _body(case: Case) -> bytes:
    """What the caller asked, without what the platform added: a retry after a birthday is still the same request."""
    lines = sorted((line.id, line.category, line.amount_cents, line.quantity) for line in case.lines)
    place = case.place.id if case.place else None
    return json.dumps([case.trigger, case.resident.handle, place, lines]).encode()


def _decide(case: Case) -> Answer:
    asked = versions.in_force(case.day)
    facts = gather(case, visit=latest_visit(case.resident.handle, before=case.at))
    try:
        weigh = _weighing(case, asked, facts)
    except RuleError as error:
        raise case_refused(error) from error
    withheld: dict[str, str] = {}
    # Each refused budget rules its programme out for good, so the tries are bounded by the programmes and the races.
    for _ in range(len(asked) + RACES_MAX):
        left = limits.left_of_caps(case.resident.handle, asked, case.day)
        weighed = booking.Weighed(asked, facts, left, dict(withheld), weigh(left, withheld))
        try:
            with transaction.atomic():
                return _answer(booking.book(case, weighed), weighed)
        except limits.BudgetRefused as refused:
            withheld[refused.programme] = refused.reason
        except limits.CapTaken:
            continue
    raise TooContended


def _weighing(case: Case, asked: Sequence[InForce], facts: dict[str, Any]) -> Weighing:
    programmes = [one.compiled for one in asked]
    known, receipt = SCHEMA.read(facts), read_receipt(case.lines)

    def weigh(left: Mapping[CapKey, int], withheld: Mapping[str, str]) -> Outcome:
        return deciding.decide(programmes, facts=known, receipt=receipt, remaining=left, withheld=withheld)

    return weigh


def _answer(decision: Decision, weighed: booking.Weighed) -> Answer:
    taken = weighed.outcome.cents_by_line()
    return Answer(
        decision=str(decision.pk),
        code=decision.code,
        status=decision.status,
        reason=decision.reason,
        discount_cents=decision.discount_cents,
        cents_by_line={line["id"]: taken.get(line["id"], 0) for line in decision.lines},
        points=decision.points,
    )
