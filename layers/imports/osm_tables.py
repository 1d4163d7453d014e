"""OSM's features under the property names of one of our layers; those of other layers are counted and passed over."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.utils.translation import gettext as _

from layers.catalog import LayerSpec, PropertyType
from layers.imports.osm_mapping import Rule
from layers.imports.readers.table import Attribute, Batch, Table

type Tags = dict[str, str]
type Placed = tuple[int, Rule]  # a rule with its place in the table

NODE_KEY, NODE_VALUE = "osm_key", "osm_value"  # of extracts that keep one tag of each node
NODE_ID = "osm_node_id"
OVERPASS_ID = "@id"
NOT_TAGS = frozenset({"osm_id", "osm_way_id", "z_order", "other_tags", "id", NODE_ID, NODE_KEY, NODE_VALUE})
GEOMETRIES = {
    "Point": "point",
    "MultiPoint": "point",
    "LineString": "line",
    "MultiLineString": "line",
    "Polygon": "area",
    "MultiPolygon": "area",
}
ROUNDABOUTS = ("roundabout", "circular")  # one way without saying so
WHEELCHAIR = {"yes": "yes", "designated": "yes", "limited": "limited", "no": "no"}


def _first(*keys: str) -> Callable[[Tags], str | None]:
    return lambda tags: next((tags[key] for key in keys if tags.get(key)), None)


def _name(language: str) -> Callable[[Tags], str | None]:
    """The name in a language; OSM's plain `name` is in the language of the place."""
    keys = (f"name:{language}", f"name_{language}")
    return lambda tags: _first(*keys, *(("name",) if language == settings.CITY.language else ()))(tags)


def _address(tags: Tags) -> str | None:
    street = tags.get("addr:street") or tags.get("addr:place")
    return f"{street} {tags.get('addr:housenumber', '')}".strip() if street else None


PROPERTIES: dict[str, Callable[[Tags], str | None]] = {
    "name_lv": _name("lv"),
    "name_lt": _name("lt"),
    "name_en": _name("en"),
    "description_lv": _first("description:lv"),
    "description_lt": _first("description:lt"),
    "description_en": _first("description:en"),
    "address": _address,
    "postcode": _first("addr:postcode"),
    "phone": _first("phone", "contact:phone"),
    "email": _first("email", "contact:email"),
    "website": _first("website", "contact:website", "url"),
    "opening_hours": _first("opening_hours"),
    "wheelchair": lambda tags: WHEELCHAIR.get(tags.get("wheelchair", "")),
    "surface": _first("surface"),
    "oneway": lambda tags: tags.get("oneway") or ("yes" if tags.get("junction") in ROUNDABOUTS else None),
    "oneway_bicycle": _first("oneway:bicycle"),
}


def is_osm(table: Table) -> bool:
    """Whether a table of a general format holds OSM's tags."""
    names = {a.name for a in table.attributes}
    return {NODE_KEY, NODE_VALUE} <= names or OVERPASS_ID in names


def mapped(tables: list[Table], spec: LayerSpec, rules: tuple[Rule, ...]) -> Table:
    """The features of all tables that the rules give to this layer, as one table of the layer's properties."""
    by_key: dict[str, list[Placed]] = {}
    for place, rule in enumerate(rules):
        by_key.setdefault(rule.key, []).append((place, rule))
    ruled = {rule.property for rule in rules if rule.layer == spec.id}
    names = [p.name for p in spec.editable_properties if p.name in PROPERTIES or p.name in ruled]

    def read(size: int) -> Iterator[Batch]:
        table.elsewhere = table.unmapped = before = 0
        for part in tables:
            for batch in part.read(size):
                yield _selected(batch, table, spec, by_key, names, before)
            before += part.count

    table = Table(
        name=spec.id,
        attributes=tuple(Attribute(name, PropertyType.STRING) for name in names),
        geometry_types=frozenset().union(*(part.geometry_types for part in tables)),
        count=sum(part.count for part in tables),
        size_bytes=max(part.size_bytes for part in tables),
        crs=tables[0].crs,
        read=read,
        id_name="osm_id",
        notices=[notice for part in tables for notice in part.notices],
    )
    return table


def _selected(
    batch: Batch, table: Table, spec: LayerSpec, by_key: dict[str, list[Placed]], names: list[str], before: int
) -> Batch:
    chosen: list[int] = []
    values: dict[str, list[Any]] = {name: [] for name in names}
    for index, tags in enumerate(_tags(batch)):
        geometry = batch.geometries[index]
        rule = _rule(tags, GEOMETRIES.get(geometry.geom_type, "") if geometry is not None else "", by_key)
        if rule is None:
            table.unmapped += 1
        elif rule.layer != spec.id:
            table.elsewhere += 1
        else:
            chosen.append(index)
            for name in names:
                values[name].append(rule.entry if name == rule.property else PROPERTIES.get(name, _nothing)(tags))
    geometries = batch.geometries[chosen]
    notes: dict[int, str] = {}
    if spec.geometry_type == "Point":
        geometries, notes = _as_points(geometries)
    ids = _ids(batch)
    return Batch(
        rows=[batch.rows[index] + before for index in chosen],
        geometries=geometries,
        ids=[ids[index] for index in chosen],
        values=dict(values),
        notes=notes,
    )


def _rule(tags: Tags, geometry: str, by_key: dict[str, list[Placed]]) -> Rule | None:
    """The first rule of the whole table that fits; a feature with several tags has rules under several keys."""
    fitting = [
        placed
        for key, value in tags.items()
        if key in by_key
        for placed in by_key[key]
        if placed[1].fits(value, geometry)
    ]
    return min(fitting, key=lambda placed: placed[0])[1] if fitting else None


def _tags(batch: Batch) -> Iterator[Tags]:
    plain = [(name, column) for name, column in batch.values.items() if name not in NOT_TAGS]
    others = batch.values.get("other_tags")
    keys, key_values = batch.values.get(NODE_KEY), batch.values.get(NODE_VALUE)
    for index in range(len(batch.rows)):
        tags = {name: column[index] for name, column in plain if isinstance(column[index], str) and column[index]}
        if others is not None and isinstance(others[index], dict):
            tags |= others[index]
        if keys is not None and key_values is not None and keys[index] and key_values[index]:
            tags[str(keys[index])] = str(key_values[index])
        yield tags


def _ids(batch: Batch) -> list[str | None]:
    if nodes := batch.values.get(NODE_ID):
        return [f"node/{node}" if node else None for node in nodes]
    if named := batch.values.get(OVERPASS_ID):
        return [str(name) if name else None for name in named]
    return list(batch.ids)


def _as_points(geometries: Any) -> tuple[Any, dict[int, str]]:
    """Points stay; of an area or a line a point that lies on it is taken."""
    others = np.flatnonzero(shapely.get_type_id(geometries) > 0)
    result = geometries.copy()
    result[others] = shapely.point_on_surface(geometries[others])
    return result, {int(index): _("position taken from the shape") for index in others}


def _nothing(_tags: Tags) -> None:
    return None
