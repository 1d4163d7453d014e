"""Things on their way in: a Thing with its Location is a sensor of the layer, and a new Location moves it."""

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from shapely import GEOSException, from_geojson
from shapely.geometry.base import BaseGeometry

from gis_platform.core.errors import InvalidInput, NotFound
from gis_platform.core.languages import active_language
from gis_platform.identity.layer_access import Caller, require_editor, row_rule
from gis_platform.identity.models import RowRule
from layers import catalog
from layers.base import editing
from layers.sensors.models import Sensor
from layers.sensors.registration import StillInUse
from ogc_api.sensorthings.bodies import Body, json_text, reference

OWN = ("code", "category")  # properties of a Thing that are columns; the others are its details


def create_thing(user: Caller, content: Any) -> tuple[int, list[Any]]:
    """The new Thing's id, and its Datastreams, still to be made."""
    layer = catalog.layer("sensors")
    actor = require_editor(user, layer, RowRule.Action.CREATE)
    body = Body(content, what="Thing")
    locations, datastreams = body.entities("Locations"), body.entities("Datastreams")
    name = body.text("name")
    properties = _named(name, body.text("description", "")) | _properties(body.mapping("properties"))
    properties.setdefault("code", slugify(name)[:40])
    body.done()
    stored = editing.create_feature(
        layer,
        properties=properties,
        geometry=_position(locations),
        actor=actor,
        reason="SensorThings",
        within=row_rule(user, layer, RowRule.Action.CREATE),
    )
    return stored.id, datastreams


def change_thing(user: Caller, thing_id: int, content: Any) -> None:
    body = Body(content, what="Thing")
    known = _sensor(thing_id)
    properties: dict[str, Any] = {}
    if body.given("name"):
        properties |= {f"name_{active_language()}": body.text("name")}
    if body.given("description"):
        properties |= {f"description_{active_language()}": body.text("description")}
    if body.given("properties"):
        given = _properties(body.mapping("properties"))
        properties |= given | {"details": known.details | given["details"]}
    body.done()
    _update(user, known, properties, None)


def move_thing(user: Caller, thing_id: int, content: Any) -> None:
    """A new Location: the former one becomes history."""
    _update(user, _sensor(thing_id), {}, _position([content]))


def delete_thing(user: Caller, thing_id: int) -> None:
    """Raises StillInUse for a Thing with Datastreams."""
    layer, known = catalog.layer("sensors"), _sensor(thing_id)
    if known.streams.exists():  # one that comes meanwhile fails on its foreign key
        raise StillInUse
    editing.delete_feature(
        layer,
        known.pk,
        version=known.version,
        actor=require_editor(user, layer, RowRule.Action.DELETE),
        reason="SensorThings",
        within=row_rule(user, layer, RowRule.Action.DELETE),
    )


def _update(user: Caller, known: Sensor, properties: dict[str, Any], geometry: BaseGeometry | None) -> None:
    layer = catalog.layer("sensors")
    editing.update_feature(
        layer,
        known.pk,
        properties=properties,
        geometry=geometry,
        version=known.version,
        actor=require_editor(user, layer, RowRule.Action.UPDATE),
        reason="SensorThings",
        within=row_rule(user, layer, RowRule.Action.UPDATE),
    )


def _sensor(thing_id: int) -> Sensor:
    found = Sensor.objects.filter(pk=thing_id).first()
    if found is None:
        raise NotFound(_("There is no such entity."))
    return found


def _named(name: str, description: str) -> dict[str, Any]:
    return {f"name_{active_language()}": name, f"description_{active_language()}": description}


def _properties(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given.pop(name) for name in OWN if name in given} | {"details": given}


def _position(locations: list[Any]) -> BaseGeometry:
    if len(locations) != 1:
        raise InvalidInput(_("A Thing has one Location here, with a point."), fields={"Locations": _("Exactly one.")})
    if (known := reference(locations[0])) is not None:
        raise InvalidInput(
            _("Locations are not shared here; write out the position of Location %(id)d.") % {"id": known}
        )
    body = Body(locations[0], what="Location")
    if body.text("encodingType", "application/geo+json") not in ("application/geo+json", "application/vnd.geo+json"):
        raise body.invalid("encodingType", _("Positions are GeoJSON here."))
    body.text("name", "")  # a Location is called as its Thing is
    body.text("description", "")
    position = body.mapping("location")
    body.done()
    position = position.get("geometry", position) if position.get("type") == "Feature" else position
    try:
        return from_geojson(json_text(position))
    except (GEOSException, ValueError, TypeError) as error:
        raise body.invalid("location", _("This is not a GeoJSON geometry.")) from error
