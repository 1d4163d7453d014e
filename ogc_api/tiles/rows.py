"""Which rows of a layer a tile may show to whom."""

import re

from django.conf import settings
from django.http import HttpRequest

from gis_platform.core.cql2 import sql
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer, row_rule
from layers import catalog
from layers.catalog import Access
from ogc_api.features.queryables import fields_of
from ogc_api.tiles.statements import Shown

PLACEHOLDER = re.compile("%[%s]")


def readable(request: HttpRequest, layer_id: str) -> Shown:
    """The layer as the caller may see it; raises UnknownLayer.

    Who asks does not matter for what everybody may see, and to know it would take a query.
    """
    spec = catalog.layer(layer_id)
    if spec.access is Access.PUBLIC:
        return Shown(spec)
    user = authenticate_request(request)
    rule = row_rule(user, readable_layer(user, layer_id), "read")
    if rule is None:
        return Shown(spec)
    condition, values = sql.compile(rule, fields_of(spec), zone=settings.CITY.time_zone)
    names = [f"rule_{number}" for number in range(len(values))]
    return Shown(spec, _named(condition.as_string(), names), tuple(zip(names, values, strict=True)))


def _named(text: str, names: list[str]) -> str:
    """The condition with a name in each placeholder, as the tile's other values have; a doubled % stays one."""
    left = iter(names)
    return PLACEHOLDER.sub(lambda found: f"%({next(left)})s" if found[0] == "%s" else found[0], text)
