"""The filter parameter of records: CQL2, compiled to a function."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import QueryDict

from gis_platform.core.cql2 import closures
from gis_platform.core.cql2.errors import FilterError
from ogc_api.parameters import InvalidFilter, filter_of
from ogc_api.records.queryables import FIELDS

type Condition = Callable[[Mapping[str, Any]], bool | None]


def condition(query: QueryDict) -> Condition | None:
    """None for no filter; raises InvalidParameter or InvalidFilter."""
    expression = filter_of(query)
    if expression is None:
        return None
    try:
        return closures.compile(expression, FIELDS, zone=settings.CITY.time_zone)
    except FilterError as error:
        raise InvalidFilter.of(error) from error
