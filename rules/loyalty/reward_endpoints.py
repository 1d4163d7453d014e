"""Rewards handed out at a till, and check-ins taken back by staff. `staff_router` is mounted behind a guard."""

from django.http import HttpRequest
from ninja import Field, Router, Schema

from gis_platform.devices.authentication import DeviceKey, calling_device
from gis_platform.devices.models import Device
from gis_platform.identity.guards import account
from rules.loyalty import rewards, services, voiding
from rules.loyalty.endpoints import CheckInShown

HANDING_OUT = (Device.Role.TILL, Device.Role.LIBRARY)

router = Router(tags=["rewards"])
staff_router = Router(tags=["check-ins"])


class ShownCode(Schema):
    code: str = Field(max_length=20)


class HandedOut(Schema):
    reward: str
    name: str


class Reason(Schema):
    reason: str = Field(min_length=3, max_length=300)


@router.post("/rewards/hand-out", response=HandedOut, auth=DeviceKey(*HANDING_OUT), summary="Hand a reward out")
def hand_out(request: HttpRequest, body: ShownCode) -> HandedOut:
    device = calling_device(request)
    redemption = rewards.use(body.code, actor=device.actor, merchant=device.merchant_id)
    return HandedOut(reward=redemption.reward.code, name=redemption.reward.name)


@staff_router.post("/check-ins/{int:check_in_id}/void", response=CheckInShown, summary="Take a check-in back")
def void(request: HttpRequest, check_in_id: int, body: Reason) -> dict[str, object]:
    return services.shown(voiding.void(check_in_id, actor=account(request).actor, reason=body.reason))
