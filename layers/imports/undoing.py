"""Takes an applied import back, from the history: the states before its change set return as new versions."""

from typing import Any

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Identifier

from gis_platform.core.errors import Conflict
from layers.catalog import LayerSpec
from layers.imports.applying import lock_layer
from layers.imports.models import ImportRun
from layers.imports.rules import referring
from layers.imports.sqlparts import columns_of

NOT_RESTORED = ("id", "version", "updated_at", "geometry")

# Somebody has changed the feature since, or has put another one with its identifier in the place of a removed one.
CHANGED_SINCE = """
SELECT mine.feature_id FROM base_change AS mine
WHERE mine.layer = %(layer)s AND mine.change_set = %(run)s AND (
    EXISTS (
        SELECT FROM base_change AS later
        WHERE later.layer = mine.layer AND later.feature_id = mine.feature_id AND later.version > mine.version
    ) OR mine.operation = 'delete' AND EXISTS (
        SELECT FROM {table} AS other
        WHERE other.source = mine.state ->> 'source' AND other.source_ref = mine.state ->> 'source_ref'
          AND other.source_ref <> ''
    )
)
"""
NEEDED = """
SELECT mine.feature_id FROM base_change AS mine
WHERE mine.layer = %(layer)s AND mine.change_set = %(run)s AND mine.operation = 'create'
  AND EXISTS (SELECT FROM {table} AS other WHERE {condition} = mine.feature_id)
"""
REMOVE_ADDED = """
DELETE FROM {table} AS feature USING base_change AS mine
WHERE mine.layer = %(layer)s AND mine.change_set = %(run)s AND mine.operation = 'create'
  AND feature.id = mine.feature_id AND NOT feature.id = ANY(%(left)s)
"""
RESTORE_CHANGED = """
UPDATE {table} AS feature SET geometry = before.geometry, {values}
FROM base_change AS mine
JOIN base_change AS before
  ON before.layer = mine.layer AND before.feature_id = mine.feature_id AND before.version = mine.version - 1
CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, before.state) AS past
WHERE mine.layer = %(layer)s AND mine.change_set = %(run)s AND mine.operation = 'update'
  AND feature.id = mine.feature_id AND NOT feature.id = ANY(%(left)s)
"""
RETURN_REMOVED = """
INSERT INTO {table} (id, version, geometry, {targets})
SELECT mine.feature_id, mine.version + 1, mine.geometry, {values}
FROM base_change AS mine
CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, mine.state) AS past
WHERE mine.layer = %(layer)s AND mine.change_set = %(run)s AND mine.operation = 'delete'
  AND NOT mine.feature_id = ANY(%(left)s)
"""


class CannotUndo(Conflict):
    code = "import-cannot-undo"


def undo_rows(run: ImportRun, spec: LayerSpec) -> tuple[int, list[int]]:
    """How many features have their former state again, and the ids of those that were left alone.

    Left alone is what somebody has changed since, and what other rows refer to by now.
    """
    lock_layer(spec)
    values: dict[str, Any] = {"layer": spec.id, "run": run.pk}
    table = Identifier(*spec.table)
    restored = 0
    try:
        with connection.cursor() as cursor:
            cursor.execute(SQL(CHANGED_SINCE).format(table=table), values)
            left = {row[0] for row in cursor.fetchall()}
            for other, condition in referring(spec):
                cursor.execute(SQL(NEEDED).format(table=SQL(other), condition=condition), values)
                left |= {row[0] for row in cursor.fetchall()}
            values["left"] = sorted(left)
            for statement in _statements(spec):
                cursor.execute(statement, values)
                restored += cursor.rowcount
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "unknown"
        raise CannotUndo(
            _("The former state contradicts a rule of the layer by now ({constraint}).").format(constraint=name)
        ) from error
    return restored, sorted(left)


def _statements(spec: LayerSpec) -> list[Any]:
    table = Identifier(*spec.table)
    defaults = {k: v for k, v in columns_of(spec).defaults.items() if k not in NOT_RESTORED}
    names = [Identifier(name) for name in defaults]
    # A column that was added to the table since keeps its value; the old states know nothing of it.
    changed = [
        SQL("{0} = CASE WHEN before.state ? {1} THEN past.{0} ELSE feature.{0} END").format(Identifier(name), name)
        for name in defaults
    ]
    returned = [
        SQL("CASE WHEN mine.state ? {1} THEN past.{0} ELSE {2} END").format(
            Identifier(name), name, SQL(default.replace("%", "%%"))
        )
        for name, default in defaults.items()
    ]
    return [
        SQL(REMOVE_ADDED).format(table=table),
        SQL(RESTORE_CHANGED).format(table=table, values=SQL(", ").join(changed)),
        SQL(RETURN_REMOVED).format(table=table, targets=SQL(", ").join(names), values=SQL(", ").join(returned)),
    ]
