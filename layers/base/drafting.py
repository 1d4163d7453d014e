"""Reads a layer's own table for those who edit it: drafts too, and private properties. The world reads `published`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from gis_platform.core.languages import active_language
from layers.base.declaring import PROVENANCE
from layers.base.editing import FeatureNotFound
from layers.base.models import Change
from layers.catalog import LayerSpec, Property, PropertyType

BIGINT_MAX = 2**63 - 1
COORDINATE_DIGITS = 7  # of a degree: about a centimetre
SHAPES_MAX = 5000  # on the map beside the list
LABEL_PARTS_MAX = 2
# As in sql/functions/feature_history.sql.
DERIVED = ("geometry", "geometry_webmercator", "search", "feature_text", "point")
SORTS = ("label", "kind", "status", "changed")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One version of a feature. `state` is by column, as the history keeps it; `geometry` is GeoJSON in EPSG:4326."""

    id: int
    version: int
    state: Mapping[str, Any]
    geometry: dict[str, Any]

    @property
    def status(self) -> str:
        return str(self.state.get("status", ""))

    def value(self, prop: Property) -> Any:
        return self.state.get(prop.column)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which features of a layer, in which order. `kind` is a property and the value that it must have."""

    words: str = ""
    status: str = ""
    kind: tuple[Property, str] | None = None
    kind_property: Property | None = None
    sort: str = "changed"
    descending: bool = True
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A feature in a list. `missing` are the languages that have no name yet, of a layer that has names."""

    id: int
    label: str
    kind: str
    status: str
    changed_at: datetime
    actor: str
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many features of a layer there are, and the last change of any."""

    by_status: Mapping[str, int] = field(default_factory=dict)
    changed_at: datetime | None = None
    actor: str = ""

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


def draft(spec: LayerSpec, feature_id: int) -> Draft:
    """The feature as it is now; raises FeatureNotFound."""
    statement = SQL(
        "SELECT version, to_jsonb(f) - %s::text[], ST_AsGeoJSON(geometry, {digits}) FROM {table} AS f WHERE id = %s"
    ).format(digits=Literal(COORDINATE_DIGITS), table=Identifier(*spec.table))
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(DERIVED), min(feature_id, BIGINT_MAX)])
        row = cursor.fetchone()
    if row is None:
        raise FeatureNotFound(_("There is no such feature."))
    version, state, geometry = row
    return Draft(id=feature_id, version=version, state=_object(state), geometry=json.loads(geometry))


def past(spec: LayerSpec, feature_id: int, version: int) -> Draft:
    """The feature as a version left it, from the history; raises FeatureNotFound."""
    changes = Change.objects.filter(
        layer=spec.id, feature_id=min(feature_id, BIGINT_MAX), version=min(version, 2**31 - 1)
    )
    change = changes.first()
    if change is None:
        raise FeatureNotFound(_("There is no version {version} of this feature.").format(version=version))
    return draft_of(change)


def draft_of(change: Change) -> Draft:
    return Draft(
        id=change.feature_id,
        version=change.version,
        state=change.state,
        geometry=_rounded(json.loads(change.geometry.geojson)),
    )


def lines(spec: LayerSpec, wanted: Wanted) -> tuple[list[Line], int]:
    """One page of the list, and how many features there are on all pages."""
    where, values = _conditions(spec, wanted)
    statement = SQL(
        "SELECT f.id, {label} AS label, {kind} AS kind, f.status, f.updated_at, coalesce(c.actor, ''), {missing},"
        " count(*) OVER ()"
        " FROM {table} AS f LEFT JOIN base_change AS c"
        " ON c.layer = {layer} AND c.feature_id = f.id AND c.version = f.version"
        " WHERE {where} ORDER BY {sort} LIMIT %s OFFSET %s"
    ).format(
        label=label_of(spec),
        kind=_text(wanted.kind_property),
        missing=_missing(spec),
        table=Identifier(*spec.table),
        layer=Literal(spec.id),
        where=where,
        sort=_order(wanted),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, wanted.limit, wanted.offset])
        rows = cursor.fetchall()
    found = [
        Line(id=key, label=label, kind=kind, status=status, changed_at=at, actor=actor, missing=tuple(missing))
        for key, label, kind, status, at, actor, missing, _matched in rows
    ]
    return found, rows[0][-1] if rows else 0


def shapes(spec: LayerSpec, wanted: Wanted) -> str:
    """A GeoJSON feature collection of the same features for a map, as text; the first SHAPES_MAX of them."""
    where, values = _conditions(spec, wanted)
    statement = SQL(
        "SELECT coalesce(json_agg(json_build_object('type', 'Feature', 'id', id, 'geometry', shape,"
        " 'properties', json_build_object('label', label, 'kind', kind, 'status', status))), '[]')::text FROM ("
        "SELECT f.id, {label} AS label, {kind} AS kind, f.status,"
        " ST_AsGeoJSON(ST_SimplifyPreserveTopology(f.geometry, 0.00002), 6)::json AS shape"
        " FROM {table} AS f WHERE {where} ORDER BY {sort} LIMIT %s) AS feature"
    ).format(
        label=label_of(spec),
        kind=_text(wanted.kind_property),
        table=Identifier(*spec.table),
        where=where,
        sort=_order(wanted),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, SHAPES_MAX])
        return f'{{"type":"FeatureCollection","features":{cursor.fetchone()[0]}}}'


def counts(specs: Sequence[LayerSpec]) -> dict[str, Counts]:
    """By layer: how many features are in which status, and who changed one last."""
    if not specs:
        return {}
    numbers = SQL(" UNION ALL ").join(
        SQL("SELECT {layer} AS layer, status, count(*) AS number FROM {table} GROUP BY status").format(
            layer=Literal(spec.id), table=Identifier(*spec.table)
        )
        for spec in specs
    )
    last = (
        "SELECT wanted.layer, c.at, c.actor FROM unnest(%s::text[]) AS wanted (layer) CROSS JOIN LATERAL"
        " (SELECT at, actor FROM base_change WHERE layer = wanted.layer ORDER BY id DESC LIMIT 1) AS c"
    )
    by_status: dict[str, dict[str, int]] = {spec.id: {} for spec in specs}
    with connection.cursor() as cursor:
        cursor.execute(numbers)
        for layer, status, number in cursor.fetchall():
            by_status[layer][status] = number
        cursor.execute(last, [list(by_status)])
        changed = {layer: (at, actor) for layer, at, actor in cursor.fetchall()}
    return {
        layer: Counts(
            by_status=numbers_of,
            changed_at=changed[layer][0] if layer in changed else None,
            actor=changed[layer][1] if layer in changed else "",
        )
        for layer, numbers_of in by_status.items()
    }


def label_of(spec: LayerSpec) -> Composable:
    """SQL for what people call a feature of the layer; empty for one without a name."""
    if spec.named:
        language = active_language()
        names = [f"name_{code}" for code in dict.fromkeys([language, *settings.CITY.languages])]
    elif spec.label:
        label = spec.property(spec.label)
        names = [label.column] if label else []
    else:
        words = [
            p for p in spec.editable_properties if p.type is PropertyType.STRING and not p.private and not p.choices
        ]
        own = [p.column for p in words if p.name not in PROVENANCE][:LABEL_PARTS_MAX]
        return SQL("concat_ws(' · ', {})").format(SQL(", ").join(_filled(name) for name in own)) if own else SQL("''")
    return SQL("coalesce({}, '')").format(SQL(", ").join([*map(_filled, names), SQL("NULL")]))


def _filled(column: str) -> Composable:
    return SQL("nullif({}::text, '')").format(Identifier("f", column))


def _text(prop: Property | None) -> Composable:
    return SQL("coalesce({}::text, '')").format(Identifier("f", prop.column)) if prop else SQL("''")


def _missing(spec: LayerSpec) -> Composable:
    """SQL for the array of languages in which the feature has no name."""
    if not spec.named:
        return SQL("'{{}}'::text[]").format()
    cases = [
        SQL("CASE WHEN {} = '' THEN {} END").format(Identifier("f", f"name_{code}"), Literal(code))
        for code in settings.CITY.languages
    ]
    return SQL("array_remove(ARRAY[{}], NULL)").format(SQL(", ").join(cases))


def _order(wanted: Wanted) -> Composed:
    columns = {"label": "label", "kind": "kind", "status": "status", "changed": "updated_at"}
    direction = SQL("DESC") if wanted.descending else SQL("ASC")
    column = Identifier(columns[wanted.sort if wanted.sort in columns else "changed"])
    if column == Identifier("updated_at"):
        column = Identifier("f", "updated_at")
    return SQL("{} {}, f.id {}").format(column, direction, direction)


def _conditions(spec: LayerSpec, wanted: Wanted) -> tuple[Composed, list[Any]]:
    conditions: list[Composable] = [SQL("true")]
    values: list[Any] = []
    if wanted.words:
        conditions.append(SQL("{} LIKE '%%' || fold(%s) || '%%'").format(_searched(spec)))
        values.append(wanted.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"))
    if wanted.status:
        conditions.append(SQL("f.status = %s"))
        values.append(wanted.status)
    if wanted.kind:
        conditions.append(SQL("{} = %s").format(_text(wanted.kind[0])))
        values.append(wanted.kind[1])
    return SQL(" AND ").join(conditions), values


def _searched(spec: LayerSpec) -> Composable:
    """SQL for the folded text that a search looks through: the indexed names, or every text of a layer without."""
    if spec.label:
        return SQL("f.search")
    texts = [p.column for p in spec.editable_properties if p.type is PropertyType.STRING]
    return SQL("fold(concat_ws(' ', {}))").format(SQL(", ").join([SQL("''"), *(Identifier("f", c) for c in texts)]))


def _object(state: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(state) if isinstance(state, str) else state
    return found


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    """As PostGIS would have written it with COORDINATE_DIGITS, so that two versions can be compared as texts."""

    def walk(part: Any) -> Any:
        if isinstance(part, list):
            return [walk(member) for member in part]
        return round(part, COORDINATE_DIGITS)

    if geometry["type"] == "GeometryCollection":
        return {"type": geometry["type"], "geometries": [_rounded(member) for member in geometry["geometries"]]}
    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}
