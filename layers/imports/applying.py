"""Brings the staged rows into the layer: three set-based statements, one transaction, one change set in the history."""

from django.db import IntegrityError, OperationalError, connection
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Identifier

from layers.catalog import LayerSpec
from layers.imports.comparing import revision_of, source_of
from layers.imports.errors import ImportBusy, LayerChanged
from layers.imports.models import ImportRun, StagedRow
from layers.imports.options import options_of
from layers.imports.sqlparts import candidates, columns_of, listed

REMOVE = """
DELETE FROM {table} AS feature USING imports_stagedrow AS s
WHERE s.run_id = %(run)s AND s.action = 'remove' AND feature.id = s.feature_id AND feature.version = s.version
"""
CHANGE = """
UPDATE {table} AS feature SET ({targets}) = ROW({values})
FROM (SELECT s.feature_id AS "of", s.version AS "from", new {candidates} AND s.action = 'change') AS found
WHERE feature.id = found."of" AND feature.version = found."from"
"""
ADD = "INSERT INTO {table} ({targets}) SELECT {values} {candidates} AND s.action = 'add' ORDER BY s.row"


def lock_layer(spec: LayerSpec) -> None:
    """Keeps other writers out of the layer's table up to the end of the transaction; readers go on."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(Identifier(*spec.table)))
    except OperationalError as error:
        raise ImportBusy(_("Others are writing to the layer; try again in a moment.")) from error


def apply_rows(run: ImportRun, spec: LayerSpec) -> None:
    """Writes what the preview showed; raises LayerChanged when the layer is no longer what it was compared with."""
    lock_layer(spec)
    expected = {"remove": run.removes, "change": run.changes, "add": run.adds}
    if revision_of(spec) != run.layer_revision or not _is_complete(run, expected):
        raise LayerChanged(_("The layer has changed since the preview. Preview the import again, then apply it."))
    options = options_of(run)
    rows = candidates(spec, columns_of(spec), run.columns, replace=options.mode is ImportRun.Mode.REPLACE)
    changed, added = [*run.columns, "geometry"], [*run.columns, "geometry", "source", "source_ref"]
    table = Identifier(*spec.table)
    statements = {
        "remove": SQL(REMOVE).format(table=table),
        "change": SQL(CHANGE).format(
            table=table,
            targets=listed("", changed),
            values=SQL(", ").join(SQL("(found.new).{}").format(Identifier(name)) for name in changed),
            candidates=rows,
        ),
        "add": SQL(ADD).format(table=table, targets=listed("", added), values=listed("new", added), candidates=rows),
    }
    try:
        with connection.cursor() as cursor:
            for action, statement in statements.items():
                if not expected[action]:
                    continue
                cursor.execute(statement, {"run": run.pk, "source": source_of(run, options)})
                assert cursor.rowcount == expected[action], f"{action}: {cursor.rowcount} of {expected[action]} rows"
            # References are checked at the end of a transaction otherwise, when nobody can say any more what failed.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "unknown"
        raise LayerChanged(
            _("The import contradicts a rule of the layer ({constraint}). Preview it again.").format(constraint=name)
        ) from error


def _is_complete(run: ImportRun, expected: dict[str, int]) -> bool:
    staged = StagedRow.objects.filter(run=run)
    return all(staged.filter(action=action).count() == count for action, count in expected.items())
