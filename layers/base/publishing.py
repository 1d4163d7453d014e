"""Makes a declared layer real in the database: its history, its features' texts, its indexes, its view."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from gis_platform.core import sqlfiles
from layers import catalog
from layers.base.covering import POINT, covered_property, is_short
from layers.base.wording import KEPT, is_kept, kept_properties, text_to_keep
from layers.catalog import LayerSpec, Property

# Each comment dies with what it stands at. Features' texts are written anew only when they would read otherwise.
VIEW_COMMENT = "SELECT obj_description(to_regclass(%s), 'pg_class')"
COLUMN_COMMENT = (
    "SELECT (SELECT col_description(attrelid, attnum) FROM pg_attribute"
    " WHERE attrelid = to_regclass(%s) AND attname = %s)"
)


def publish_after_migrate(**_: Any) -> None:
    """Brings every layer up to date, the added ones too, once no migration is pending."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    for spec in catalog.layers():
        with transaction.atomic(), connection.cursor() as cursor:
            # To write a million texts takes longer than a statement of a request may.
            cursor.execute("SET LOCAL statement_timeout = 0")
            publish(spec)


@transaction.atomic
def publish(spec: LayerSpec) -> None:
    """Creates what the layer needs of triggers, columns, indexes and its view, or renews what has changed of them."""
    with connection.cursor() as cursor:
        if covered_property(spec):
            _renew(cursor, spec, _covering_statements, known=COLUMN_COMMENT, of=[_dotted(spec.table), POINT])
        if is_kept(spec):
            _renew(cursor, spec, _text_statements, known=COLUMN_COMMENT, of=[_dotted(spec.table), KEPT])
        _renew(cursor, spec, _view_statements, known=VIEW_COMMENT, of=[_dotted(spec.view)])


def _renew(
    cursor: CursorWrapper, spec: LayerSpec, make: Callable[..., list[Composed]], *, known: str, of: list[str]
) -> None:
    """Runs the statements unless the comment says that these very ones were run."""
    fingerprint = hashlib.sha256(repr(make(spec, comment="")).encode()).hexdigest()
    comment = f"owner: {spec.owner}; {fingerprint}"
    cursor.execute(known, of)
    if cursor.fetchone() != (comment,):
        for statement in make(spec, comment=comment):
            cursor.execute(statement)


@transaction.atomic
def withdraw(spec: LayerSpec) -> None:
    """Drops the published view; the table and its history stay."""
    with connection.cursor() as cursor:
        cursor.execute(SQL("DROP VIEW IF EXISTS {}").format(Identifier(*spec.view)))


def drop_text_function(spec: LayerSpec) -> None:
    """Drops what wrote the features' texts, once the table is gone."""
    with connection.cursor() as cursor:
        cursor.execute(SQL("DROP FUNCTION IF EXISTS {}").format(_text_function(spec)))


def _view_statements(spec: LayerSpec, *, comment: str) -> list[Composed]:
    return [
        sqlfiles.statement("templates/feature_triggers", table=Identifier(*spec.table), layer=Literal(spec.id)),
        sqlfiles.statement(
            "templates/published_view",
            view=Identifier(*spec.view),
            relation=Identifier(*(spec.relation or spec.table)),
            columns=_joined(_columns(spec)),
            comment=Literal(comment),
            reader=Identifier(settings.PUBLISHED_ROLE),
        ),
    ]


def _text_statements(spec: LayerSpec, *, comment: str) -> list[Composed]:
    """The column of the features' texts, the trigger that keeps it, and the texts of the features that are there."""
    row = SQL("SELECT f.id, f.geometry{} FROM (SELECT NEW.*) AS f").format(
        _joined([_column(spec, prop) for prop in kept_properties(spec)])
    )
    # A literal, for the name of an added layer's property may hold any quote, and a % twice.
    body = SQL("BEGIN NEW.{} := (WITH f AS ({}) {}); RETURN NEW; END").format(Identifier(KEPT), row, text_to_keep(spec))
    return [
        sqlfiles.statement(
            "templates/feature_text",
            table=Identifier(*spec.table),
            function=_text_function(spec),
            body=Literal(body.as_string().replace("%%", "%")),
            comment=Literal(comment),
        )
    ]


def _covering_statements(spec: LayerSpec, *, comment: str) -> list[Composed]:
    schema, table = spec.table
    prop = covered_property(spec)
    assert prop is not None
    return [
        sqlfiles.statement(
            "templates/covering_index",
            table=Identifier(schema, table),
            former=Identifier(schema, f"{table}_covering"),
            index=Identifier(f"{table}_covering"),
            column=Identifier(prop.column),
            short=is_short(prop),
            comment=Literal(comment),
        )
    ]


def _text_function(spec: LayerSpec) -> Identifier:
    schema, table = spec.table
    return Identifier(schema, f"{table}_{KEPT}")


def _dotted(name: tuple[str, str]) -> str:
    return ".".join(f'"{part}"' for part in name)


def _joined(columns: list[Composable]) -> Composable:
    return SQL("").join(SQL(", {}").format(column) for column in columns)


def _columns(spec: LayerSpec) -> list[Composable]:
    columns: list[Composable] = [_column(spec, prop) for prop in spec.public_properties]
    if spec.label:
        columns.append(SQL("f.search"))
    if is_kept(spec):
        columns.append(Identifier("f", KEPT))
    if covered_property(spec):
        columns.append(Identifier("f", POINT))
    return columns


def _column(spec: LayerSpec, prop: Property) -> Composable:
    if prop.name == "name" and spec.named:
        names = [Identifier("f", f"name_{language}") for language in settings.CITY.languages]
        return SQL("coalesce({}, '') AS name").format(SQL(", ").join(SQL("nullif({}, '')").format(n) for n in names))
    if prop.name == "photos":
        return SQL(
            "(SELECT jsonb_agg(jsonb_build_object('image', p.image, 'author', p.author, 'licence', p.licence,"
            " 'alternative_lv', p.alternative_lv, 'alternative_lt', p.alternative_lt,"
            " 'alternative_en', p.alternative_en) ORDER BY p.position, p.id)"
            " FROM base_photo AS p WHERE p.layer = {layer} AND p.feature_id = f.id) AS photos"
        ).format(layer=Literal(spec.id))
    return Identifier("f", prop.column)
