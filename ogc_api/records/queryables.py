"""What records can be filtered and sorted by: the names, their types, and the schemas that say so."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from psycopg.sql import SQL

from gis_platform.core.cql2.fields import Field, FieldType
from layers.catalog import Text
from ogc_api.features.schemas import DIALECT

TITLES: dict[str, tuple[FieldType, Text]] = {
    "id": (FieldType.STRING, _("Identifier")),
    "type": (FieldType.STRING, _("Type")),
    "title": (FieldType.STRING, _("Title")),
    "description": (FieldType.STRING, _("Description")),
    "keywords": (FieldType.ARRAY, _("Keywords")),
    "theme": (FieldType.STRING, _("Theme (EU data theme)")),
    "language": (FieldType.STRING, _("Language")),
    "license": (FieldType.STRING, _("Licence")),
    "rights": (FieldType.STRING, _("Rights")),
    "formats": (FieldType.ARRAY, _("Formats")),
    "created": (FieldType.TIMESTAMP, _("created")),
    "updated": (FieldType.TIMESTAMP, _("changed")),
    "features": (FieldType.INTEGER, _("Number of features")),
    "geometry": (FieldType.GEOMETRY, _("Extent")),
    "time": (FieldType.INTERVAL, _("Time")),
}
SORTABLE = ("id", "title", "type", "theme", "created", "updated", "features")

# Records are filtered in memory; no SQL is ever made of these.
FIELDS: Mapping[str, Field] = {name: Field(name, kind, SQL("NULL")) for name, (kind, _title) in TITLES.items()}

SCHEMA_TYPES: dict[FieldType, dict[str, Any]] = {
    FieldType.STRING: {"type": "string"},
    FieldType.INTEGER: {"type": "integer"},
    FieldType.ARRAY: {"type": "array", "items": {"type": "string"}},
    FieldType.TIMESTAMP: {"type": "string", "format": "date-time"},
    FieldType.INTERVAL: {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
    FieldType.GEOMETRY: {"format": "geometry-polygon", "x-ogc-role": "primary-geometry"},
}


def schema(url: str, *, title: str, names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """A JSON Schema of the names, or of all that can be filtered by."""
    described = {name: {"title": str(text)} | SCHEMA_TYPES[kind] for name, (kind, text) in TITLES.items()}
    return {
        "$schema": DIALECT,
        "$id": url,
        "type": "object",
        "title": title,
        "properties": {name: described[name] for name in names or TITLES},
        "additionalProperties": False,
    }
