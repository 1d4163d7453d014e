"""What the database says of a layer: where and when its features are, and when it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connections
from psycopg.sql import SQL, Composable, Identifier

from gis_platform.core import clock
from gis_platform.core.crs import Box
from gis_platform.core.database import PUBLISHED
from layers.base.models import Change, LayerRevision
from layers.catalog import LayerSpec

LAYERS_REMEMBERED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFacts:
    """`box` is (west, south, east, north) in EPSG:4326, None for an empty layer; of `starts` and `ends`, None is open.

    `timed` says whether any feature names a time at all.
    """

    box: Box | None
    count: int
    timed: bool
    starts: datetime | None
    ends: datetime | None
    created: datetime | None
    updated: datetime | None


def facts_of(specs: Sequence[LayerSpec]) -> dict[str, LayerFacts]:
    """By layer id. Read anew when the layer has changed, and each hour, for a feature's validity may begin or end."""
    revisions = LayerRevision.objects.in_bulk([spec.id for spec in specs])
    hour = f"{clock.now():%Y%m%d%H}"
    return {
        spec.id: _facts(spec, revision.changed_at if (revision := revisions.get(spec.id)) else None, hour)
        for spec in specs
    }


@lru_cache(maxsize=LAYERS_REMEMBERED)
def _facts(spec: LayerSpec, updated: datetime | None, hour: str) -> LayerFacts:
    begins, ends = (_column(name) for name in spec.interval or ("", ""))
    statement = SQL(
        "SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box), number, timed, starts, ends FROM ("
        "SELECT ST_Extent(f.geometry) AS box, count(*) AS number,"
        " count({begins}) + count({ends}) > 0 AS timed,"
        # A feature without a beginning has always been, one without an end still is.
        " CASE WHEN count({begins}) = count(*) THEN min({begins})::timestamptz END AS starts,"
        " CASE WHEN count({ends}) = count(*) THEN max({ends})::timestamptz END AS ends FROM {view} AS f) AS whole"
    ).format(begins=begins, ends=ends, view=Identifier(*spec.view))
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(statement)
        west, south, east, north, number, timed, starts, until = cursor.fetchone()
    return LayerFacts(
        box=None if west is None else (west, south, east, north),
        count=number,
        timed=timed,
        starts=starts,
        ends=until,
        created=Change.objects.filter(layer=spec.id).order_by("id").values_list("at", flat=True).first(),
        updated=updated,
    )


def _column(name: str) -> Composable:
    return Identifier("f", name) if name else SQL("NULL::timestamptz")
