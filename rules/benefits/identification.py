"""From what a terminal sends to a case: whose card it is, and whose till."""

from collections.abc import Iterable

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.devices.models import Device
from gis_platform.residents.services import identify
from rules.benefits.facts import RECEIPT, Case, PlaceFacts, ResidentFacts
from rules.engine.receipt import Line


def case_at_terminal(device: Device, *, kind: str, token: str, lines: Iterable[Line]) -> Case:
    """A receipt at this terminal, now. Raises MeansUnknown, MeansBlocked, MeansExpired or CardNumberRefused."""
    at = clock.now()
    with acting(device.actor, "identification"):
        resident = identify(kind, token)
        audit.record("residents.identified", f"resident:{resident.pk}", device=device.code)
    return Case(
        trigger=RECEIPT,
        at=at,
        resident=ResidentFacts.of(resident, on=clock.local(at).date()),
        place=PlaceFacts.of(device.place) if device.place else None,
        terminal=device.actor,
        merchant=credited(device),
        lines=tuple(lines),
    )


def credited(device: Device) -> str:
    """The ledger's name for who is paid: the merchant or, where a device belongs to none, the city's own place."""
    if device.merchant_id:
        return f"merchant:{device.merchant_id}"
    return f"place:{device.place_id}" if device.place_id else device.actor
