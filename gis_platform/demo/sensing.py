"""The demo city's sensors, with a week of simulated readings behind them."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from shapely.geometry import shape

from gis_platform.core import clock
from gis_platform.demo.land import ACTOR, LICENCE, SOURCE, facts
from layers import catalog
from layers.base.editing import create_feature
from layers.sensors.models import Sensor, Stream
from layers.sensors.services import ingest
from layers.sensors.simulation import DEMO_SEED, SimulatedStream, readings
from layers.sensors.vocabulary import define

HISTORY = timedelta(days=7)
EVERY_S = 600


def load_sensors() -> dict[str, int]:
    """Adds the sensors and streams that are not there yet, and the readings of the last week that are missing."""
    added = sum(_add(feature) for feature in facts("sensors"))
    return {"sensors": added, "readings": _fill()}


def _add(feature: dict[str, Any]) -> bool:
    known = feature["properties"]
    if Sensor.objects.filter(code=known["code"]).exists():
        return False
    names = {name: value for name, value in known.items() if name.startswith("name_")}
    stored = create_feature(
        catalog.layer("sensors"),
        properties=names
        | {"code": known["code"], "category": known["category"]}
        | {"source": SOURCE, "source_ref": known["code"], "licence": LICENCE},
        geometry=shape(feature["geometry"]),
        actor=ACTOR,
        reason="demo city",
    )
    for observed in known["observed"]:
        Stream.objects.create(
            sensor_id=stored.id,
            observed_property=define(observed["property"]),
            key=f"{known['code']}/{observed['property']}",
            unit=observed["unit"],
            minimum=observed["minimum"],
            maximum=observed["maximum"],
            expected_every_s=EVERY_S,
        )
    return True


def _fill() -> int:
    """Readings from the newest one of each stream, or a week ago, up to now."""
    now = clock.now()
    accepted = 0
    for stream in Stream.objects.select_related("observed_property", "latest").order_by("key"):
        since = stream.latest.phenomenon_time if hasattr(stream, "latest") else now - HISTORY
        simulated = SimulatedStream(
            key=stream.key,
            property=stream.observed_property.code,
            every_s=stream.expected_every_s,
            minimum=stream.minimum,
            maximum=stream.maximum,
            zone=settings.CITY.time_zone,
        )
        accepted += ingest(list(readings(simulated, max(since, now - HISTORY), now, DEMO_SEED)), sender=ACTOR).accepted
    return accepted
