"""Writing an offer: what a planner enters is checked whole, and every wrong field is named."""

import json
from collections.abc import Mapping
from datetime import datetime, time

from django.conf import settings
from django.contrib.gis.db.models import Model
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import InvalidInput
from gis_platform.residents.models import Group
from layers.boundaries.models import Boundary
from layers.places.models import Beacon, Place
from rules.loyalty.models import Offer
from rules.loyalty.offers.errors import OfferUnknown

SOURCES: dict[str, type[Model]] = {"boundaries": Boundary, "places": Place, "beacons": Beacon}
SHAPES = {
    Offer.Trigger.ZONE: ("Polygon", "MultiPolygon"),
    Offer.Trigger.NEAR: ("Point",),
    Offer.Trigger.ROUTE: ("LineString", "MultiLineString"),
}
GEOJSON_LENGTH_MAX = 200_000
METRES_MAX = 5000
NUMBERS = {"metres": METRES_MAX, "per_person_day": 100, "per_person_total": 10_000, "total_max": 1_000_000}
OPTIONAL = {"metres", "per_person_total", "total_max"}

type Faults = dict[str, str | Promise]


def find(offer_id: int) -> Offer:
    """Raises OfferUnknown."""
    found = Offer.objects.filter(pk=offer_id).first()
    if found is None:
        raise OfferUnknown
    return found


def write(form: Mapping[str, str], *, actor: str, offer: Offer | None = None) -> Offer:
    """The offer as the form says it, new or changed. Raises InvalidInput with a sentence for each wrong field."""
    offer = offer or Offer()
    faults: Faults = {}
    _words(offer, form, faults)
    _when(offer, form, faults)
    _limits(offer, form, faults)
    _where(offer, form, faults)
    if faults:
        raise InvalidInput(_("Correct the fields that are named."), fields=faults)
    with acting(actor, "offer written"):
        offer.save()
        audit.record("loyalty.offer-written", f"offer:{offer.pk}")
    return offer


def pause(offer: Offer, *, actor: str, paused: bool) -> None:
    with acting(actor, "offer paused" if paused else "offer resumed"):
        Offer.objects.filter(pk=offer.pk).update(paused_at=clock.now() if paused else None)
        audit.record("loyalty.offer-paused" if paused else "loyalty.offer-resumed", f"offer:{offer.pk}")


def _words(offer: Offer, form: Mapping[str, str], faults: Faults) -> None:
    for name in ("title_lv", "title_lt", "title_en", "text_lv", "text_lt", "text_en"):
        text = form.get(name, "").strip()
        if len(text) > (limit := 120 if name.startswith("title") else 1000):
            faults[name] = _("At most %(limit)s characters") % {"limit": limit}
        setattr(offer, name, text)
    if not (offer.title_lv or offer.title_lt or offer.title_en):
        faults["title_lv"] = _("Give the offer a title")
    code = form.get("audience", "")
    offer.audience = Group.objects.filter(code=code).first() if code else None
    if code and offer.audience is None:
        faults["audience"] = _("There is no such group")


def _when(offer: Offer, form: Mapping[str, str], faults: Faults) -> None:
    for name in ("valid_from", "valid_to"):
        try:
            at = datetime.fromisoformat(form.get(name, ""))
            setattr(offer, name, at if at.tzinfo else at.replace(tzinfo=settings.CITY.time_zone))
        except ValueError:
            faults[name] = _("Write a day and a time")
    if not faults.keys() & {"valid_from", "valid_to"} and offer.valid_to <= offer.valid_from:
        faults["valid_to"] = _("The end lies before the beginning")
    for name in ("quiet_from", "quiet_to"):
        text = form.get(name, "")
        try:
            setattr(offer, name, time.fromisoformat(text) if text else None)
        except ValueError:
            faults[name] = _("Write a time, such as 22:00")
    if faults.keys().isdisjoint({"quiet_from", "quiet_to"}) and (offer.quiet_from is None) != (offer.quiet_to is None):
        faults.setdefault("quiet_to", _("Quiet hours have a beginning and an end"))


def _limits(offer: Offer, form: Mapping[str, str], faults: Faults) -> None:
    for name, most in NUMBERS.items():
        text = form.get(name, "").strip()
        if not text and name in OPTIONAL:
            setattr(offer, name, 0 if name == "metres" else None)
        elif (
            text.isascii()
            and text.isdecimal()
            and len(text) < 9
            and (name == "metres" or int(text))
            and int(text) <= most
        ):
            setattr(offer, name, int(text))
        else:
            faults[name] = _("Write a whole number up to %(most)s") % {"most": most}


def _where(offer: Offer, form: Mapping[str, str], faults: Faults) -> None:
    offer.trigger, offer.source = form.get("trigger", ""), form.get("source", "")
    if offer.trigger not in Offer.Trigger.values:
        faults["trigger"] = _("Choose where the offer counts")
        return
    geometry = _of_layer(offer.source) if offer.source else _drawn(form.get("geojson", ""))
    shapes = SHAPES[Offer.Trigger(offer.trigger)]
    if geometry is None or geometry.empty or not geometry.valid:
        faults["geojson"] = _("Draw where the offer counts, or choose it from a layer")
    elif geometry.geom_type not in shapes:
        faults["geojson"] = _("This needs a %(shape)s; draw one or choose another") % {"shape": shapes[0]}
    else:
        west, south, east, north = geometry.extent
        if west < -180 or east > 180 or south < -90 or north > 90:
            faults["geojson"] = _("Longitudes lie within 180 degrees, latitudes within 90")
        offer.geometry = offer.reach = geometry
    if offer.trigger != Offer.Trigger.ZONE and not offer.metres:
        faults["metres"] = _("Say how near counts, in metres")


def _of_layer(source: str) -> GEOSGeometry | None:
    layer, _separator, key = source.partition("/")
    model = SOURCES.get(layer)
    if model is None or not (key.isascii() and key.isdecimal() and len(key) < 18):
        return None
    found: GEOSGeometry | None = model._default_manager.filter(pk=key).values_list("geometry", flat=True).first()
    return found


def _drawn(text: str) -> GEOSGeometry | None:
    if not text.strip() or len(text) > GEOJSON_LENGTH_MAX:
        return None
    try:
        written = json.loads(text)
        return GEOSGeometry(json.dumps(written.get("geometry", written)), srid=4326)
    except (ValueError, AttributeError, TypeError, RecursionError, GEOSException, GDALException):
        return None
