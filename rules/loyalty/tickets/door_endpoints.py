"""The door over HTTP: a scan with a network, the list for the time without one, and the scans of that time."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Router, Schema
from pydantic import AwareDatetime

from gis_platform.core.idempotency import KEY_LENGTH_MAX, StoredAnswer, once
from gis_platform.devices.authentication import DeviceKey, calling_device
from rules.loyalty.tickets import doors, offline, tokens
from rules.loyalty.tickets.endpoints import AT_THE_DOOR

router = Router(tags=["tickets"])


class ScanIn(Schema):
    token: str = Field(max_length=tokens.LENGTH_MAX)


class AdmittedOut(Schema):
    ticket: UUID
    seats: int
    tariff: str
    order: str
    at: datetime


class DoorList(Schema):
    list: str = Field(description="A JWS (RFC 7515) of typ city-door-list; keys: /tickets/keys.")


class OfflineScan(Schema):
    key: str = Field(min_length=1, max_length=KEY_LENGTH_MAX, description="The door's own number for this scan.")
    token: str = Field(max_length=tokens.LENGTH_MAX)
    scanned_at: AwareDatetime = Field(description="By the door's own clock.")


class OfflineScans(Schema):
    scans: list[OfflineScan] = Field(min_length=1, max_length=offline.BATCH_MAX)


class ScanTold(Schema):
    key: str
    outcome: str
    sentence: str
    first_at: datetime | None
    first_door: str


class ScansTold(Schema):
    scans: list[ScanTold]


@router.post("/doors/{event_id}/scans", response=AdmittedOut, auth=DeviceKey(*AT_THE_DOOR), summary="Let a ticket in")
def scan(
    request: HttpRequest,
    event_id: int,
    body: ScanIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")],
) -> HttpResponse:
    """With the same key a lost answer is had again; with another the ticket is used already."""
    device = calling_device(request)

    def run() -> StoredAnswer:
        admitted = doors.admit(doors.sale_at(device, event_id), body.token, door=device.actor)
        return StoredAnswer.of(asdict(admitted))

    return once(scope=f"ticket-scan:{device.actor}", key=idempotency_key, body=request.body, run=run).response()


@router.get(
    "/doors/{event_id}/list", response=DoorList, auth=DeviceKey(*AT_THE_DOOR), summary="The list for a door offline"
)
def door_list(request: HttpRequest, event_id: int) -> DoorList:
    device = calling_device(request)
    return DoorList(list=offline.door_list(doors.sale_at(device, event_id), device))


@router.post(
    "/doors/{event_id}/offline-scans",
    response=ScansTold,
    auth=DeviceKey(*AT_THE_DOOR),
    summary="Tell the scans made without a network",
)
def tell(request: HttpRequest, event_id: int, body: OfflineScans) -> ScansTold:
    """Every one is answered, whatever became of the others; a ticket let in at two doors is named."""
    device = calling_device(request)
    scans = [offline.Scan(**one.model_dump()) for one in body.scans]
    told = offline.sync(doors.sale_at(device, event_id), device, scans)
    return ScansTold(scans=[ScanTold(**asdict(one)) for one in told])
