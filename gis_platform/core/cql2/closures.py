"""A filter as one closure over rows in memory."""

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import Any

from gis_platform.core.cql2 import evaluation
from gis_platform.core.cql2.checking import Frame, check
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.cql2.fields import Field
from gis_platform.core.cql2.geometries import STORED_SRID


def compile(  # noqa: A001 - called as closures.compile, beside sql.compile
    expression: Expression,
    fields: Mapping[str, Field],
    *,
    srid: int = STORED_SRID,
    northing_first: bool = False,
    zone: tzinfo = UTC,
) -> Callable[[Mapping[str, Any]], bool | None]:
    """True, False, or None for unknown, of a row by the fields' names; the same as what SQL says.

    It is for one thread: GEOS builds the index of a prepared geometry when it is first asked.

    `srid` and `northing_first` are of the filter's own coordinates, `zone` is where its dates are days. Raises
    FilterError.
    """
    return evaluation.closure(check(expression, Frame(fields, srid, northing_first, zone)), zone)
