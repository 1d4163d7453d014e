"""A city with a sensor that speaks, one that is silent, and people who checked in."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point

from gis_platform.core import clock
from gis_platform.monitor.services import check_silence
from layers.places.models import Place
from layers.sensors.models import Stream
from layers.sensors.services import ingest
from rules.loyalty.models import CheckIn
from tests.people import LIBRARY, a_beacon, a_place, a_resident
from tests.stations import a_reading, a_sensor, a_stream

CELL = "891f62b5903ffff"  # in Jelgava, resolution 9
HOSTILE = "${document.title=1}</script><script>document.title=2</script><img src=x onerror=document.title=3>`"


@pytest.fixture
def speaking(db) -> Stream:
    """The weather station: 20.5 °C a minute ago."""
    stream = a_stream("JEL-WX-01/air_temperature")
    ingest([a_reading(20.5, time=clock.now() - timedelta(minutes=1), stream=stream.key)], sender="test")
    return stream


@pytest.fixture
def silent(db) -> Stream:
    """The noise meter, last heard two hours ago, with its alarm."""
    sensor = a_sensor(
        "JEL-NO-01", name_lv="Trokšņa mērītājs", name_en="Noise meter", category="noise", geometry=Point(23.72, 56.65)
    )
    stream = a_stream("JEL-NO-01/noise_level", sensor=sensor)
    ingest([a_reading(57, time=clock.now() - timedelta(hours=2), stream=stream.key)], sender="test")
    check_silence(clock.now())
    return stream


@pytest.fixture
def library(db) -> Place:
    return a_place()


def check_in(place: Place, *, people: int, cell: str = CELL, hours_ago: int = 1) -> None:
    """As many people, each once."""
    beacon = place.beacons.first() or a_beacon(place)
    CheckIn.objects.bulk_create(
        CheckIn(
            resident=a_resident(), place=place, beacon=beacon, at=clock.now() - timedelta(hours=hours_ago), cell=cell,
            score=100, decision="accepted",
        )
        for _number in range(people)
    )  # fmt: skip


@pytest.fixture
def hostile(speaking) -> None:
    """Names that would run as script wherever they were taken for one."""
    names = {"name_lv": HOSTILE, "name_lt": HOSTILE, "name_en": HOSTILE}
    place = a_place(**names, geometry=LIBRARY)
    check_in(place, people=5)
    stream = a_stream("JEL-WX-02/air_temperature", sensor=a_sensor("JEL-WX-02", **names, geometry=Point(23.73, 56.655)))
    ingest([a_reading(time=clock.now(), stream=stream.key)], sender="test")
