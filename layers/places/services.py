"""Labels and beacons: from what a phone reads to the place it stands at."""

import io
import re
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace, Upper
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError, InvalidInput, NotFound
from layers.base.models import Status
from layers.places.labels import Label, read_token, token_of
from layers.places.models import Beacon

IBEACON = re.compile(r"(?P<uuid>[0-9A-F]{32})/(?P<major>\d{1,5})/(?P<minor>\d{1,5})")
EDDYSTONE_UID = re.compile(r"[0-9A-F]{20}/[0-9A-F]{12}")


class LabelForged(CityError):
    code = "label-forged"
    status = 400
    title = _("This label was not made by the city")


class LabelRevoked(CityError):
    code = "label-revoked"
    status = 410
    title = _("This label has been replaced; scan the new one")


class BeaconUnknown(NotFound):
    code = "beacon-unknown"
    title = _("No place is known by this beacon")


def label_token(beacon: Beacon) -> str:
    return token_of(Label(beacon_id=beacon.pk, generation=beacon.generation))


def label_url(beacon: Beacon) -> str:
    """What the QR code or the NFC tag holds."""
    return f"{settings.PUBLIC_URL}/q/{label_token(beacon)}"


def label_svg(beacon: Beacon) -> bytes:
    """The label as a QR code, an SVG document that scales to any print."""
    out = io.BytesIO()
    segno.make_qr(label_url(beacon), error="m").save(out, kind="svg", scale=8, border=4, xmldecl=True, nl=False)
    return out.getvalue()


def page_of(beacon: Beacon, *, label: str = "") -> str:
    """Path of the page of the beacon's place, with the label that was scanned there."""
    query = f"?{urlencode({'label': label})}" if label else ""
    return f"/places/places/{beacon.place_id}/{query}"


def resolve(token: str) -> Beacon:
    """The beacon whose label carries the token, with its place.

    Raises LabelForged, or LabelRevoked for an older print, a revoked label and a place that is not shown.
    """
    label = read_token(token)
    if label is None:
        raise LabelForged
    beacon = _live().filter(pk=label.beacon_id, generation=label.generation).first()
    if beacon is None:
        raise LabelRevoked
    return beacon


def resolve_signal(technology: str, identifier: str) -> Beacon:
    """The beacon that sends the identifier: iBeacon `UUID/major/minor`, Eddystone-UID `namespace/instance`.

    Raises InvalidInput or BeaconUnknown.
    """
    canonical = canonical_identifier(technology, identifier)
    # Editors may have written it with hyphens or in small letters; beacons are few, so no index is needed.
    folded = Upper(Replace("identifier", Value("-"), Value("")))
    beacon = _live().annotate(folded=folded).filter(technology=technology, folded=canonical).first()
    if beacon is None:
        raise BeaconUnknown
    return beacon


def canonical_identifier(technology: str, identifier: str) -> str:
    """The one spelling of a beacon's identifier: capital hexadecimal, an iBeacon's UUID without its hyphens.

    >>> canonical_identifier("ibeacon", "f7826da6-4fa2-4e98-8024-bc5b71e0893e/007/12")
    'F7826DA64FA24E988024BC5B71E0893E/7/12'
    """
    folded = identifier.strip().upper()
    if technology == Beacon.Technology.IBEACON:
        match = IBEACON.fullmatch(folded.replace("-", ""))
        if match and int(match["major"]) < 2**16 and int(match["minor"]) < 2**16:
            return f"{match['uuid']}/{int(match['major'])}/{int(match['minor'])}"
        raise InvalidInput(fields={"identifier": _("Write an iBeacon as UUID/major/minor.")})
    if technology == Beacon.Technology.EDDYSTONE_UID:
        if EDDYSTONE_UID.fullmatch(folded):
            return folded
        raise InvalidInput(fields={"identifier": _("Write an Eddystone-UID as namespace/instance, in hexadecimal.")})
    raise InvalidInput(fields={"technology": _("Choose ibeacon or eddystone-uid.")})


def revoke_prints(beacon: Beacon, *, actor: str, reason: str = "") -> None:
    """Makes every print of the label so far invalid; the next one carries the next generation."""
    with acting(actor, reason or "label replaced"):
        Beacon.objects.filter(pk=beacon.pk).update(generation=F("generation") + 1)
    beacon.refresh_from_db()


def revoke_beacon(beacon: Beacon, *, actor: str, reason: str = "") -> None:
    """Ends a label or beacon for good."""
    with acting(actor, reason or "beacon revoked"):
        Beacon.objects.filter(pk=beacon.pk, revoked_at=None).update(revoked_at=clock.now())
    beacon.refresh_from_db()


def _live() -> QuerySet[Beacon]:
    at = clock.now()
    begun = Q(place__valid_from=None) | Q(place__valid_from__lte=at)
    not_over = Q(place__valid_to=None) | Q(place__valid_to__gt=at)
    return Beacon.objects.select_related("place").filter(
        begun, not_over, revoked_at=None, status=Status.PUBLISHED, place__status=Status.PUBLISHED
    )
