"""Reads published features one at a time, for pages. Lists, tiles and filters are the business of `ogc_api`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier, Literal

from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.database import read_published
from layers.base.conditions import where
from layers.base.editing import FeatureNotFound
from layers.catalog import LayerSpec


@dataclass(frozen=True, slots=True)
class PublishedFeature:
    """A feature as the world sees it: GeoJSON geometry in EPSG:4326, public properties by name."""

    id: int
    version: int
    updated_at: datetime
    geometry: dict[str, Any]
    properties: dict[str, Any]

    def text(self, name: str, language: str) -> str:
        """A translated property in that language, else in any that has it."""
        names = (f"{name}_{language}", name, f"{name}_lv", f"{name}_lt", f"{name}_en")
        return next((str(text) for key in names if (text := self.properties.get(key))), "")


def feature(spec: LayerSpec, feature_id: int) -> PublishedFeature:
    """One published feature; raises FeatureNotFound for a draft as for one that never was."""
    found = features(spec, [feature_id])
    if not found:
        raise FeatureNotFound(_("There is no such feature."))
    return found[0]


def features(
    spec: LayerSpec, feature_ids: Sequence[int], *, condition: Expression | None = None
) -> list[PublishedFeature]:
    """Those of the features that are published and fulfil the condition, in no order."""
    test, values = where(spec, condition, public_only=True)
    statement = SQL(
        "SELECT f.id, f.version, f.updated_at, ST_AsGeoJSON(f.geometry, 7), {properties}"
        " FROM {view} AS f WHERE f.id = ANY(%s) AND {test}"
    ).format(properties=properties_object(spec), view=Identifier(*spec.view), test=test)
    rows = read_published(statement.as_string(), [list(feature_ids), *values])
    return [
        PublishedFeature(key, version, updated_at, json.loads(geometry), _object(properties))
        for key, version, updated_at, geometry, properties in rows
    ]


def _object(properties: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(properties) if isinstance(properties, str) else properties
    return found


def properties_object(spec: LayerSpec) -> Composable:
    """SQL for a JSON object of the public properties, keyed by name, in the order of the declaration.

    For statements with parameters: a % in a name is doubled, for psycopg would read it as a placeholder.
    """
    pairs = [
        SQL("{}, {}").format(Literal(p.name.replace("%", "%%")), Identifier(p.column)) for p in spec.public_properties
    ]
    chunks = [SQL("jsonb_build_object({})").format(SQL(", ").join(pairs[i : i + 50])) for i in range(0, len(pairs), 50)]
    return SQL(" || ").join(chunks) if chunks else SQL("'{}'::jsonb")
