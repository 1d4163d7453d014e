"""Entities on their way in, with those inside them (deep insert, 18-088, 10.2): all of a body or nothing."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput
from gis_platform.identity.errors import NotSignedIn
from gis_platform.identity.layer_access import Caller
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role
from layers.sensors.models import Instrument, ObservedProperty, Stream
from layers.sensors.registration import Registered, change, register, remove
from ogc_api.sensorthings.bodies import Body, reference, storable
from ogc_api.sensorthings.entities import MEASUREMENT, SETS
from ogc_api.sensorthings.errors import NotOffered
from ogc_api.sensorthings.options import Options
from ogc_api.sensorthings.reading import Node, the_one
from ogc_api.sensorthings.resources import Selection
from ogc_api.sensorthings.things import change_thing, create_thing, delete_thing, move_thing

DATASTREAMS_MAX = 100  # in one body
MODELS: dict[str, type[Registered]] = {
    "Sensors": Instrument,
    "ObservedProperties": ObservedProperty,
    "Datastreams": Stream,
}
# Ways by which a new entity may be hung under a known one: POST Things(7)/Datastreams.
LINKS = {"Things": "Thing", "Sensors": "Sensor", "ObservedProperties": "ObservedProperty"}


def create(user: Caller, selection: Selection, content: bytes) -> Node:
    """Raises NotSignedIn, RoleMissing, NotOffered, InvalidInput, NotFound and Conflict."""
    actor, body = registrar(user), storable(content)
    with transaction.atomic():
        created = _create(user, selection, body, actor)
    # Once it is committed: the window looks through a connection of its own.
    if created is None:
        return the_one(selection, Options())
    return the_one(Selection(selection.entities, key={"id": created}, one=True), Options())


def _create(user: Caller, selection: Selection, body: Any, actor: str) -> int | None:
    """The new entity's id; None where the selection itself leads to it."""
    name = selection.entities.name
    under = _under(selection)
    match name:
        case "Things":
            return _create_thing(user, body, actor)
        case "Locations" if "Thing" in under:
            move_thing(user, under["Thing"], body)
            return None
        case "Sensors":
            return register(_instrument(body), actor=actor).pk
        case "ObservedProperties":
            return register(_observed_property(body), actor=actor).pk
        case "Datastreams":
            return _create_datastream(body, under, actor)
        case "Locations":
            raise NotOffered(_("A Location belongs to a Thing: POST it to Things(…)/Locations, and the Thing moves."))
        case _:
            raise NotOffered(_("%(name)s follow from Things and their Observations.") % {"name": name})


def modify(user: Caller, selection: Selection, content: bytes) -> Node:
    """Changes the properties that are named and leaves the rest."""
    actor, body = registrar(user), storable(content)
    entity_id = _id_of(selection)
    if selection.entities.name == "Things":
        change_thing(user, entity_id, body)
    else:
        entry = _entry(selection, entity_id)
        change(entry, _changes(entry, Body(body, what=selection.entities.name)), actor=actor)
    return the_one(Selection(selection.entities, key={"id": entity_id}, one=True), Options())


def delete(user: Caller, selection: Selection) -> None:
    actor, entity_id = registrar(user), _id_of(selection)
    if selection.entities.name == "Things":
        delete_thing(user, entity_id)
    else:
        remove(_entry(selection, entity_id), actor=actor)


def registrar(user: Caller) -> str:
    """The actor's name for the audit log; raises NotSignedIn and RoleMissing."""
    if not isinstance(user, User):
        raise NotSignedIn(_("Sign in, or send an API key, to add or change entities."))
    require_role(user, Role.PLANNER)
    return user.actor


def _under(selection: Selection) -> dict[str, int]:
    source = selection.source_set
    return {LINKS[source.name]: selection.source["id"]} if source is not None and source.name in LINKS else {}


def _id_of(selection: Selection) -> int:
    """Of the entity, which must be there and be shown."""
    if not selection.one:
        raise NotOffered(_("Say which of the %(name)s is meant.") % {"name": selection.entities.name})
    if selection.entities.name not in ("Things", *MODELS):
        raise NotOffered(_("%(name)s follow from Things and readings, and stay.") % {"name": selection.entities.name})
    return int(the_one(selection, Options(select=())).row["id"])


