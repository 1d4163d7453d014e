"""Where in the city people check in, without saying who."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import h3
from django.db.models import Count

from gis_platform.core import clock
from rules.loyalty.models import CheckIn

PEOPLE_MIN = 5  # a cell with fewer is left out: one could be recognised
HOURS_MAX = 24 * 90


@dataclass(frozen=True, kw_only=True)
class HeatCell:
    """An H3 cell of resolution 9 with its accepted check-ins."""

    cell: str
    check_ins: int
    people: int


def heat_map_version(hours: int) -> str:
    """A text that is the same as long as the heat map is; it changes with each accepted check-in and each minute."""
    latest = (
        CheckIn.objects.filter(decision=CheckIn.Decision.ACCEPTED).order_by("-at", "-id").values_list("id", flat=True)
    )
    return f"{hours}-{latest.first() or 0}-{clock.now():%Y%m%d%H%M}"


def heat_map(hours: int) -> list[HeatCell]:
    """The cells with at least PEOPLE_MIN different people within the last hours, by cell."""
    since = clock.now() - timedelta(hours=hours)
    counted = (
        CheckIn.objects.filter(decision=CheckIn.Decision.ACCEPTED, at__gt=since)
        .values("cell")
        .annotate(check_ins=Count("id"), people=Count("resident", distinct=True))
        .filter(people__gte=PEOPLE_MIN)
        .order_by("cell")
    )
    return [HeatCell(**row) for row in counted]


def as_geojson(cells: list[HeatCell]) -> dict[str, Any]:
    """The cells as a FeatureCollection of polygons (RFC 7946)."""
    return {"type": "FeatureCollection", "features": [_feature(cell) for cell in cells]}


def _feature(cell: HeatCell) -> dict[str, Any]:
    ring = [[round(longitude, 6), round(latitude, 6)] for latitude, longitude in h3.cell_to_boundary(cell.cell)]
    return {
        "type": "Feature",
        "id": cell.cell,
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "properties": {"check_ins": cell.check_ins, "people": cell.people},
    }
