"""The pieces of SQL that preview, apply and undo share. Identifiers are quoted, values bound."""

from dataclasses import dataclass

from django.db import connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Placeholder

from layers.catalog import LayerSpec

KEPT_BY_DATABASE = ("id", "version", "created_at", "updated_at")


@dataclass(frozen=True)
class Columns:
    """The columns of a layer's table that can be written, with their defaults as SQL."""

    defaults: dict[str, str]

    @property
    def names(self) -> list[str]:
        return list(self.defaults)


def columns_of(spec: LayerSpec) -> Columns:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname, coalesce(pg_get_expr(d.adbin, d.adrelid), 'NULL') FROM pg_attribute AS a"
            " LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
            " WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
            " ORDER BY a.attnum",
            [table_text(spec)],
        )
        return Columns(dict(cursor.fetchall()))


def table_text(spec: LayerSpec) -> str:
    """The table as PostgreSQL's regclass reads it."""
    return Identifier(*spec.table).as_string(None)


def candidates(spec: LayerSpec, columns: Columns, imported: list[str], *, replace: bool) -> Composed:
    """FROM and WHERE over the rows of %(run)s: `s` as staged, `t` the feature as it is, `new` as it would be.

    What the file leaves empty becomes the column's default, except that a merge keeps what is there.
    """
    fields = []
    for name, default in columns.defaults.items():
        if name in KEPT_BY_DATABASE:
            continue
        fields.append(SQL("{} AS {}").format(_value(name, default, imported, replace=replace), Identifier(name)))
    return SQL(
        "FROM imports_stagedrow AS s LEFT JOIN {table} AS t ON t.id = s.feature_id"
        " CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, s.properties) AS r"
        " CROSS JOIN LATERAL (SELECT {fields}) AS new WHERE s.run_id = %(run)s"
    ).format(table=Identifier(*spec.table), fields=SQL(", ").join(fields))


def _value(name: str, default: str, imported: list[str], *, replace: bool) -> Composable:
    column, usual = Identifier(name), SQL(default.replace("%", "%%"))  # psycopg reads % as a placeholder
    match name:
        case "geometry":
            return SQL("s.geometry")
        case "source":
            return SQL("{}::varchar").format(Placeholder("source"))
        case "source_ref":
            return SQL("s.key")
    if name not in imported:
        return SQL("CASE WHEN t.id IS NULL THEN {} ELSE t.{} END").format(usual, column)
    if replace:
        return SQL("coalesce(r.{}, {})").format(column, usual)
    return SQL("coalesce(r.{0}, t.{0}, {1})").format(column, usual)


def listed(prefix: str, names: list[str]) -> Composable:
    return SQL(", ").join(Identifier(prefix, name) if prefix else Identifier(name) for name in names)
