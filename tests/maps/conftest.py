"""Sights for the map's tests, and a browser for those that need one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from layers.boundaries.models import Boundary, LandCover
from layers.places.models import Place
from layers.tourism.models import TourismObject
from tests.servers import website

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "maps" / "frontend"
TOWER = Point(23.7290, 56.6519, srid=4326)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser come last: theirs is a database with committed rows, emptied of what migrations sowed."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture
def tower(db) -> TourismObject:
    return a_tower()


@pytest.fixture
def library(db) -> Place:
    return a_library()


@pytest.fixture
def park(db) -> LandCover:
    return a_park()


def a_tower() -> TourismObject:
    """A sight with everything that a card can show, 150 m north-east of the map's start."""
    return TourismObject.objects.create(
        name_lv="Svētās Trīsvienības baznīcas tornis",
        name_lt="Švč. Trejybės bažnyčios bokštas",
        name_en="Holy Trinity Church Tower",
        description_en="Nine floors & a view.",
        category="viewpoint",
        address="Akadēmijas iela 1",
        postcode="LV-3001",
        phone="+371 6300 5445",
        website="https://www.example.org/tornis",
        opening_hours="Tu-Su 10:00-18:00",
        wheelchair="yes",
        source="Tourism centre",
        licence="CC-BY-4.0",
        geometry=TOWER,
    )


def a_library() -> Place:
    return Place.objects.create(
        name_lv="Pilsētas bibliotēka", name_en="City library", category="library", geometry=Point(23.7262, 56.6505)
    )


def a_district() -> Boundary:
    return Boundary.objects.create(name_lv="Centrs", kind="district", geometry=_square(23.71, 56.64, 23.74, 56.66))


def a_park() -> LandCover:
    ground = _square(23.722, 56.646, 23.726, 56.649)
    return LandCover.objects.create(name_lv="Raiņa parks", kind="park", geometry=ground)


def _square(west: float, south: float, east: float, north: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


@dataclass(frozen=True)
class RunningCity:
    url: str
    tower_id: int


@pytest.fixture(scope="module")
def city(browser, django_db_setup, django_db_blocker) -> Iterator[RunningCity]:
    """A served city of two places; one for all tests of a module, which only look: to empty a database takes seconds.

    The module marks its tests with `django_db`, or there is no test database.
    """
    with django_db_blocker.unblock(), website() as url:
        tower = a_tower()
        a_library(), a_district(), a_park()
        yield RunningCity(url=url, tower_id=tower.pk)
