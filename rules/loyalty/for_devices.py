"""Check-ins that readers bring later: the card was shown while there was no network."""

from typing import Any

from gis_platform.devices.models import Device
from gis_platform.devices.offline import Entry, card_of, entry
from gis_platform.residents.phones import Presentation
from gis_platform.residents.services import identify
from rules.loyalty.by_device import AT_READERS, check_in_by_device, shown_at_reader


@entry("check-in", *AT_READERS)
def take_check_in(device: Device, one: Entry) -> dict[str, Any]:
    """Raises MeansRefused's family for a card that is not accepted, and DeviceElsewhere."""
    kind, token = card_of(one)
    resident = identify(kind, token, Presentation(by=device.actor, at=one.at, key=one.id))
    return shown_at_reader(check_in_by_device(resident, device, one.at))
