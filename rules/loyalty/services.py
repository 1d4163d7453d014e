"""Checking in: the label, the position and the past are weighed, and what was earned is booked with the decision."""

from dataclasses import dataclass
from datetime import datetime

import h3
from django.contrib.gis.geos import Point

from gis_platform.core import clock, crs, outbox
from gis_platform.core.actor import acting
from gis_platform.core.idempotency import StoredAnswer, once
from gis_platform.residents.models import Resident
from layers.places.models import Beacon
from layers.places.services import resolve
from rules.benefits.services import grant_for_check_in
from rules.ledger.models import Account, Unit
from rules.ledger.services import AccountKey, Posting, post
from rules.loyalty.models import CheckIn
from rules.loyalty.scoring import ADVICE, Decision, Evidence, Reason, assess

CELL_RESOLUTION = 9  # about 0.1 km² a cell
POINTS_A_VISIT = 10
PROGRAMME, FUNDER = "loyalty", "city"  # who gives the points
ENTRY_KIND = "check-in"


@dataclass(frozen=True, kw_only=True)
class Fix:
    """Where a phone says it is. Used for the decision and then forgotten."""

    longitude: float
    latitude: float
    accuracy_m: float
    taken_at: datetime


def check_in(resident: Resident, *, label: str, fix: Fix | None, idempotency_key: str, body: bytes) -> StoredAnswer:
    """Checks a resident in by a scanned label and gives the answer to send; the same key gets the same answer.

    Raises LabelForged or LabelRevoked, and what `idempotency.once` raises.
    """

    def run() -> StoredAnswer:
        return StoredAnswer.of(shown(book(resident, beacon=resolve(label), fix=fix)), status=201)

    return once(scope=f"check-in:resident:{resident.pk}", key=idempotency_key, body=body, run=run)


def book(resident: Resident, *, beacon: Beacon, fix: Fix | None) -> CheckIn:
    """Decides and books one check-in now: decision, points, benefit and the promise to tell, all or nothing."""
    with acting(_actor(resident), "check-in"):
        # One check-in at a time for each person: twins must see each other when they look for a repeat.
        Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
        at, cell = clock.now(), _cell(beacon, fix)
        assessment = assess(_evidence(resident, beacon=beacon, fix=fix, cell=cell, at=at))
        record = CheckIn.objects.create(
            resident=resident,
            place=beacon.place,
            beacon=beacon,
            at=at,
            cell=cell,
            score=assessment.score,
            decision=assessment.decision,
            reasons=[*assessment.reasons],
        )
        if assessment.decision == Decision.ACCEPTED:
            _reward(record)
            outbox.publish("loyalty.checked-in", check_in_id=record.pk)
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


def _reward(record: CheckIn) -> None:
    """Books the points of the visit itself, and whatever a programme gives because it happened here."""
    resident = AccountKey(kind=Account.Kind.RESIDENT, holder=str(record.resident.handle), unit=Unit.POINTS)
    programme = AccountKey(kind=Account.Kind.PROGRAMME, holder=PROGRAMME, funder=FUNDER, unit=Unit.POINTS)
    post(
        ENTRY_KIND,
        reference=f"check-in:{record.pk}",
        effective_on=clock.local(record.at).date(),
        postings=[Posting(resident, POINTS_A_VISIT), Posting(programme, -POINTS_A_VISIT)],
    )
    benefit = grant_for_check_in(record.resident_id, record.place, record.at, key=f"check-in:{record.pk}")
    record.points = POINTS_A_VISIT + benefit.points
    record.benefit = benefit.decision
    record.save(update_fields=["points", "benefit"])


def _evidence(resident: Resident, *, beacon: Beacon, fix: Fix | None, cell: str, at: datetime) -> Evidence:
    place = beacon.place
    accepted = CheckIn.objects.filter(resident=resident, decision=Decision.ACCEPTED).order_by("-at")
    last, last_here = accepted.first(), accepted.filter(place=place).first()
    position = (place.geometry.x, place.geometry.y)
    return Evidence(
        visit_radius_m=place.visit_radius_m,
        distance_m=crs.distance_m((fix.longitude, fix.latitude), position) if fix else None,
        accuracy_m=fix.accuracy_m if fix else None,
        position_age=at - fix.taken_at if fix else None,
        moved_m=crs.distance_m(_centre(last.cell), _centre(cell)) if last else None,
        since_last=at - last.at if last else None,
        since_last_here=at - last_here.at if last_here else None,
    )


def _cell(beacon: Beacon, fix: Fix | None) -> str:
    position: Point = beacon.place.geometry
    latitude, longitude = (fix.latitude, fix.longitude) if fix else (position.y, position.x)
    return str(h3.latlng_to_cell(latitude, longitude, CELL_RESOLUTION))


def _centre(cell: str) -> tuple[float, float]:
    latitude, longitude = h3.cell_to_latlng(cell)
    return longitude, latitude


def _actor(resident: Resident) -> str:
    return f"user:{resident.user_id}" if resident.user_id else f"resident:{resident.pk}"
