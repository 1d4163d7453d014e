"""A device asks who holds a card; it learns yes or no and a handle that says nothing about the person."""

from dataclasses import dataclass

from gis_platform.core import audit, clock, outbox
from gis_platform.core.actor import acting
from gis_platform.devices.models import Device
from gis_platform.residents.services import MeansBlocked, MeansExpired, MeansUnknown, identify

IDENTIFIED = "residents.identified"  # what follows is decided by the rooms above


@dataclass(frozen=True, kw_only=True)
class Identification:
    """`handle` of the resident, or None with the code and the sentence of the refusal."""

    handle: str | None = None
    code: str = ""
    detail: str = ""


def look_up(device: Device, *, kind: str, token: str) -> Identification:
    """The answer for the device; that it asked is kept, for the resident to see. Raises CardNumberRefused."""
    with acting(device.actor, "identification"):
        try:
            resident = identify(kind, token)
        except (MeansUnknown, MeansBlocked, MeansExpired) as refusal:
            return Identification(code=refusal.code, detail=str(refusal.detail))
        audit.record("residents.identified", f"resident:{resident.pk}", device=device.code)
        at = clock.now().isoformat()
        outbox.publish(IDENTIFIED, resident_id=resident.pk, device_id=device.pk, kind=kind, at=at)
    return Identification(handle=str(resident.handle))
