"""What devices ask of the benefits, and what they bring later: whether somebody is entitled, and vouchers taken."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import InvalidInput
from gis_platform.devices.authentication import FACING_PEOPLE
from gis_platform.devices.models import Device
from gis_platform.devices.offline import Entry, entry
from gis_platform.devices.questions import Asked, answers
from rules.benefits import voucher_tokens, vouchers
from rules.benefits.entitlements import case_here, entitlements
from rules.engine.receipt import AMOUNT_CENTS_MAX


@answers("programme")
def is_entitled(asked: Asked) -> bool:
    """Whether the programme, named by its code, would give this person something at the device's place now.

    Yes only where nothing but the goods is left to decide, and neither a limit nor a budget is used up: the same rules
    as the till's, so a clinic that is told yes will be paid.
    """
    case = case_here(asked.resident, place=asked.device.place, merchant=asked.device.merchant)
    return any(one.programme == asked.subject and one.certain and one.open for one in entitlements(case))


@entry("voucher", *FACING_PEOPLE)
def take_voucher(device: Device, one: Entry) -> dict[str, Any]:
    """As `POST /vouchers/redemptions`; the entry's id is the till's number for the use."""
    token, cents = one.data.get("token"), one.data.get("cents")
    if not isinstance(token, str) or len(token) > voucher_tokens.LENGTH_MAX:
        raise InvalidInput(fields={"data.token": _("Send the voucher as it was read")})
    if type(cents) is not int or not 1 <= cents <= AMOUNT_CENTS_MAX:
        raise InvalidInput(fields={"data.cents": _("Send what was taken off, in cents")})
    (settled,) = vouchers.redeem(device, [vouchers.Offered(key=one.id, token=token, cents=cents, used_at=one.at)])
    return asdict(settled)
