"""Makes a declared layer real in the database: the triggers that keep its history, and its view in `published`."""

import hashlib
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from gis_platform.core import sqlfiles
from layers import catalog
from layers.catalog import LayerSpec, Property


def publish_declared_after_migrate(**_: Any) -> None:
    """Brings every declared layer up to date, once no migration is pending."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    for spec in catalog.declared():
        publish(spec)


@transaction.atomic
def publish(spec: LayerSpec) -> None:
    """Creates the layer's triggers and its published view, or renews them when the declaration has changed."""
    statements = _statements(spec, comment="")
    fingerprint = hashlib.sha256(repr(statements).encode()).hexdigest()
    comment = f"owner: {spec.owner}; {fingerprint}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s))", [".".join(f'"{part}"' for part in spec.view)])
        if cursor.fetchone() == (comment,):
            return
        for statement in _statements(spec, comment=comment):
            cursor.execute(statement)


@transaction.atomic
def withdraw(spec: LayerSpec) -> None:
    """Drops the published view; the table and its history stay."""
    with connection.cursor() as cursor:
        cursor.execute(SQL("DROP VIEW IF EXISTS {}").format(Identifier(*spec.view)))


def _statements(spec: LayerSpec, *, comment: str) -> list[Composed]:
    return [
        sqlfiles.statement("templates/feature_triggers", table=Identifier(*spec.table), layer=Literal(spec.id)),
        sqlfiles.statement(
            "templates/published_view",
            view=Identifier(*spec.view),
            relation=Identifier(*(spec.relation or spec.table)),
            columns=SQL("").join(SQL(", {}").format(column) for column in _columns(spec)),
            comment=Literal(comment),
            reader=Identifier(settings.PUBLISHED_ROLE),
        ),
    ]


def _columns(spec: LayerSpec) -> list[Composable]:
    columns: list[Composable] = [_column(spec, prop) for prop in spec.public_properties]
    if spec.label:
        columns.append(SQL("f.search"))
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
