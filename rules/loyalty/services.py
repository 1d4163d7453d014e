"""Checking in: the label, the position and the past are weighed, and what was earned is booked with the decision."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from gis_platform.core import clock, prepared
from gis_platform.core.actor import on_behalf_of
from gis_platform.core.idempotency import KEPT_FOR, KeyReused, StoredAnswer, require_usable
from gis_platform.residents.models import Resident
from layers.places.labels import Label, read_token
from layers.places.models import Beacon, Place
from layers.places.services import LabelForged, LabelRevoked
from rules.benefits.services import grant_for_check_in
from rules.loyalty.evidence import Begun, Claim, Fix, begin, cell_of, evidence, phone_hash
from rules.loyalty.models import CheckIn
from rules.loyalty.scoring import ADVICE, Assessment, Decision, Reason, assess

__all__ = ["Fix", "book", "check_in", "shown"]

POINTS_A_VISIT = 10
NOT_KEYED = Claim()


def check_in(
    resident: Resident, *, label: str, fix: Fix | None, idempotency_key: str, body: bytes, phone: str = ""
) -> StoredAnswer:
    """Checks a resident in by a scanned label and gives the answer to send; the same key gets the same answer.

    Raises LabelForged, LabelRevoked, InvalidInput for an unusable key, KeyReused when it came with another body.
    """
    require_usable(idempotency_key)
    read = read_token(label)
    if read is None:
        raise LabelForged
    claim = Claim(
        scope=f"check-in:resident:{resident.pk}", key=idempotency_key, body_hash=hashlib.sha256(body).digest()
    )
    at = clock.now()
    with transaction.atomic(), on_behalf_of(actor_of(resident)):
        phone = phone_hash(phone, at)
        begun = begin(resident, at=at, claim=claim, label=read, place=0, phone=phone)
        if begun.answer is not None:
            return _replay(begun, claim)
        record = _by_label(resident, begun, fix=fix, phone=phone, at=at)
        return write(record, resident=resident, claim=claim)


def book(resident: Resident, *, beacon: Beacon, fix: Fix | None, phone: str = "") -> CheckIn:
    """The same for a beacon that is known, without a key."""
    at = clock.now()
    label = Label(beacon_id=beacon.pk, generation=beacon.generation)
    with transaction.atomic(), on_behalf_of(actor_of(resident)):
        phone = phone_hash(phone, at)
        begun = begin(resident, at=at, claim=NOT_KEYED, label=label, place=0, phone=phone)
        record = _by_label(resident, begun, fix=fix, phone=phone, at=at)
        write(record, resident=resident)
    return record


def shown(record: CheckIn) -> dict[str, object]:
    """The check-in as its resident sees it, in the active language."""
    return {
        "id": record.pk,
        "place": record.place_id,
        "name": record.place.name,
        "at": record.at,
        "decision": record.decision,
        "score": record.score,
        "reasons": [{"code": code, "advice": str(ADVICE[Reason(code)])} for code in record.reasons],
        "points": record.points,
        "benefit": record.benefit or None,
    }


def weighed(
    resident: Resident, begun: Begun, place: Place, *, fix: Fix | None, at: datetime, phone: str = ""
) -> CheckIn:
    """The check-in as it is to be written, without what it earns."""
    cell = cell_of(place, fix)
    assessment: Assessment = assess(evidence(begun, place, fix=fix, cell=cell, at=at))
    return CheckIn(
        id=begun.id,
        resident=resident,
        place=place,
        beacon_id=begun.beacon,
        phone=phone,
        at=at,
        cell=cell,
        score=assessment.score,
        decision=assessment.decision,
        reasons=[str(reason) for reason in assessment.reasons],
    )


def write(record: CheckIn, *, resident: Resident, claim: Claim = NOT_KEYED) -> StoredAnswer:
    """Books a decided check-in with what it earns, and gives its answer; in the transaction that began it."""
    if record.decision == Decision.ACCEPTED:
        benefit = grant_for_check_in(resident, record.place, record.at, key=f"check-in:{record.pk}")
        record.points = POINTS_A_VISIT + benefit.points
        record.benefit = benefit.decision
    answer = StoredAnswer.of(shown(record), status=201)
    columns: dict[str, Any] = {field.attname: getattr(record, field.attname) for field in CheckIn._meta.concrete_fields}
    columns |= {"visit_points": POINTS_A_VISIT, "day": clock.local(record.at).date()}
    values = {
        "asked": json.dumps(columns, cls=DjangoJSONEncoder),
        "handle": str(resident.handle),
        "actor": actor_of(resident),
        "scope": claim.scope,
        "key": claim.key,
        "body_hash": claim.body_hash,
        "answer": answer.body.decode(),
        "expires_at": clock.now() + KEPT_FOR,
    }
    prepared.row("loyalty_book_check_in", values)
    return answer


def actor_of(resident: Resident) -> str:
    return f"user:{resident.user_id}" if resident.user_id else f"resident:{resident.pk}"


def _by_label(resident: Resident, begun: Begun, *, fix: Fix | None, phone: str, at: datetime) -> CheckIn:
    if begun.place is None:
        raise LabelRevoked
    return weighed(resident, begun, begun.place, fix=fix, at=at, phone=phone)


def _replay(begun: Begun, claim: Claim) -> StoredAnswer:
    assert begun.answer is not None
    if begun.body_hash != claim.body_hash:
        raise KeyReused
    return StoredAnswer(status=201, body=begun.answer, replayed=True)
