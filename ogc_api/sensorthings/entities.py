"""The entity sets: where their rows come from, how they are written, and which ways lead from one to another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from layers.sensors.queries import localised

type Row = Mapping[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
SENSORS = "SELECT id, code, name, category, ST_X(geometry) AS lon, ST_Y(geometry) AS lat FROM published.sensors"


@dataclass(frozen=True, kw_only=True)
class Way:
    """A navigation link: the rows of `target` whose `column` equals our row's `key`; to one entity or to many."""

    target: str
    column: str
    key: str = "id"
    one: bool = False


@dataclass(frozen=True, kw_only=True)
class EntitySet:
    name: str
    rows: str  # SQL
    write: Callable[[Row], dict[str, Any]]
    ways: Mapping[str, Way] = field(default_factory=dict)


def observation_id(row: Row) -> str:
    """An observation has no number of its own: its datastream and its microseconds since 1970 say which it is."""
    return f"{row['stream_id']}-{(row['phenomenon_time'] - EPOCH) // timedelta(microseconds=1)}"


def instant(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _name(row: Row) -> str:
    return str(row["name"] or row["code"])


def _thing(row: Row) -> dict[str, Any]:
    return {
        "name": _name(row),
        "description": row["category"],
        "properties": {"code": row["code"], "category": row["category"]},
    }


def _location(row: Row) -> dict[str, Any]:
    return {
        "name": _name(row),
        "description": "",
        "encodingType": "application/geo+json",
        "location": {"type": "Point", "coordinates": [round(row["lon"], 7), round(row["lat"], 7)]},
    }


def _sensor(row: Row) -> dict[str, Any]:
    return {
        "name": _name(row),
        "description": row["category"],
        "encodingType": "text/html",
        "metadata": f"{settings.PUBLIC_URL}/ogc/collections/sensors/items/{row['id']}?f=html",
    }


def _observed_property(row: Row) -> dict[str, Any]:
    return {
        "name": localised(row, "name"),
        "definition": row["definition"] or f"urn:observed-property:{row['code']}",
        "description": "",
        "properties": {"code": row["code"]},
    }


def _datastream(row: Row) -> dict[str, Any]:
    return {
        "name": row["key"],
        "description": localised(row, "property"),
        "observationType": MEASUREMENT,
        "unitOfMeasurement": {"name": row["unit"], "symbol": row["unit"], "definition": "https://ucum.org/ucum"},
        "properties": {"expected_every_s": row["expected_every_s"]},
    }


def _observation(row: Row) -> dict[str, Any]:
    return {
        "phenomenonTime": instant(row["phenomenon_time"]),
        "resultTime": None,
        "result": row["result"],
        "parameters": {"received_at": instant(row["received_at"]), "quality": row["quality"]},
    }


SETS = {
    entities.name: entities
    for entities in (
        EntitySet(
            name="Things",
            rows=SENSORS,
            write=_thing,
            ways={
                "Locations": Way(target="Locations", column="id"),
                "Datastreams": Way(target="Datastreams", column="sensor_id"),
            },
        ),
        EntitySet(name="Locations", rows=SENSORS, write=_location, ways={"Things": Way(target="Things", column="id")}),
        EntitySet(
            name="Sensors",
            rows=SENSORS,
            write=_sensor,
            ways={"Datastreams": Way(target="Datastreams", column="sensor_id")},
        ),
        EntitySet(
            name="ObservedProperties",
            rows="SELECT id, code, name_lv, name_lt, name_en, definition FROM published.observed_properties",
            write=_observed_property,
            ways={"Datastreams": Way(target="Datastreams", column="observed_property_id")},
        ),
        EntitySet(
            name="Datastreams",
            rows="SELECT id, sensor_id, observed_property_id, key, unit, property_lv, property_lt, property_en,"
            " expected_every_s FROM published.sensor_streams",
            write=_datastream,
            ways={
                "Thing": Way(target="Things", column="id", key="sensor_id", one=True),
                "Sensor": Way(target="Sensors", column="id", key="sensor_id", one=True),
                "ObservedProperty": Way(target="ObservedProperties", column="id", key="observed_property_id", one=True),
                "Observations": Way(target="Observations", column="stream_id"),
            },
        ),
        EntitySet(
            name="Observations",
            rows="SELECT stream_id, phenomenon_time, result, quality, received_at FROM published.stream_observations",
            write=_observation,
            ways={"Datastream": Way(target="Datastreams", column="id", key="stream_id", one=True)},
        ),
    )
}
NOT_OFFERED = ("FeaturesOfInterest", "FeatureOfInterest", "HistoricalLocations")
