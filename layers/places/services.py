"""Labels: what they hold, what a scan of one leads to, and how old prints end."""

import io
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gis_platform.core import clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError
from layers.base.models import Status
from layers.places.labels import Label, read_token, token_of
from layers.places.models import Beacon
from layers.places.ndef import uri_message


class LabelForged(CityError):
    code = "label-forged"
    status = 400
    title = _("This label was not made by the city")


class LabelRevoked(CityError):
    code = "label-revoked"
    status = 410
    title = _("This label has been replaced; scan the new one")


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


def label_ndef(beacon: Beacon) -> bytes:
    """The same address as an NDEF message, to be written to an NFC tag."""
    return uri_message(label_url(beacon))


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
    beacon = live().filter(pk=label.beacon_id, generation=label.generation).first()
    if beacon is None:
        raise LabelRevoked
    return beacon


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


def live() -> QuerySet[Beacon]:
    """Beacons and labels that count now, with their places."""
    at = clock.now()
    begun = Q(place__valid_from=None) | Q(place__valid_from__lte=at)
    not_over = Q(place__valid_to=None) | Q(place__valid_to__gt=at)
    return Beacon.objects.select_related("place").filter(
        begun, not_over, revoked_at=None, status=Status.PUBLISHED, place__status=Status.PUBLISHED
    )
