"""From what a terminal sends to a case: whose card it is, and whose till."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from gis_platform.core import clock
from gis_platform.devices.models import Device
from gis_platform.residents.phones import Presentation
from gis_platform.residents.services import recognise
from rules.benefits import alarms
from rules.benefits.booking import Identified
from rules.benefits.errors import CurrencyUnknown, PurchaseInFuture, PurchaseTooOld, TotalDiffers
from rules.benefits.facts import RECEIPT, Case, MerchantFacts, PlaceFacts, ResidentFacts
from rules.engine.receipt import Line

CURRENCY = "EUR"  # the ledger's cents; both cities have it
CLOCK_SKEW = timedelta(minutes=2)  # of a till whose clock is set by its network


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """What a terminal says was bought. Without `at`, it is now; `total_cents` is the till's own sum, to compare."""

    lines: tuple[Line, ...]
    currency: str = CURRENCY
    total_cents: int | None = None
    at: datetime | None = None


def case_at_terminal(
    device: Device, purchase: Purchase, *, kind: str, token: str, key: str = ""
) -> tuple[Case, Identified]:
    """A receipt at this terminal, and the record of who was recognised, which is kept with the decision.

    `key` names the request: sent again, it may bring the same changing code again. Raises TotalDiffers,
    CurrencyUnknown, PurchaseInFuture, PurchaseTooOld before anybody is looked up; then CardNumberRefused or one of the
    family of MeansRefused.
    """
    at = _checked(purchase)
    day = clock.local(at).date()
    resident = recognise(kind, token, on=day, presentation=Presentation(by=device.actor, key=key))
    case = Case(
        trigger=RECEIPT,
        at=at,
        resident=ResidentFacts.recognised(resident),
        place=PlaceFacts.of(device.place) if device.place else None,
        terminal=device.actor,
        merchant=credited(device),
        shop=MerchantFacts.of(device.merchant, on=day) if device.merchant else None,
        identified_by=kind,
        alarms=alarms.active(at),
        lines=purchase.lines,
    )
    return case, Identified(subject=f"resident:{resident.pk}", data={"device": device.code})


def credited(device: Device) -> str:
    """The ledger's name for who is paid: the merchant or, where a device belongs to none, the city's own place."""
    if device.merchant_id:
        return f"merchant:{device.merchant_id}"
    return f"place:{device.place_id}" if device.place_id else device.actor


def _checked(purchase: Purchase) -> datetime:
    """When it was bought, once the rest can be."""
    if purchase.currency != CURRENCY:
        raise CurrencyUnknown(currency=purchase.currency)
    total = sum(line.amount_cents for line in purchase.lines)
    if purchase.total_cents not in (None, total):
        raise TotalDiffers(lines_cents=total, total_cents=purchase.total_cents)
    now = clock.now()
    at = purchase.at or now
    if at > now + CLOCK_SKEW:
        raise PurchaseInFuture(now=now)
    if at < now - timedelta(hours=settings.PURCHASE_AGE_MAX_HOURS):
        raise PurchaseTooOld(hours_max=settings.PURCHASE_AGE_MAX_HOURS)
    return min(at, now)
