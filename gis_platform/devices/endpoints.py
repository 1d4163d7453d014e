"""What devices call: registration, heartbeat, identification, readings."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema

from gis_platform.core import clock
from gis_platform.devices import services
from gis_platform.devices.authentication import DeviceKey, calling_device, device_key
from gis_platform.devices.identification import look_up
from gis_platform.devices.models import Device
from layers.sensors.parsing import SENML, parse
from layers.sensors.services import ingest

router = Router(tags=["devices"])

FACING_PEOPLE = (
    Device.Role.TILL,
    Device.Role.VALIDATOR,
    Device.Role.LIBRARY,
    Device.Role.SCHOOL,
    Device.Role.CLINIC,
)


class Registration(Schema):
    code: str = Field(max_length=40)
    firmware: str = Field("", max_length=60)


class Registered(Schema):
    device: str
    role: str
    key: str = Field(description="Shown this once; send it as `Authorization: Device <key>`.")


class Heartbeat(Schema):
    firmware: str = Field("", max_length=60)


class Alive(Schema):
    device: str
    time: datetime


class Question(Schema):
    kind: str = Field(max_length=12)
    token: str = Field(max_length=256)


class Answer(Schema):
    identified: bool
    handle: str | None = None
    code: str = ""
    detail: str = ""


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
    device, key = services.register(body.code, firmware=body.firmware)
    return Registered(device=device.code, role=device.role, key=key)


@router.post("/devices/heartbeat", response=Alive, auth=device_key, summary="Say that the device is alive")
def heartbeat(request: HttpRequest, body: Heartbeat) -> Alive:
    device = calling_device(request)
    services.beat(device, firmware=body.firmware)
    return Alive(device=device.code, time=clock.now())


@router.post("/identify", response=Answer, auth=DeviceKey(*FACING_PEOPLE), summary="Is this somebody the city knows?")
def identify(request: HttpRequest, body: Question) -> Answer:
    found = look_up(calling_device(request), kind=body.kind, token=body.token)
    return Answer(identified=found.handle is not None, handle=found.handle, code=found.code, detail=found.detail)


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
