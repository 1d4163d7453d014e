"""Search by name over all public layers: in any of the languages, whatever the case and the accents."""

from collections.abc import Sequence
from typing import TypedDict

from django.db import connections
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from layers.catalog import LayerSpec
from maps.map_layers import kind_property, public_layers, shape
from maps.reading import name_columns, text_of

type Position = tuple[float, float]  # longitude, latitude

WORDS_MAX = 8


class Found(TypedDict):
    """A feature whose name holds every word. `distance_m` is from the position asked about, None without one."""

    layer: str
    layer_title: str
    id: int
    name: str
    category: str
    address: str
    lon: float
    lat: float
    distance_m: int | None


def search(words: str, *, language: str, limit: int, near: Position | None = None) -> list[Found]:
    """The best matches first: names that begin so, then those with a word that does; nearer ones before farther ones.

    At most `limit`, from at most WORDS_MAX words. Of a street in several pieces only the best piece is found.
    """
    patterns = [_escaped(word) for word in words.replace("\0", " ").split()[:WORDS_MAX]]
    specs = [spec for spec in public_layers() if spec.label]
    if not patterns or not specs:
        return []
    titles = {spec.id: str(spec.title) for spec in specs}
    with connections["published"].cursor() as cursor:
        cursor.execute(_statement(specs, language, len(patterns), near), _values(specs, patterns, limit, near))
        return [
            Found(
                layer=layer,
                layer_title=titles[layer],
                id=key,
                name=name,
                category=kind,
                address=address,
                lon=longitude,
                lat=latitude,
                distance_m=None if distance is None else round(distance),
            )
            for layer, key, name, kind, address, longitude, latitude, distance in cursor.fetchall()
        ]


def _statement(specs: Sequence[LayerSpec], language: str, words: int, near: Position | None) -> Composed:
    return SQL(
        "SELECT layer, id, name, kind, address, ST_X(point), ST_Y(point), distance FROM ({}) AS found"
        " ORDER BY rank, layer_order DESC, distance, name, id LIMIT %s"
    ).format(SQL(" UNION ALL ").join(_matches(spec, language, words, near) for spec in specs))


def _matches(spec: LayerSpec, language: str, words: int, near: Position | None) -> Composed:
    """The matches of one layer, already limited, so that a layer of a million costs no more than a page."""
    pieces = SQL("DISTINCT ON (name)") if shape(spec) == "LineString" else SQL("")
    return SQL(
        "(SELECT {layer} AS layer, {order} AS layer_order, * FROM (SELECT {pieces} * FROM ("
        "SELECT id, coalesce({names}, '') AS name, coalesce({kind}, '') AS kind, coalesce({address}, '') AS address,"
        " ST_PointOnSurface(geometry) AS point, {distance} AS distance,"
        " CASE WHEN search LIKE fold(%s) || '%%' THEN 0 WHEN search LIKE '%% ' || fold(%s) || '%%' THEN 1 ELSE 2 END"
        " AS rank FROM {view} WHERE {conditions}) AS piece ORDER BY {first} rank, distance, id) AS whole"
        " ORDER BY rank, distance, id LIMIT %s)"
    ).format(
        pieces=pieces,
        layer=Literal(spec.id),
        order=Literal(spec.style.order),
        names=SQL(", ").join(name_columns(spec, language)),
        kind=text_of(spec, kind_property(spec)),
        address=text_of(spec, "address"),
        distance=_distance(near),
        view=Identifier(*spec.view),
        conditions=SQL(" AND ").join([SQL("search LIKE '%%' || fold(%s) || '%%'")] * words),
        first=SQL("name,") if shape(spec) == "LineString" else SQL(""),
    )


def _distance(near: Position | None) -> Composable:
    if near is None:
        return SQL("NULL::float")
    return SQL("ST_Distance(geometry::geography, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography)")


def _values(specs: Sequence[LayerSpec], patterns: list[str], limit: int, near: Position | None) -> list[str | float]:
    whole = " ".join(patterns)
    one_layer: list[str | float] = [*(near or ()), whole, whole, *patterns, limit]
    return [*one_layer * len(specs), limit]


def _escaped(word: str) -> str:
    """The word for LIKE, in which it stands for itself.

    >>> _escaped("100%")
    '100\\\\%'
    """
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
