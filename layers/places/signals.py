"""Bluetooth beacons: from what a phone receives to the beacon that sends it."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from django.db.models import Value
from django.db.models.functions import Replace, Upper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput, NotFound
from layers.places.eid import eid
from layers.places.models import Beacon, RotatingKey
from layers.places.services import live, resolve

IBEACON = re.compile(r"(?P<uuid>[0-9A-F]{32})/(?P<major>\d{1,5})/(?P<minor>\d{1,5})")
ALTBEACON = re.compile(r"[0-9A-F]{40}")
EDDYSTONE_UID = re.compile(r"[0-9A-F]{20}/[0-9A-F]{12}")
EDDYSTONE_EID = re.compile(r"[0-9A-F]{16}")
LABEL_PATH = re.compile(r"/q/([\w-]{1,64})/?")
TURNS_OFF = (0, -1, 1)  # a beacon changes somewhere within its turn, and its clock drifts
TURNS_KEPT = 4096

HELP: Mapping[str, Promise] = {
    Beacon.Technology.IBEACON: _("Write an iBeacon as UUID/major/minor."),
    Beacon.Technology.ALTBEACON: _("Write an AltBeacon as its 40 hexadecimal digits."),
    Beacon.Technology.EDDYSTONE_UID: _("Write an Eddystone-UID as namespace/instance, in hexadecimal."),
    Beacon.Technology.EDDYSTONE_URL: _("Send the address that the beacon sends, beginning with http."),
    Beacon.Technology.EDDYSTONE_EID: _("Write an Eddystone-EID as its 16 hexadecimal digits."),
}


class BeaconUnknown(NotFound):
    code = "beacon-unknown"
    title = _("No place is known by this beacon")


def resolve_signal(technology: str, identifier: str) -> Beacon:
    """The beacon that sends this now. Raises InvalidInput, BeaconUnknown, or what the scan of a label raises."""
    if technology not in HELP:
        raise InvalidInput(fields={"technology": _("Choose one of %(all)s.") % {"all": ", ".join(HELP)}})
    canonical = canonical_identifier(technology, identifier)
    found = RESOLVERS.get(technology, _by_identifier)(technology, canonical)
    if found is None:
        raise BeaconUnknown
    return found


def canonical_identifier(technology: str, identifier: str) -> str:
    """The one spelling of a beacon's identifier: capital hexadecimal, UUIDs without their hyphens.

    >>> canonical_identifier("ibeacon", "f7826da6-4fa2-4e98-8024-bc5b71e0893e/007/12")
    'F7826DA64FA24E988024BC5B71E0893E/7/12'
    """
    folded = identifier.strip().upper().replace("-", "")
    match technology:
        case Beacon.Technology.IBEACON:
            parts = IBEACON.fullmatch(folded)
            if parts and int(parts["major"]) < 2**16 and int(parts["minor"]) < 2**16:
                return f"{parts['uuid']}/{int(parts['major'])}/{int(parts['minor'])}"
        case Beacon.Technology.ALTBEACON if ALTBEACON.fullmatch(folded):
            return folded
        case Beacon.Technology.EDDYSTONE_UID if EDDYSTONE_UID.fullmatch(folded):
            return folded
        case Beacon.Technology.EDDYSTONE_EID if EDDYSTONE_EID.fullmatch(folded):
            return folded
        case Beacon.Technology.EDDYSTONE_URL if urlsplit(identifier.strip()).scheme in ("http", "https"):
            return identifier.strip()
    raise InvalidInput(fields={"identifier": HELP[technology]})


def _by_identifier(technology: str, canonical: str) -> Beacon | None:
    # Editors may have written it with hyphens or in small letters; beacons are few, so no index is needed.
    folded = Upper(Replace("identifier", Value("-"), Value("")))
    return live().annotate(folded=folded).filter(technology=technology, folded=canonical).first()


def _by_url(technology: str, address: str) -> Beacon | None:
    """Its own address, or the one of a label: a beacon may send what a QR code shows."""
    if label := LABEL_PATH.fullmatch(urlsplit(address).path):
        return resolve(label[1])
    return live().filter(technology=technology, identifier=address).first()


def _by_turn(technology: str, canonical: str) -> Beacon | None:
    """Each beacon's identifiers of now are worked out and compared; nothing of them is stored."""
    keys = RotatingKey.objects.filter(beacon__in=live().filter(technology=technology))
    beacon = next((one.beacon_id for one in keys if canonical in _identifiers(one)), None)
    return live().filter(pk=beacon).first() if beacon else None


def _identifiers(one: RotatingKey) -> list[str]:
    turn = int((clock.now() - one.clock_began_at).total_seconds()) >> one.exponent
    key = one.key or ""
    return [_identifier(key, turn + off, one.exponent) for off in TURNS_OFF if turn + off >= 0]


@lru_cache(maxsize=TURNS_KEPT)
def _identifier(key: str, turn: int, exponent: int) -> str:
    return eid(bytes.fromhex(key), time_s=(turn << exponent) % 2**32, exponent=exponent).hex().upper()


RESOLVERS: Mapping[str, Callable[[str, str], Beacon | None]] = {
    Beacon.Technology.EDDYSTONE_URL: _by_url,
    Beacon.Technology.EDDYSTONE_EID: _by_turn,
}
