"""A filter as a condition in SQL: names from the allow-list, every value bound and typed."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from psycopg.sql import Composable

from gis_platform.core.cql2.checking import Frame, check
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.cql2.fields import Field
from gis_platform.core.cql2.geometries import STORED_SRID
from gis_platform.core.cql2.rendering import rendered


def compile(  # noqa: A001 - called as sql.compile, beside closures.compile
    expression: Expression,
    fields: Mapping[str, Field],
    *,
    srid: int = STORED_SRID,
    northing_first: bool = False,
    zone: tzinfo = UTC,
) -> tuple[Composable, list[Any]]:
    """A boolean condition with a %s for each of the values, to stand beside others under AND.

    `srid` and `northing_first` are of the filter's own coordinates, `zone` is where its dates are days; the columns'
    geometries are in EPSG:4326. Raises FilterError.
    """
    fragment = rendered(check(expression, Frame(fields, srid, northing_first, zone)), zone)
    return fragment.sql, list(fragment.values)
