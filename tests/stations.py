"""Sensors and streams for the tests."""

from datetime import UTC, datetime

from django.contrib.gis.geos import Point

from layers.sensors.models import Observation, Sensor, Stream
from layers.sensors.readings import Reading
from layers.sensors.vocabulary import OBSERVABLES, define

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def a_sensor(code: str = "JEL-WX-01", **fields) -> Sensor:
    values = {"name_lv": "Meteostacija", "name_en": "Weather station", "category": Sensor.Category.WEATHER}
    position = Point(23.7270, 56.6511, srid=4326)
    return Sensor.objects.filter(code=code).first() or Sensor.objects.create(
        **{"code": code, "geometry": position} | values | fields
    )


def a_stream(key: str = "JEL-WX-01/air_temperature", *, sensor: Sensor | None = None, **fields) -> Stream:
    """A stream with the unit and bounds of the vocabulary; the key names sensor and property."""
    code, _, observed = key.partition("/")
    observable = OBSERVABLES[observed]
    values = {"unit": observable.unit, "minimum": observable.minimum, "maximum": observable.maximum}
    return Stream.objects.create(
        sensor=sensor or a_sensor(code), observed_property=define(observed), key=key, **values | fields
    )


def a_reading(value: float = 20.5, *, time: datetime = NOON, stream: str = "JEL-WX-01/air_temperature") -> Reading:
    return Reading(stream, time, value)


def stored(stream: Stream) -> list[tuple[datetime, float]]:
    """What is kept of a stream, by time."""
    return list(
        Observation.objects.filter(stream=stream).order_by("phenomenon_time").values_list("phenomenon_time", "result")
    )
