"""What a request for items selects, as the writers of files take it."""

from dataclasses import replace

from django.http import HttpRequest
from psycopg.sql import SQL

from layers.base.wording import selected as chosen
from layers.catalog import LayerSpec
from layers.exports.selections import Selection
from ogc_api.features import queries
from ogc_api.features.ordering import Place
from ogc_api.parameters import ItemsRequest, whole_number

FILE_FEATURES_MAX = 10_000_000  # of one file; a page has its own, smaller limit


def selected(request: HttpRequest, spec: LayerSpec, wanted: ItemsRequest) -> Selection:
    """All features that fit; as many as `limit` where the request names one."""
    limit = whole_number(request.GET, "limit", default=FILE_FEATURES_MAX, minimum=1, maximum=10**9)
    return select(spec, replace(wanted, limit=min(limit, FILE_FEATURES_MAX)))


def selected_one(spec: LayerSpec, feature_id: int, wanted: ItemsRequest) -> Selection:
    """The feature of that id alone, if it fits."""
    # The first one behind the id before it is found by the index; the condition is for when it has just gone.
    one = select(spec, replace(wanted, after=Place((), feature_id - 1), limit=1))
    statement = SQL("SELECT * FROM ({}) AS one WHERE id = %s").format(one.statement)
    return replace(one, statement=statement, values=(*one.values, feature_id))


def select(spec: LayerSpec, wanted: ItemsRequest) -> Selection:
    statement, values = queries.select(spec, wanted)
    return Selection(
        spec=spec,
        properties=chosen(spec, wanted.properties),
        statement=statement,
        values=tuple(values),
        crs=wanted.crs,
    )
