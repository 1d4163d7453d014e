"""From what a terminal sends to a case: whose card it is, and whose till."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from gis_platform.core import clock
from gis_platform.devices.models import Device
from gis_platform.residents.phones import Presentation
from gis_platform.residents.services import recognise
from rules.benefits.at_a_till import AtATill
from rules.benefits.booking import Identified
from rules.benefits.errors import CurrencyUnknown, PurchaseInFuture, PurchaseTooOld, TotalDiffers
from rules.benefits.facts import RECEIPT, Case, ResidentFacts
from rules.benefits.queries import Before, before_a_case
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


@dataclass(frozen=True, slots=True)
class AtTerminal:
    """A case, the record of who was recognised, which is kept with the decision, and what was read besides."""

    case: Case
    identified: Identified
    known: Before


def case_at_terminal(
    device: Device, purchase: Purchase, *, kind: str, token: str, key: str = "", read: AtATill | None = None
) -> AtTerminal:
    """A receipt at this terminal.

    `key` names the request: sent again, it may bring the same changing code again. `read` is what was read of the same
    question already. Raises TotalDiffers,
    CurrencyUnknown, PurchaseInFuture, PurchaseTooOld before anybody is looked up; then CardNumberRefused or one of the
    family of MeansRefused.
    """
    at = _checked(purchase)
    merchant = credited(device)
    if read is not None:
        at, found = read.at, read.recognised()
        resident, known = ResidentFacts.recognised(found), read.known()
    else:
        presentation = Presentation(by=device.actor, key=key)
        found = recognise(kind, token, on=clock.local(at).date(), presentation=presentation)
        resident = ResidentFacts.recognised(found)
        known = before_a_case(
            resident, at=at, merchant=merchant, stands_at=device.place_id, sells_for=device.merchant_id
        )
    case = Case(
        trigger=RECEIPT,
        at=at,
        resident=resident,
        place=known.place,
        terminal=device.actor,
        merchant=merchant,
        shop=known.shop,
        identified_by=kind,
        alarms=known.alarms,
        lines=purchase.lines,
    )
    identified = Identified(subject=f"resident:{found.pk}", data={"device": device.code})
    return AtTerminal(case, identified, known)


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
