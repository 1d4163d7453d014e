"""10,000 positions against 1,000 zones and 500 beacons, ten times the zones, and twice the positions: `python -m
bench.offers`. The offers are rolled back at the end.
"""

import os
import random
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
django.setup()

from django.contrib.gis.geos import Point, Polygon  # noqa: E402 needs Django
from django.db import connection, transaction  # noqa: E402 needs Django

from gis_platform.core import clock, sqlfiles  # noqa: E402 needs Django
from rules.loyalty.models import Offer  # noqa: E402 needs Django
from rules.loyalty.offers.matching import PRECISE_M, Position, reached  # noqa: E402 needs Django

SEED = 20261123
WEST, SOUTH, EAST, NORTH = 23.62, 56.59, 23.80, 56.69  # Jelgava
ZONES, BEACONS, POSITIONS = 1_000, 500, 10_000
BEACON_M = 30
ZONE_SIDE_DEG = 0.004  # 250 m to 450 m
VERTICES = 24
ROUNDS = 5


def main() -> None:
    chance = random.Random(SEED)
    positions = [_position(chance) for _ in range(2 * POSITIONS)]
    with transaction.atomic():
        _write(_zones(chance, ZONES, ZONE_SIDE_DEG))
        _write([_beacon(chance) for _ in range(BEACONS)])
        base = _measured("10,000 positions, 1,000 zones, 500 beacons", positions[:POSITIONS])
        _measured("20,000 positions, 1,000 zones, 500 beacons", positions, base)
        # Ten times the zones on the same ground, each a tenth of the area: as many are entered as before.
        Offer.objects.filter(trigger="zone").delete()
        _write(_zones(chance, 10 * ZONES, ZONE_SIDE_DEG / 10**0.5))
        _measured("10,000 positions, 10,000 zones, 500 beacons", positions[:POSITIONS], base)
        print(_plan(positions[:POSITIONS]))
        transaction.set_rollback(True)


def _measured(name: str, positions: list[Position], base: float = 0.0) -> float:
    at, times, found = clock.now(), [], 0
    reached(positions, at=at)
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        found = len(reached(positions, at=at))
        times.append(time.perf_counter() - begin)
    least = min(times)  # the machine has other work
    ratio = f", {least / base:.2f} of the first" if base else ""
    print(f"{name}: {1000 * least:.0f} ms, {found} matches{ratio}")
    return least


def _plan(positions: list[Position]) -> str:
    values = {
        "longitudes": [one.longitude for one in positions],
        "latitudes": [one.latitude for one in positions],
        "accuracies": [one.accuracy_m for one in positions],
        "at": clock.now(),
        "precise_m": PRECISE_M,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sqlfiles.load('statements/loyalty_offers_reached').as_string()}", values)
        return "\n".join(line for (line,) in cursor.fetchall() if "Scan" in line)


def _write(offers: list[Offer]) -> None:
    Offer.objects.bulk_create(offers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE loyalty_offer")


def _zones(chance: random.Random, count: int, side_deg: float) -> list[Offer]:
    return [_offer("zone", _polygon(*_point(chance), side_deg / 2), 0) for _ in range(count)]


def _beacon(chance: random.Random) -> Offer:
    return _offer("near", Point(*_point(chance), srid=4326), BEACON_M)


def _offer(trigger: str, geometry: Point | Polygon, metres: int) -> Offer:
    at = clock.now()
    return Offer(
        trigger=trigger, geometry=geometry, reach=geometry, metres=metres, title_en="Offer",
        valid_from=at.replace(year=at.year - 1), valid_to=at.replace(year=at.year + 1),
    )  # fmt: skip


def _polygon(longitude: float, latitude: float, radius_deg: float) -> Polygon:
    ring = [
        Point(longitude, latitude).buffer(radius_deg, quadsegs=VERTICES // 4).coords[0],
    ]
    return Polygon(*ring, srid=4326)


def _position(chance: random.Random) -> Position:
    longitude, latitude = _point(chance)
    return Position(longitude=longitude, latitude=latitude, accuracy_m=chance.uniform(3, 60))


def _point(chance: random.Random) -> tuple[float, float]:
    return chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)


if __name__ == "__main__":
    main()
