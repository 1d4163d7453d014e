"""A layer's published features, page by page through the window that sees nothing else."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connections
from psycopg.sql import SQL, Composable, Identifier

from gis_platform.core.database import PUBLISHED
from layers.base.reading import properties_object
from layers.catalog import LayerSpec

PAGE_ROWS = 2_000  # a statement; each has the window's own time limit


class Exported(NamedTuple):
    id: int
    version: int
    geometry: Any
    properties: Any


def as_geojson(spec: LayerSpec) -> Iterator[Exported]:
    """All features by id, geometry and properties as JSON text, coordinates rounded to a centimetre."""
    return _pages(spec, SQL("ST_AsGeoJSON(geometry, 7)"), SQL("({})::text").format(properties_object(spec)))


def as_values(spec: LayerSpec, geometry: Composable) -> Iterator[Exported]:
    """All features by id, the geometry by an SQL expression, the public properties as values in their order."""
    columns = [Identifier(p.column) for p in spec.public_properties]
    return _pages(spec, geometry, *columns)


def _pages(spec: LayerSpec, geometry: Composable, *properties: Composable) -> Iterator[Exported]:
    # By key, not by cursor: no transaction stays open while a slow client reads.
    statement = SQL("SELECT {fields} FROM {view} WHERE id > %s ORDER BY id LIMIT %s").format(
        fields=SQL(", ").join([SQL("id"), SQL("version"), geometry, *properties]), view=Identifier(*spec.view)
    )
    last = -(2**63)
    while True:
        with connections[PUBLISHED].cursor() as cursor:
            cursor.execute(statement, [last, PAGE_ROWS])
            rows = cursor.fetchall()
        for row in rows:
            yield Exported(row[0], row[1], row[2], row[3:])
        if len(rows) < PAGE_ROWS:
            return
        last = rows[-1][0]