def _entry(selection: Selection, entity_id: int) -> Registered:
    return MODELS[selection.entities.name]._default_manager.get(pk=entity_id)


def _create_thing(user: Caller, content: Any, actor: str) -> int:
    created, datastreams = create_thing(user, content)
    if len(datastreams) > DATASTREAMS_MAX:
        raise InvalidInput(_("More than %(max)d Datastreams.") % {"max": DATASTREAMS_MAX})
    for inner in datastreams:
        _create_datastream(inner, {"Thing": created}, actor)
    return created


def _create_datastream(content: Any, under: dict[str, int], actor: str) -> int:
    body = Body(content, what="Datastream")
    if body.given("Observations"):
        raise NotOffered(_("Add the Observations once the Datastream is there."))
    if body.text("observationType", MEASUREMENT) != MEASUREMENT:
        raise NotOffered(_("Results are numbers here: observationType is OM_Measurement."))
    sensor_id = _linked(body, "Thing", under)
    observed_id = _linked(body, "ObservedProperty", under, actor)
    instrument_id = _linked(body, "Sensor", under, actor)
    stream = Stream(sensor_id=sensor_id, observed_property_id=observed_id, instrument_id=instrument_id)
    for name, value in _changes(stream, body).items():
        setattr(stream, name, value)
    stream.key = stream.key or f"{stream.sensor.code}/{stream.observed_property.code}"
    return register(stream, actor=actor).pk


def _linked(body: Body, name: str, under: dict[str, int], actor: str = "") -> int:
    """The id of what a Datastream belongs to: of the path, a known one that is shown, or a new one."""
    if name in under:
        return under[name]
    value = body.content.pop(name, None)
    if value is None:
        raise body.invalid(name, _('This is needed: {"@iot.id": 7}.'))
    known = reference(value)
    if known is not None:
        target = SETS["Datastreams"].ways[name].target
        the_one(Selection(SETS[target], key={"id": known}, one=True), Options(select=()))
        return known
    match name:
        case "Sensor":
            return register(_instrument(value), actor=actor).pk
        case "ObservedProperty":
            return register(_observed_property(value), actor=actor).pk
    raise body.invalid(name, _("Name a Thing that is there, or add the Datastream with its Thing."))


def _instrument(content: Any) -> Instrument:
    return _filled(Instrument(), Body(content, what="Sensor"))


def _observed_property(content: Any) -> ObservedProperty:
    found = _filled(ObservedProperty(), Body(content, what="ObservedProperty"))
    found.code = found.code or slugify(found.name_en)[:40]
    return found


def _filled[R: Registered](entry: R, body: Body) -> R:
    if not body.given("name"):
        raise body.invalid("name", _("This is needed."))
    for name, value in _changes(entry, body).items():
        setattr(entry, name, value)
    return entry


def _changes(entry: Registered, body: Body) -> dict[str, Any]:
    """The fields that a body sets; raises NotOffered for what is left over."""
    match entry:
        case Instrument():
            values = _texts(
                body, name="name", description="description", metadata="metadata", encodingType="encoding_type"
            )
        case ObservedProperty():
            values = _texts(body, description="description", definition="definition", name="name_en")
            if "name_en" in values:
                values |= dict.fromkeys(("name_lv", "name_lt"), values["name_en"])
        case Stream():
            values = _texts(body, name="name", description="description") | _unit(body)
    if body.given("properties"):
        values |= _details(entry, body.mapping("properties"))
    body.done()
    return values


def _texts(body: Body, **fields: str) -> dict[str, Any]:
    return {field: body.text(name) for name, field in fields.items() if body.given(name)}


def _unit(body: Body) -> dict[str, Any]:
    if not body.given("unitOfMeasurement"):
        return {}
    unit = Body(body.mapping("unitOfMeasurement"), what="unitOfMeasurement")
    values = _texts(unit, name="unit_name", symbol="unit", definition="unit_definition")
    unit.done()
    return values


def _details(entry: Registered, given: dict[str, Any]) -> dict[str, Any]:
    """Members that are columns go there, as they are shown from there; the others are kept as they are."""
    columns = {
        ObservedProperty: ("code",),
        Stream: ("key", "expected_every_s", "minimum", "maximum"),
    }.get(type(entry), ())
    values = {name: given.pop(name) for name in columns if name in given}
    return values | {"properties": entry.properties | given}
