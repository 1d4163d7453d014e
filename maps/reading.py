"""The list of places that the server writes, read through the role that sees the schema `published` alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from layers.catalog import LayerSpec
from maps.map_layers import kind_property

PAGE_SIZE = 50
LABELS_MAX = 400


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the list. `kind` is the value of the feature's category."""

    layer: LayerSpec
    id: int
    name: str
    kind: str
    address: str


def entries(specs: Sequence[LayerSpec], *, language: str, words: str, page: int) -> tuple[list[Entry], bool]:
    """One page of the features whose name, in any language, holds the words; and whether more follow.

    Ordered by the name in `language`; the nameless are left out. Pages count from 1.
    """
    by_id = {spec.id: spec for spec in specs if spec.label}
    if not by_id:
        return [], False
    query = SQL(
        "SELECT layer, id, name, kind, address FROM ({}) AS entry"
        " WHERE name <> '' ORDER BY name, layer, id LIMIT %s OFFSET %s"
    ).format(SQL(" UNION ALL ").join(_select(spec, language) for spec in by_id.values()))
    with connections["published"].cursor() as cursor:
        cursor.execute(query, [*[words] * len(by_id), PAGE_SIZE + 1, (page - 1) * PAGE_SIZE])
        rows = cursor.fetchall()
    found = [
        Entry(layer=by_id[layer], id=key, name=name, kind=kind, address=address)
        for layer, key, name, kind, address in rows[:PAGE_SIZE]
    ]
    return found, len(rows) > PAGE_SIZE


@dataclass(frozen=True, kw_only=True)
class Label:
    """Where an area's name is written: (longitude, latitude) in it. `extent_m` is the side of a square of its size."""

    layer: str
    name: str
    kind: str
    point: tuple[float, float]
    extent_m: int


def labels(spec: LayerSpec, *, language: str) -> list[Label]:
    """One label for each named area of the layer, the largest LABELS_MAX.

    Tiles cut an area into pieces, and a label made from tiles would stand in every piece.
    """
    if not spec.label:
        return []
    names = name_columns(spec, language)
    query = SQL(
        "SELECT name, kind, ST_X(point), ST_Y(point), extent_m FROM ("
        "SELECT coalesce({names}, '') AS name, coalesce({kind}, '') AS kind, ST_PointOnSurface(geometry) AS point,"
        " sqrt(ST_Area(geometry::geography))::int AS extent_m FROM {view}) AS area"
        " WHERE name <> '' ORDER BY extent_m DESC LIMIT %s"
    ).format(names=SQL(", ").join(names), kind=text_of(spec, kind_property(spec)), view=Identifier(*spec.view))
    with connections["published"].cursor() as cursor:
        cursor.execute(query, [LABELS_MAX])
        return [
            Label(layer=spec.id, name=name, kind=kind, point=(longitude, latitude), extent_m=extent_m)
            for name, kind, longitude, latitude, extent_m in cursor.fetchall()
        ]


def _select(spec: LayerSpec, language: str) -> Composed:
    names = name_columns(spec, language)
    return SQL(
        "SELECT {layer} AS layer, id, coalesce({names}, '') AS name, coalesce({kind}, '') AS kind,"
        " coalesce({address}, '') AS address FROM {view} WHERE strpos(search, fold(%s)) > 0"
    ).format(
        layer=Literal(spec.id),
        names=SQL(", ").join(names),
        kind=text_of(spec, kind_property(spec)),
        address=text_of(spec, "address"),
        view=Identifier(*spec.view),
    )


def name_columns(spec: LayerSpec, language: str) -> list[Composable]:
    """SQL for the feature's name in the language, then for the one that it is known by."""
    return [text_of(spec, name) for name in (f"name_{language}", spec.label) if spec.property(name)]


def text_of(spec: LayerSpec, name: str) -> Composable:
    """SQL for a property as text that is not empty; NULL for one that the layer does not publish."""
    prop = spec.property(name)
    if prop is None or prop.private:
        return SQL("NULL::text")
    return SQL("nullif({}::text, '')").format(Identifier(prop.column))
