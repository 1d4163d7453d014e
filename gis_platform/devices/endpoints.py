"""What devices call: registration, keys, heartbeat, identification, entries sent later, readings."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from gis_platform.core.idempotency import KEY_LENGTH_MAX
from gis_platform.devices import heartbeats, offline, services
from gis_platform.devices.authentication import FACING_PEOPLE, DeviceKey, calling_device, device_key, key_used
from gis_platform.devices.heartbeats import Beat
from gis_platform.devices.identification import look_up
from gis_platform.devices.models import Device
from gis_platform.identity.keys import prefix_of
from layers.sensors.parsing import SENML, parse
from layers.sensors.services import ingest

router = Router(tags=["devices"])


class Registration(Schema):
    code: str = Field(max_length=40)
    firmware: str = Field("", max_length=60)
    public_key: str = Field("", max_length=64, description="Ed25519, raw, hexadecimal; the device then signs with it.")


class Keyed(Schema):
    key: str = Field(description="Shown this once; send it as `Authorization: Device <key>`.")
    key_id: str = Field(description="Names the key in a signature (`keyid`).")
    signing_secret: str = Field(description="Of HMAC-SHA256, hexadecimal, for a device without a key pair.")
    former_key_until: datetime | None = None


class Registered(Keyed):
    device: str
    role: str


class DevicePosition(Schema):
    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)


class Heartbeat(Schema):
    firmware: str = Field("", max_length=60)
    battery_percent: int | None = Field(None, ge=0, le=100)
    position: DevicePosition | None = None


class Alive(Schema):
    device: str
    time: datetime
    change_key: bool = Field(description="The operations centre asks the device for `POST /devices/key`.")


class Question(Schema):
    """`kind` is what the reader read: a QR code is `qr`, whichever of ours it is. Or `visit`, to go on."""

    kind: str = Field(max_length=12)
    token: str = Field(max_length=256)
    question: str = Field("", max_length=40, description="A question that the device is set up for.")


class Answer(Schema):
    identified: bool
    handle: str | None = Field(None, description="The same at all devices of one owner, another at everybody else's.")
    answer: bool | None = Field(None, description="To the question, if one was asked.")
    visit: str = Field("", description="A token of the kind `visit`: for 15 minutes, in place of the card or code.")
    code: str = ""
    detail: str = ""


class EntryIn(Schema):
    id: str = Field(min_length=1, max_length=KEY_LENGTH_MAX, description="The device's own number for it.")
    kind: str = Field(max_length=20, description="`identify`, `check-in` or `voucher`.")
    at: AwareDatetime = Field(description="By the device's own clock; up to 72 hours ago.")
    data: dict[str, Any] = Field(
        default_factory=dict,
        description="`kind` and `token` of the card, `question` if one was asked; of a voucher `token` and `cents`.",
    )


class Entries(Schema):
    entries: list[EntryIn] = Field(min_length=1, max_length=offline.ENTRIES_MAX)


class OutcomeOut(Schema):
    id: str
    state: str = Field(description="`done`, `refused` for good, or `again`: nothing was kept, send it once more.")
    code: str
    detail: str
    answer: dict[str, Any]


class Outcomes(Schema):
    entries: list[OutcomeOut]


class Reading(Schema):
    stream: str
    time: datetime
    value: float


class Ingested(Schema):
    accepted: int
    duplicate: int
    late: int
    rejected: dict[str, int]


@router.post("/devices/register", response=Registered, summary="Exchange a registration code for a key")
def register(request: HttpRequest, body: Registration) -> Registered:
    device, given = services.register(body.code, firmware=body.firmware, public_key=body.public_key)
    return Registered(device=device.code, role=device.role, **_keyed(given))


@router.post(
    "/devices/key", response=Keyed, auth=device_key, summary="Change the key; the former one is good for a day"
)
def change_key(request: HttpRequest) -> Keyed:
    return Keyed(**_keyed(services.change_key(calling_device(request), used=key_used(request))))


@router.post("/devices/heartbeat", response=Alive, auth=device_key, summary="Say that the device is alive")
def heartbeat(request: HttpRequest, body: Heartbeat) -> Alive:
    device, where = calling_device(request), body.position
    position = Point(where.longitude, where.latitude, srid=4326) if where else None
    told = Beat(firmware=body.firmware, battery_percent=body.battery_percent, position=position)
    at = heartbeats.beat(device, told)
    return Alive(device=device.code, time=at, change_key=device.new_key_wanted_at is not None)


@router.post("/identify", response=Answer, auth=DeviceKey(*FACING_PEOPLE), summary="Is this somebody the city knows?")
def identify(request: HttpRequest, body: Question) -> Answer:
    key = request.headers.get("Idempotency-Key", "")[:KEY_LENGTH_MAX]
    found = look_up(calling_device(request), kind=body.kind, token=body.token, question=body.question, key=key)
    return Answer(identified=found.handle is not None, **asdict(found))


@router.post("/devices/entries", response=Outcomes, auth=device_key, summary="Send what happened without a network")
def entries(request: HttpRequest, body: Entries) -> dict[str, Any]:
    """Each entry is answered on its own and taken once, however often it is sent."""
    sent = [offline.Entry(id=one.id, kind=one.kind, at=one.at, data=one.data) for one in body.entries]
    return {"entries": [asdict(outcome) for outcome in offline.take(calling_device(request), sent)]}


# The body is read by the sensors' own parser, which keeps a bad reading with its cause where a schema would refuse all.
READINGS_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"type": "array", "items": Reading.model_json_schema()}},
        SENML: {"schema": {"type": "array", "items": {"type": "object"}}},
    },
}


@router.post(
    "/readings",
    response=Ingested,
    auth=DeviceKey(Device.Role.GATEWAY),
    summary="Send sensor readings",
    openapi_extra={"requestBody": READINGS_BODY},
)
def readings(request: HttpRequest) -> Ingested:
    entries = parse(request.body, media_type=request.content_type or "")
    result = ingest(entries, sender=calling_device(request).actor)
    rejected = {str(cause): count for cause, count in result.rejected.items()}
    return Ingested(accepted=result.accepted, duplicate=result.duplicate, late=result.late, rejected=rejected)


def _keyed(given: services.Credentials) -> dict[str, Any]:
    return asdict(given) | {"key_id": prefix_of(given.key, kind="device") or ""}
