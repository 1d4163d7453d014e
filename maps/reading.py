"""Reads published features for the pages that the server renders, through the role that sees `published` alone."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connections
from psycopg.sql import SQL, Composed, Identifier

from gis_platform.core.errors import NotFound
from layers.catalog import LayerSpec

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Found:
    """A published feature. `point` is a (longitude, latitude) on it, to stand for it on the map."""

    id: int
    properties: dict[str, Any]
    point: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the list."""

    layer: LayerSpec
    id: int
    name: str
    kind: str
    address: str


def feature(spec: LayerSpec, feature_id: int) -> Found:
    """The published feature; raises NotFound."""
    query = SQL(
        "SELECT to_jsonb(f) - ARRAY['geometry', 'geometry_webmercator', 'search'],"
        " ST_X(ST_PointOnSurface(f.geometry)), ST_Y(ST_PointOnSurface(f.geometry)) FROM {} AS f WHERE f.id = %s"
    ).format(Identifier(*spec.view))
    with connections["published"].cursor() as cursor:
        cursor.execute(query, [feature_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(f"Layer {spec.id} has no feature {feature_id}.")
    properties = json.loads(row[0]) if isinstance(row[0], str) else row[0]
    return Found(id=feature_id, properties=properties, point=(row[1], row[2]))


def entries(specs: list[LayerSpec], *, language: str, words: str, page: int) -> tuple[list[Entry], bool]:
    """One page of the named features whose name, in any language, holds the words; and whether more follow.

    Ordered by the name in `language`. Pages count from 1.
    """
    named = [spec for spec in specs if spec.named]
    if not named:
        return [], False
    by_id = {spec.id: spec for spec in named}
    query = SQL(
        "SELECT layer, id, label, kind, address FROM ({}) AS entry"
        " WHERE label <> '' ORDER BY label, layer, id LIMIT %s OFFSET %s"
    ).format(SQL(" UNION ALL ").join(_select(spec, language) for spec in named))
    with connections["published"].cursor() as cursor:
        cursor.execute(query, [*[words] * len(named), PAGE_SIZE + 1, (page - 1) * PAGE_SIZE])
        rows = cursor.fetchall()
    found = [
        Entry(layer=by_id[layer], id=feature_id, name=label, kind=kind, address=address)
        for layer, feature_id, label, kind, address in rows[:PAGE_SIZE]
    ]
    return found, len(rows) > PAGE_SIZE


def _select(spec: LayerSpec, language: str) -> Composed:
    kind = next((name for name in ("category", "kind", "mode") if spec.property(name)), None)
    return SQL(
        "SELECT {layer}::text AS layer, f.id, coalesce(nullif({name}, ''), f.name) AS label,"
        " {kind} AS kind, {address} AS address FROM {view} AS f"
        " WHERE strpos(f.search, fold(%s)) > 0"
    ).format(
        layer=spec.id,
        name=Identifier("f", f"name_{language}"),
        kind=Identifier("f", kind) if kind else SQL("''"),
        address=Identifier("f", "address") if spec.property("address") else SQL("''"),
        view=Identifier(*spec.view),
    )
