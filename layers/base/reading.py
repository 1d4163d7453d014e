"""Reads published features one at a time, for pages. Lists, tiles and filters are the business of `ogc_api`."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier, Literal

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
    statement = SQL(
        "SELECT id, version, updated_at, ST_AsGeoJSON(geometry, 7), {properties} FROM {view} WHERE id = %s"
    ).format(properties=properties_object(spec), view=Identifier(*spec.view))
    with connections["published"].cursor() as cursor:
        cursor.execute(statement, [feature_id])
        row = cursor.fetchone()
    if row is None:
        raise FeatureNotFound(_("There is no such feature."))
    key, version, updated_at, geometry, properties = row
    if isinstance(properties, str):
        properties = json.loads(properties)
    return PublishedFeature(key, version, updated_at, json.loads(geometry), properties)


def properties_object(spec: LayerSpec) -> Composable:
    """SQL for a JSON object of the public properties, keyed by name, in the order of the declaration.

    For statements with parameters: a % in a name is doubled, for psycopg would read it as a placeholder.
    """
    pairs = [
        SQL("{}, {}").format(Literal(p.name.replace("%", "%%")), Identifier(p.column)) for p in spec.public_properties
    ]
    chunks = [SQL("jsonb_build_object({})").format(SQL(", ").join(pairs[i : i + 50])) for i in range(0, len(pairs), 50)]
    return SQL(" || ").join(chunks) if chunks else SQL("'{}'::jsonb")
