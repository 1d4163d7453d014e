"""What a filter may ask of a layer: its public properties, its geometry and its id, as columns of a row called `f`."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from psycopg.sql import SQL, Composable, Identifier

from gis_platform.core.cql2.fields import Field, FieldType
from layers.catalog import LayerSpec, Property, PropertyType

GEOMETRY = "geometry"
ID = "id"
SPECS_REMEMBERED = 1024

TYPES: Mapping[PropertyType, FieldType] = MappingProxyType(
    {
        PropertyType.STRING: FieldType.STRING,
        PropertyType.INTEGER: FieldType.INTEGER,
        PropertyType.NUMBER: FieldType.NUMBER,
        PropertyType.BOOLEAN: FieldType.BOOLEAN,
        PropertyType.DATE: FieldType.DATE,
        PropertyType.INSTANT: FieldType.TIMESTAMP,
        PropertyType.ARRAY: FieldType.ARRAY,
    }
)  # a JSON object has no comparison in CQL2


@lru_cache(maxsize=SPECS_REMEMBERED)
def fields_of(spec: LayerSpec) -> Mapping[str, Field]:
    """The allow-list of a filter, by name. What is not public is not in it."""
    fields = {
        ID: Field(ID, FieldType.INTEGER, Identifier("f", ID)),
        GEOMETRY: Field(GEOMETRY, FieldType.GEOMETRY, Identifier("f", GEOMETRY)),
    }
    return MappingProxyType(fields | {p.name: Field(p.name, TYPES[p.type], _column(p)) for p in queryable(spec)})


def queryable(spec: LayerSpec) -> tuple[Property, ...]:
    # Arrays that nobody edits hold objects, such as photos, which are no texts to compare.
    return tuple(
        p for p in spec.public_properties if p.type in TYPES and (p.type is not PropertyType.ARRAY or p.editable)
    )


def _column(prop: Property) -> Composable:
    column = Identifier("f", prop.column)
    if prop.type is not PropertyType.ARRAY:
        return column
    return SQL("(CASE jsonb_typeof({0}) WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text({0})) END)").format(
        column
    )
