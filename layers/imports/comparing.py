"""Compares the staged rows with the layer, all at once: what would be added, changed, removed, and what cannot be."""

from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier

from layers.base.models import LayerRevision
from layers.catalog import LayerSpec
from layers.imports import rules
from layers.imports.models import ImportRun, StagedRow
from layers.imports.options import ImportOptions
from layers.imports.sqlparts import candidates, columns_of, listed

COUNTS = {"add": "adds", "change": "changes", "remove": "removes", "unchanged": "unchanged", "reject": "rejects"}

FIND_KNOWN = """
UPDATE imports_stagedrow AS s SET action = %(action)s, feature_id = t.id, version = t.version
FROM {table} AS t
WHERE s.run_id = %(run)s AND s.action = 'add' AND t.source = %(source)s AND t.source_ref = s.key
"""
FIND_UNCHANGED = """
UPDATE imports_stagedrow AS known SET action = 'unchanged'
FROM (
    SELECT s.id {candidates} AND s.action = 'change' AND t.geometry = s.geometry
    AND ROW({new}) IS NOT DISTINCT FROM ROW({old})
) AS same
WHERE known.id = same.id
"""
FIND_REMOVED = """
INSERT INTO imports_stagedrow (run_id, key, action, properties, reason, note, feature_id, version)
SELECT %(run)s, t.source_ref, 'remove', '{{}}', '', '', t.id, t.version
FROM {table} AS t
WHERE t.source = %(source)s AND t.source_ref <> ''
  AND NOT EXISTS (SELECT FROM imports_stagedrow AS s WHERE s.run_id = %(run)s AND s.key = t.source_ref)
"""


def revision_of(spec: LayerSpec) -> int:
    return LayerRevision.objects.filter(layer=spec.id).values_list("revision", flat=True).first() or 0


def compare(run: ImportRun, spec: LayerSpec, options: ImportOptions) -> None:
    """Gives every staged row its action and the run its counts. Needs a transaction."""
    values: dict[str, Any] = {
        "run": run.pk,
        "source": source_of(run, options),
        "action": "unchanged" if options.mode is ImportRun.Mode.ADD else "change",
    }
    columns = columns_of(spec)
    rows = candidates(spec, columns, run.columns, replace=options.mode is ImportRun.Mode.REPLACE)
    table = Identifier(*spec.table)
    run.layer_revision = revision_of(spec)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE imports_stagedrow")
        cursor.execute(SQL(FIND_KNOWN).format(table=table), values)
        cursor.execute(
            SQL(FIND_UNCHANGED).format(candidates=rows, new=_row("new", run.columns), old=_row("t", run.columns)),
            values,
        )
        if options.mode is ImportRun.Mode.REPLACE:
            cursor.execute(SQL(FIND_REMOVED).format(table=table), values)
            rules.keep_what_others_need(cursor, spec, values)
        rules.refuse_rows_that_break_rules(cursor, spec, rows, columns.names, run.columns, values)
    _count(run)


def source_of(run: ImportRun, options: ImportOptions) -> str:
    return (options.source or run.file_name)[:200]


def _row(prefix: str, names: list[str]) -> Composable:
    return listed(prefix, names) if names else SQL("1")


def _count(run: ImportRun) -> None:
    counts = dict(StagedRow.objects.filter(run=run).order_by().values_list("action").annotate(Count("id")))
    for action, field in COUNTS.items():
        setattr(run, field, counts.get(action, 0))
    run.message = _("ready")
