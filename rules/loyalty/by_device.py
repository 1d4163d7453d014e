"""Checking in at a reader: the card is shown where the reader stands, which proves more than any position.

For terminals and other devices that have recognised a resident; who may call is their guard's question.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from gis_platform.core import clock
from gis_platform.core.actor import on_behalf_of
from gis_platform.devices.models import Device
from gis_platform.residents.models import Resident
from layers.places.models import Place
from rules.loyalty.errors import CheckInDecided, CheckInTooOld, DeviceElsewhere
from rules.loyalty.evidence import begin
from rules.loyalty.models import CheckIn
from rules.loyalty.scoring import ADVICE, REPEAT_WINDOW, SCORE_FULL, Decision, Reason
from rules.loyalty.services import NOT_KEYED, weighed, write

CONFIRMED_WITHIN = timedelta(minutes=15)
AT_READERS = (Device.Role.TILL, Device.Role.VALIDATOR, Device.Role.LIBRARY)  # a clinic's or school's say who is there


def check_in_by_device(resident: Resident, device: Device, at: datetime | None = None) -> CheckIn:
    """Checks in somebody whom a reader at a place has recognised, at an instant of its own when it was offline.

    A label that this resident has just scanned here and that was not proof enough is confirmed instead. Raises
    DeviceElsewhere for a reader that stands at no place.
    """
    place = _place_of(device)
    at = at or clock.now()
    with transaction.atomic(), on_behalf_of(device.actor):
        begun = begin(resident, at=at, claim=NOT_KEYED, label=None, place=place.pk, phone="")
        waiting = _waiting(resident, place, at)
        if waiting is not None and not _is_repeat(begun.last_here_at, at):
            return _accept(waiting, resident, device)
        record = weighed(resident, begun, place, fix=None, at=at)
        # The reader stands for the position, so only the past of the person lowers the score.
        record.reasons = [reason for reason in record.reasons if reason == "already-here"]
        record.score, record.decision = (0, Decision.REFUSED) if record.reasons else (SCORE_FULL, Decision.ACCEPTED)
        record.device = device
        write(record, resident=resident)
    return record


def shown_at_reader(record: CheckIn) -> dict[str, Any]:
    """What the reader is told: nothing that names the person."""
    reasons = [{"code": code, "advice": str(ADVICE[Reason(code)])} for code in record.reasons]
    return {"decision": str(record.decision), "points": record.points, "reasons": reasons}


def confirm_by_device(check_in: CheckIn, device: Device) -> CheckIn:
    """Accepts a check-in that needed a stronger proof: its resident has shown the card at the place's reader.

    Raises DeviceElsewhere, CheckInDecided, or CheckInTooOld after a quarter of an hour.
    """
    resident, at = check_in.resident, clock.now()
    if device.place_id != check_in.place_id:
        raise DeviceElsewhere
    with transaction.atomic(), on_behalf_of(device.actor):
        begun = begin(resident, at=at, claim=NOT_KEYED, label=None, place=check_in.place_id, phone="")
        record = CheckIn.objects.select_related("place").get(pk=check_in.pk)
        if record.decision != Decision.NEEDS_STRONGER_PROOF or _is_repeat(begun.last_here_at, at):
            raise CheckInDecided
        if record.at < at - CONFIRMED_WITHIN:
            raise CheckInTooOld
        return _accept(record, resident, device)


def _accept(record: CheckIn, resident: Resident, device: Device) -> CheckIn:
    record.decision, record.score, record.reasons, record.device = Decision.ACCEPTED, SCORE_FULL, [], device
    write(record, resident=resident)
    return record


def _waiting(resident: Resident, place: Place, at: datetime) -> CheckIn | None:
    waiting = CheckIn.objects.filter(
        resident=resident,
        place=place,
        decision=Decision.NEEDS_STRONGER_PROOF,
        at__gt=at - CONFIRMED_WITHIN,
        at__lte=at,
    )
    return waiting.select_related("place").order_by("-at").first()


def _is_repeat(last_here_at: datetime | None, at: datetime) -> bool:
    return last_here_at is not None and abs(at - last_here_at) < REPEAT_WINDOW


def _place_of(device: Device) -> Place:
    if device.place is None:
        raise DeviceElsewhere
    return device.place
