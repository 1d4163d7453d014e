"""The eight entity sets of SensorThings 1.1 (18-088, 8.2) on the published views sta_*."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from ogc_api.sensorthings.model import EntitySet, Kind, Property, Row, Way
from ogc_api.sensorthings.naming import observation_id

MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
GEOJSON = "application/geo+json"
OBSERVATIONS = "Observations"


def localised(column: str, otherwise: str = "''") -> Any:
    """The text in the active language, else in the city's, else in any: the same for reading, filter and order."""

    def source() -> str:
        wanted = dict.fromkeys(((get_language() or "")[:2], *settings.CITY.languages, "lv", "lt", "en"))
        texts = [f"nullif({{t}}.{column}_{language}, '')" for language in wanted if language in ("lv", "lt", "en")]
        return f"coalesce({', '.join([*texts, otherwise])})"

    return source


def _data_sheet() -> str:
    # The address is a setting, so a quote in it would be our own; it is doubled all the same.
    url = settings.PUBLIC_URL.replace("'", "''").replace("{", "{{").replace("}", "}}")
    page = f"'{url}/ogc/collections/sensors/items/' || {{t}}.sensor_id || '?f=html'"
    return f"coalesce(nullif({{t}}.metadata, ''), {page}, '')"


def text(name: str, source: Any) -> Property:
    return Property(name=name, kind=Kind.STRING, source=source)


def constant(name: str, value: str) -> Property:
    return text(name, f"'{value}'::text")


ID = Property(name="@iot.id", kind=Kind.INTEGER, source="{t}.id", fixed=True)
# As naming.observation_id writes it.
OBSERVATION_ID = text("@iot.id", "{t}.stream_id || '-' || (extract(epoch FROM {t}.phenomenon_time) * 1000000)::bigint")
NAME_OF_THING = localised("name", "{t}.code")
PERIOD = "CASE WHEN {t}.last_time IS NOT NULL THEN tstzrange({t}.first_time, {t}.last_time, '[]') END"

