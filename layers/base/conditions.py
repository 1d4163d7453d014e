"""Conditions on what a layer's own table and its history hold, drafts and private properties included."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier

from gis_platform.core.cql2 import sql
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.cql2.fields import Field, FieldType
from layers.catalog import LayerSpec, PropertyType

GEOMETRY = "geometry"
TYPES: Mapping[PropertyType, FieldType] = {
    PropertyType.STRING: FieldType.STRING,
    PropertyType.INTEGER: FieldType.INTEGER,
    PropertyType.NUMBER: FieldType.NUMBER,
    PropertyType.BOOLEAN: FieldType.BOOLEAN,
    PropertyType.DATE: FieldType.DATE,
    PropertyType.INSTANT: FieldType.TIMESTAMP,
}  # JSON values have no comparison that a condition could use


def fields_of(spec: LayerSpec, *, geometry: Composable | None = None, public_only: bool = False) -> dict[str, Field]:
    """What a condition may name: the stored properties and `geometry`, as columns of a row called `f`."""
    stored = [p for p in spec.editable_properties if p.type in TYPES and not (public_only and p.private)]
    fields = {p.name: Field(p.name, TYPES[p.type], Identifier("f", p.column)) for p in stored}
    return fields | {GEOMETRY: Field(GEOMETRY, FieldType.GEOMETRY, geometry or Identifier("f", "geometry"))}


def where(
    spec: LayerSpec, condition: Expression | None, *, geometry: Composable | None = None, public_only: bool = False
) -> tuple[Composable, list[Any]]:
    """SQL that is true for a row called `f` that fulfils the condition, and false or NULL for others."""
    if condition is None:
        return SQL("true"), []
    return sql.compile(condition, fields_of(spec, geometry=geometry, public_only=public_only))


def fulfils(spec: LayerSpec, feature_id: int, condition: Expression) -> bool:
    """Whether the feature, as it is at this moment of the transaction, fulfils the condition."""
    test, values = where(spec, condition)
    statement = SQL("SELECT FROM {table} AS f WHERE f.id = %s AND ({test})").format(
        table=Identifier(*spec.table), test=test
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [feature_id, *values])
        return cursor.fetchone() is not None
