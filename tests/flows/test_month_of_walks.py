"""A month of simulated residents on the real places of the city: the heat map, what it hides, and the points.

WALKERS=10000 makes the whole city walk; without it, one resident in ten does. WALKS_SEED repeats a month.
"""

import json
import math
import os
import random
import urllib.parse
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import h3
import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Sum

from gis_platform.core import clock
from gis_platform.residents.models import Resident
from layers.places.models import Beacon, Place
from rules.ledger.models import Leg, Unit
from rules.loyalty.models import CheckIn
from rules.loyalty.queries import PEOPLE_MIN
from rules.loyalty.services import POINTS_A_VISIT, Fix, book
from tests.people import north_of

pytestmark = pytest.mark.django_db

WALKERS = int(os.environ.get("WALKERS", "1000"))
SEED = int(os.environ.get("WALKS_SEED", "2026"))
OSM = "osm/jelgava_osm_nodes_2019.geojson"
PLACES_MAX = 300
DAYS = 28
LIARS = 50  # one in so many is 5 km away from where the label hangs
CHECKED_EVERY = 500  # walks
HOURS = 24 * (DAYS + 2)


@dataclass(frozen=True)
class Walk:
    """One resident's visit as it is meant to happen; `is_true` when the phone is where it says."""

    at: datetime
    resident: Resident
    beacon: Beacon
    is_true: bool


def places(path) -> list[Beacon]:
    """A label at each of the named places of OpenStreetMap, in the order of the file."""
    features = json.loads(path.read_text())["features"]
    named = [one for one in features if one["properties"].get("name")][:PLACES_MAX]
    made = Place.objects.bulk_create(
        Place(name_lv=one["properties"]["name"][:300], geometry=Point(*one["geometry"]["coordinates"], srid=4326))
        for one in named
    )
    return Beacon.objects.bulk_create(Beacon(place=place, technology="qr", geometry=place.geometry) for place in made)


def walkers() -> list[Resident]:
    return Resident.objects.bulk_create(
        Resident(given_name="Staigātājs", family_name=str(number)) for number in range(WALKERS)
    )


def month(residents: list[Resident], beacons: list[Beacon], begin: datetime) -> list[Walk]:
    """Everybody goes out once; few places are loved and most are hardly known, as Zipf has it."""
    chance = random.Random(SEED)
    loved = [1 / rank for rank in range(1, len(beacons) + 1)]
    return sorted(
        (
            Walk(
                begin + timedelta(minutes=chance.randrange(DAYS * 24 * 60)),
                resident,
                chance.choices(beacons, loved)[0],
                number % LIARS != 0,
            )
            for number, resident in enumerate(residents)
        ),
        key=lambda walk: walk.at,
    )


def go(walk: Walk) -> CheckIn:
    """Through the service that phones are served by, at the moment of the walk."""
    here = walk.beacon.place.geometry
    seen = here if walk.is_true else north_of(here, 5_000)
    with clock.frozen(walk.at):
        fix = Fix(longitude=seen.x, latitude=seen.y, accuracy_m=8, taken_at=walk.at)
        return book(walk.resident, beacon=walk.beacon, fix=fix)


def check_the_book() -> None:
    """What a commit asks of the entries so far; ten thousand at once would take longer than a statement may."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def cell_of(place: Place) -> str:
    return str(h3.latlng_to_cell(place.geometry.y, place.geometry.x, 9))


@pytest.fixture
def walked(real_data) -> list[tuple[Walk, CheckIn]]:
    beacons, residents = places(real_data(OSM)), walkers()
    begin = clock.now() - timedelta(days=DAYS + 1)
    done = []
    for number, walk in enumerate(month(residents, beacons, begin)):
        done.append((walk, go(walk)))
        if number % CHECKED_EVERY == 0:
            check_the_book()
    check_the_book()
    return done


def test_a_month_of_walks_gives_a_heat_map_that_hides_the_few_and_points_that_the_book_agrees_with(client, walked):
    true = [(walk, record) for walk, record in walked if walk.is_true]
    liars = [record for walk, record in walked if not walk.is_true]
    assert {record.decision for _walk, record in true} == {"accepted"}
    assert len(liars) == math.ceil(WALKERS / LIARS)
    assert all(record.decision != "accepted" and record.points == 0 for record in liars)

    people: dict[str, set[int]] = defaultdict(set)
    visits: Counter[str] = Counter()
    for walk, _record in true:
        people[cell_of(walk.beacon.place)].add(walk.resident.pk)
        visits[cell_of(walk.beacon.place)] += 1
    shown = {
        one["id"]: one["properties"]
        for one in client.get(f"/api/v1/check-ins/heat-map?{urllib.parse.urlencode({'hours': HOURS})}").json()[
            "features"
        ]
    }
    expected = {cell for cell, those in people.items() if len(those) >= PEOPLE_MIN}
    assert shown.keys() == expected
    assert expected, "nobody met"
    assert people.keys() - expected, "no cell was small enough to be hidden"
    assert all(shown[cell] == {"check_ins": visits[cell], "people": len(people[cell])} for cell in expected)

    legs = Leg.objects.filter(account__unit=Unit.POINTS)
    earned = legs.filter(account__kind="resident").aggregate(sum=Sum("amount"))["sum"]
    kept = CheckIn.objects.aggregate(sum=Sum("points"))["sum"]
    assert earned == kept == len(true) * POINTS_A_VISIT
    assert legs.aggregate(sum=Sum("amount"))["sum"] == 0