THINGS = EntitySet(
    name="Things",
    relation="sta_things",
    identity=ID,
    columns={"id": Kind.INTEGER},
    place="{t}.geometry",
    properties=(
        text("name", NAME_OF_THING),
        text("description", localised("description", "{t}.category")),
        Property(
            name="properties",
            kind=Kind.JSON,
            source="{t}.details || jsonb_build_object('code', {t}.code, 'category', {t}.category)",
        ),
    ),
    ways={
        "Locations": Way(target="Locations", on="{t}.sensor_id = {id} AND {t}.current"),
        "HistoricalLocations": Way(target="HistoricalLocations", on="{t}.sensor_id = {id}"),
        "Datastreams": Way(target="Datastreams", on="{t}.sensor_id = {id}"),
    },
)
POSITION = {
    "id": Kind.INTEGER,
    "sensor_id": Kind.INTEGER,
    "since": Kind.INSTANT,
    "until": Kind.INSTANT,
    "current": Kind.BOOLEAN,
}
LOCATIONS = EntitySet(
    name="Locations",
    relation="sta_positions",
    identity=ID,
    columns=POSITION,
    place="{t}.geometry",
    properties=(
        text("name", NAME_OF_THING),
        constant("description", ""),
        constant("encodingType", GEOJSON),
        Property(name="location", kind=Kind.GEOMETRY, source="{t}.geometry"),
    ),
    ways={
        "Things": Way(target="Things", on="{t}.id = {sensor_id} AND {current}", keys=("sensor_id", "current")),
        "HistoricalLocations": Way(target="HistoricalLocations", on="{t}.id = {id}"),
    },
)
HISTORICAL_LOCATIONS = EntitySet(
    name="HistoricalLocations",
    relation="sta_positions",
    identity=ID,
    columns=POSITION,
    place="{t}.geometry",
    properties=(Property(name="time", kind=Kind.INSTANT, source="{t}.at", fixed=True),),
    ways={
        "Thing": Way(target="Things", on="{t}.id = {sensor_id}", keys=("sensor_id",), one=True),
        "Locations": Way(target="Locations", on="{t}.id = {id}"),
    },
)
SENSORS = EntitySet(
    name="Sensors",
    relation="sta_instruments",
    identity=ID,
    columns={"id": Kind.INTEGER},
    properties=(
        text("name", "{t}.name"),
        text("description", "{t}.description"),
        text("encodingType", "coalesce(nullif({t}.encoding_type, ''), 'text/html')"),
        text("metadata", _data_sheet),
        Property(name="properties", kind=Kind.JSON, source="{t}.properties"),
    ),
    ways={"Datastreams": Way(target="Datastreams", on="{t}.instrument_id = {id}")},
)
OBSERVED_PROPERTIES = EntitySet(
    name="ObservedProperties",
    relation="sta_observed_properties",
    identity=ID,
    columns={"id": Kind.INTEGER},
    properties=(
        text("name", localised("name", "{t}.code")),
        text("definition", "coalesce(nullif({t}.definition, ''), 'urn:observed-property:' || {t}.code)"),
        text("description", "{t}.description"),
        Property(name="properties", kind=Kind.JSON, source="{t}.properties || jsonb_build_object('code', {t}.code)"),
    ),
    ways={"Datastreams": Way(target="Datastreams", on="{t}.observed_property_id = {id}")},
)
DATASTREAMS = EntitySet(
    name="Datastreams",
    relation="sta_datastreams",
    identity=ID,
    columns=dict.fromkeys(("id", "sensor_id", "instrument_id", "observed_property_id"), Kind.INTEGER),
    place="(SELECT thing.geometry FROM published.sta_things AS thing WHERE thing.id = {t}.sensor_id)",
    properties=(
        text("name", "coalesce(nullif({t}.name, ''), {t}.key)"),
        Property(
            name="description",
            kind=Kind.STRING,
            source=lambda: f"coalesce(nullif({{t}}.description, ''), {localised('name')()})",
        ),
        constant("observationType", MEASUREMENT),
        Property(
            name="unitOfMeasurement",
            kind=Kind.JSON,
            source="jsonb_build_object('name', coalesce(nullif({t}.unit_name, ''), {t}.unit), 'symbol', {t}.unit,"
            " 'definition', coalesce(nullif({t}.unit_definition, ''), 'https://ucum.org/ucum'))",
        ),
        Property(name="phenomenonTime", kind=Kind.PERIOD, source=PERIOD),
        Property(name="resultTime", kind=Kind.PERIOD, source=PERIOD),
        Property(
            name="properties",
            kind=Kind.JSON,
            source="{t}.properties || jsonb_build_object('key', {t}.key, 'expected_every_s', {t}.expected_every_s)",
        ),
    ),
    ways={
        "Thing": Way(target="Things", on="{t}.id = {sensor_id}", keys=("sensor_id",), one=True),
        "Sensor": Way(target="Sensors", on="{t}.id = {instrument_id}", keys=("instrument_id",), one=True),
        "ObservedProperty": Way(
            target="ObservedProperties",
            on="{t}.id = {observed_property_id}",
            keys=("observed_property_id",),
            one=True,
        ),
        "Observations": Way(target=OBSERVATIONS, on="{t}.stream_id = {id}"),
    },
)
OBSERVATION_SET = EntitySet(
    name=OBSERVATIONS,
    relation="sta_observations",
    identity=OBSERVATION_ID,
    key=("stream_id", "phenomenon_time"),
    columns={"stream_id": Kind.INTEGER, "phenomenon_time": Kind.INSTANT, "sensor_id": Kind.INTEGER},
    place="(SELECT position.geometry FROM published.sta_positions AS position WHERE position.sensor_id = {t}.sensor_id"
    " AND {t}.phenomenon_time >= position.since AND {t}.phenomenon_time < position.until)",
    properties=(
        Property(name="phenomenonTime", kind=Kind.INSTANT, source="{t}.phenomenon_time", fixed=True),
        Property(name="result", kind=Kind.NUMBER, source="{t}.result", fixed=True),
        # A reading is there the moment it is taken.
        Property(name="resultTime", kind=Kind.INSTANT, source="{t}.phenomenon_time", fixed=True),
        Property(
            name="parameters",
            kind=Kind.JSON,
            source="jsonb_build_object('quality', {t}.quality, 'received_at',"
            " to_char({t}.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))",
        ),
    ),
    ways={
        "Datastream": Way(target="Datastreams", on="{t}.id = {stream_id}", keys=("stream_id",), one=True),
        "FeatureOfInterest": Way(
            target="FeaturesOfInterest",
            on="{t}.sensor_id = {sensor_id} AND {phenomenon_time} >= {t}.since AND {phenomenon_time} < {t}.until",
            keys=("sensor_id", "phenomenon_time"),
            one=True,
            certain=False,
        ),
    },
)
FEATURES_OF_INTEREST = EntitySet(
    name="FeaturesOfInterest",
    relation="sta_positions",
    identity=ID,
    columns=POSITION,
    place="{t}.geometry",
    properties=(
        text("name", NAME_OF_THING),
        constant("description", ""),
        constant("encodingType", GEOJSON),
        Property(name="feature", kind=Kind.GEOMETRY, source="{t}.geometry"),
    ),
    ways={
        "Observations": Way(
            target=OBSERVATIONS,
            on="{t}.sensor_id = {sensor_id} AND {t}.phenomenon_time >= {since} AND {t}.phenomenon_time < {until}",
            keys=("sensor_id", "since", "until"),
        )
    },
)
SETS = {
    entities.name: entities
    for entities in (
        THINGS,
        LOCATIONS,
        HISTORICAL_LOCATIONS,
        DATASTREAMS,
        SENSORS,
        OBSERVED_PROPERTIES,
        OBSERVATION_SET,
        FEATURES_OF_INTEREST,
    )
}


def identifier(entities: EntitySet, row: Row) -> int | str:
    if entities.name == OBSERVATIONS:
        return observation_id(row["stream_id"], row["phenomenon_time"])
    return int(row["id"])


def instant(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
