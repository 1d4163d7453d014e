"""Adds and removes layers while the platform runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier, Literal

from gis_platform.core import sqlfiles
from gis_platform.core.actor import acting
from gis_platform.core.errors import Conflict, InvalidInput
from layers import catalog
from layers.base.covering import POINT
from layers.base.models import Feature
from layers.base.publishing import drop_text_function, publish, withdraw
from layers.base.watching import CHANNEL
from layers.base.wording import KEPT
from layers.catalog import LayerSpec, PropertyType
from layers.custom.models import CustomLayer
from layers.custom.queries import CATALOGUE, forget, spec_of

PROPERTIES_MAX = 200
COLUMN_BYTES_MAX = 63  # PostgreSQL's NAMEDATALEN
FEATURE_COLUMNS = frozenset(f.column for f in Feature._meta.get_fields() if hasattr(f, "column"))
RESERVED = FEATURE_COLUMNS | {"id", "search", KEPT, POINT}
SQL_TYPES = {
    PropertyType.STRING: "text",
    PropertyType.INTEGER: "bigint",
    PropertyType.NUMBER: "double precision",
    PropertyType.BOOLEAN: "boolean",
    PropertyType.DATE: "date",
    PropertyType.INSTANT: "timestamp with time zone",
    PropertyType.OBJECT: "jsonb",
    PropertyType.ARRAY: "jsonb",
}


class LayerExists(Conflict):
    code = "layer-exists"


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute of the file that becomes a property of the layer."""

    name: str
    type: PropertyType


def create_layer(layer: CustomLayer, columns: Sequence[Column], *, actor: str) -> LayerSpec:
    """Makes the table, the history, the view and the declaration, all or nothing; raises LayerExists or InvalidInput.

    `layer` comes with its titles, geometry type, access and licence; properties and label follow from `columns`.
    """
    layer.properties = [
        {"name": column.name, "column": physical, "type": column.type.value}
        for column, physical in zip(columns, physical_names([c.name for c in columns]), strict=True)
    ]
    layer.created_by = actor
    if any(spec.id == layer.id for spec in catalog.layers()):
        raise LayerExists(_("There is already a layer called {layer}.").format(layer=layer.id))
    try:
        layer.full_clean(validate_unique=False)
    except ValidationError as error:
        raise InvalidInput(
            _("The layer cannot be added."),
            fields={name: " ".join(texts) for name, texts in error.message_dict.items()},
        ) from error
    with acting(actor, f"layer {layer.id} added"):
        layer.save(force_insert=True)
        spec = spec_of(layer)
        _create_table(spec)
        publish(spec)
        _raise_catalogue_revision()
    forget()
    return spec


def remove_layer(layer: CustomLayer, *, actor: str) -> None:
    """Takes a layer out of the catalogue and drops its table; the history keeps every feature's states."""
    spec = spec_of(layer)
    with acting(actor, f"layer {layer.id} removed"), connection.cursor() as cursor:
        withdraw(spec)
        cursor.execute(SQL("DELETE FROM {}").format(Identifier(*spec.table)))
        cursor.execute(SQL("DROP TABLE {}").format(Identifier(*spec.table)))
        drop_text_function(spec)
        layer.delete()
        _raise_catalogue_revision()
    forget()


def physical_names(names: Sequence[str]) -> list[str]:
    """Column names for a file's attributes: their own where PostgreSQL and the platform leave it free.

    >>> physical_names(["NAME", "status", "id"])
    ['NAME', 'status_', 'id_']
    """
    if len(names) > PROPERTIES_MAX:
        raise InvalidInput(_("The file has more than {limit} attributes.").format(limit=PROPERTIES_MAX))
    physical: list[str] = []
    for name in names:
        # psycopg reads a % in a statement as a placeholder, even within a quoted name.
        column = name.encode()[: COLUMN_BYTES_MAX - 3].decode(errors="ignore").replace("\x00", "").replace("%", "_")
        while column in RESERVED or column in physical or not column:
            column += "_"
        physical.append(column)
    return physical


def _create_table(spec: LayerSpec) -> None:
    columns: list[Composable] = [
        SQL("{} {}").format(Identifier(p.column), SQL(SQL_TYPES[p.type])) for p in spec.properties
    ]
    if label := spec.property(spec.label):
        columns.append(
            SQL("search text GENERATED ALWAYS AS (fold(coalesce({}, ''))) STORED").format(Identifier(label.column))
        )
    statement = sqlfiles.statement(
        "templates/custom_table",
        table=Identifier(*spec.table),
        geometry_type=SQL(spec.geometry_type),
        columns=SQL("").join(SQL(", {}").format(column) for column in columns),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        # A layer of this name may have been here before: its history keeps the numbers of its features.
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), coalesce(max(feature_id), 0) + 1, false)"
            " FROM base_change WHERE layer = %s",
            [f'custom."{spec.id}"', spec.id],
        )
        if spec.label:
            cursor.execute(SQL("CREATE INDEX ON {} USING gin (search gin_trgm_ops)").format(Identifier(*spec.table)))


def _raise_catalogue_revision() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            SQL(
                "INSERT INTO base_layerrevision AS known (layer, revision) VALUES ({layer}, 1)"
                " ON CONFLICT (layer) DO UPDATE SET revision = known.revision + 1, changed_at = now()"
            ).format(layer=Literal(CATALOGUE))
        )
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, CATALOGUE])
