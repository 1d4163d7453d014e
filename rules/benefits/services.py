"""Deciding: one call of the database books everything, from the idempotency key to the outbox row."""

import hashlib
import json
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from pydantic_core import to_json

from gis_platform.core import clock, idempotency
from gis_platform.core.actor import current_actor
from gis_platform.residents.models import Resident
from layers.places.models import Place
from rules.benefits import booking
from rules.benefits.answers import Answer
from rules.benefits.booking import Claim, Identified
from rules.benefits.errors import TooContended
from rules.benefits.facts import CHECK_IN, Case, PlaceFacts
from rules.benefits.moving import commit, expire_due, void
from rules.benefits.queries import Before, before, before_a_check_in
from rules.benefits.returning import Returned, return_lines
from rules.benefits.weighing import Weighing

__all__ = [
    "Answer",
    "Mode",
    "Returned",
    "commit",
    "decide",
    "expire_due",
    "grant_for_check_in",
    "return_lines",
    "void",
]

RACES_MAX = 20  # times that others may take a limit in between; a person's tills at once are few


class Mode(StrEnum):
    COMMIT = "commit"
    RESERVE = "reserve"  # holds budget and caps for a time; nothing is posted before the commit


def decide(
    case: Case,
    *,
    key: str,
    mode: Mode = Mode.COMMIT,
    identified: Identified | None = None,
    known: Before | None = None,
) -> Answer:
    """Decides, books and promises `benefit.decided`, all or nothing; the same key gives the first answer again.

    Raises CaseRefused for a receipt that cannot be, KeyReused when the key came with another case, and TooContended.
    """
    scope, body = f"decide:{case.terminal or 'system'}", _body(case, mode)
    idempotency.require_usable(key)
    known = known or before(case)
    if known.are_due:
        expire_due()
        known = before(case)  # what they held is free again
    weighing = Weighing(case, known)
    refused: dict[str, str] = {}
    # Each refused budget rules its programme out for good, so the tries are bounded by the programmes and the races.
    for _ in range(len(weighing.catalogue.codes) + RACES_MAX):
        weighed = weighing.weigh(refused)
        at = clock.now()
        decision = booking.decided(
            case,
            weighed,
            reason=weighing.reason(weighed),
            at=at,
            reserved_until=_until(at) if mode is Mode.RESERVE else None,
        )
        answer = Answer.of(decision, weighed)
        claim = Claim(scope=scope, key=key, body_hash=hashlib.sha256(body).digest(), answer=to_json(answer).decode())
        booked = booking.book(
            decision, weighed, claim=claim, actor=case.terminal or current_actor(), identified=identified
        )
        if booked.refused == booking.BUDGET:
            refused[booked.programme] = booked.reason
        elif not booked.refused:
            return Answer.stored(json.loads(booked.answer)) if booked.answer else answer
    raise TooContended


def grant_for_check_in(resident: Resident, place: Place, at: datetime, *, key: str = "") -> Answer:
    """What a resident gets for having checked in at a place at that instant; asked again, the same answer."""
    facts, known = before_a_check_in(resident, at)
    case = Case(trigger=CHECK_IN, at=at, resident=facts, place=PlaceFacts.of(place))
    return decide(case, key=key or f"check-in:{resident.pk}:{place.pk}:{at.isoformat()}", known=known)


def _until(at: datetime) -> datetime:
    return at + timedelta(minutes=settings.RESERVATION_MINUTES)


def _body(case: Case, mode: Mode) -> bytes:
    """What the caller asked, without what the platform added: a retry after a birthday is still the same request."""
    lines = sorted((line.id, line.category, line.gtin, line.amount_cents, line.quantity) for line in case.lines)
    place = case.place.id if case.place else None
    return json.dumps([case.trigger, case.resident.handle, place, mode, lines]).encode()
