"""The database's own rules, asked before the import is applied, so that one bad row does not stop the good ones.

Unique indexes, checks and references are read from PostgreSQL's catalogue: what is declared once is known here too.
"""

from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier

from layers.catalog import LayerSpec
from layers.imports.sqlparts import listed, table_text

type Values = dict[str, Any]

REFUSE = """
UPDATE imports_stagedrow AS bad SET action = 'reject', reason = %(reason)s
FROM ({rows}) AS found WHERE bad.id = found.id
"""
# A row is refused when an earlier row of the file or a feature that stays has the same values.
TAKEN = """
SELECT id FROM (
    SELECT s.id, t.id AS feature, {new}, s.action, row_number() OVER (PARTITION BY {new} ORDER BY s.row) AS number
    {candidates} AND s.action IN ('add', 'change') AND ({present}) AND ({predicate_new})
) AS wanted
WHERE number > 1 OR EXISTS (
    SELECT FROM {table} AS other
    WHERE ({other}) = ({wanted}) AND other.id IS DISTINCT FROM wanted.feature AND ({predicate_other})
      AND NOT EXISTS (
        SELECT FROM imports_stagedrow AS gone
        WHERE gone.run_id = %(run)s AND gone.action = 'remove' AND gone.feature_id = other.id
      )
)
"""


def refuse_rows_that_break_rules(
    cursor: CursorWrapper,
    spec: LayerSpec,
    rows: Composable,
    columns: list[str],
    imported: list[str],
    values: Values,
) -> None:
    """Rejects staged adds and changes that a check, a unique index or a reference of the table would refuse."""
    touched = {*imported, "geometry"}
    for name, names, expression in _checks(cursor, spec):
        if touched & set(names) and set(names) <= set(columns):
            broken = SQL(
                "SELECT s.id {rows} AND s.action IN ('add', 'change')"
                " AND NOT (SELECT {check} FROM (SELECT new.*) AS row)"
            ).format(rows=rows, check=_expression(expression))
            _refuse(cursor, broken, values, _("The values break the layer's rule {name}.").format(name=name))
    for names, predicate in _unique_indexes(cursor, spec):
        if touched & set(names):
            taken = _taken(spec, rows, names, predicate)
            _refuse(cursor, taken, values, _("{names}: another feature has this value.").format(names=", ".join(names)))
    for column, target, target_column in _references(cursor, spec):
        if column in touched:
            lost = SQL(
                "SELECT s.id {rows} AND s.action IN ('add', 'change') AND new.{column} IS NOT NULL"
                " AND NOT EXISTS (SELECT FROM {target} AS other WHERE other.{target_column} = new.{column})"
            ).format(rows=rows, column=Identifier(column), target=SQL(target), target_column=Identifier(target_column))
            _refuse(cursor, lost, values, _("{name}: there is no such feature to refer to.").format(name=column))


def keep_what_others_need(cursor: CursorWrapper, spec: LayerSpec, values: Values) -> None:
    """Rejects staged removals of features that rows of other tables refer to."""
    for table, condition in referring(spec):
        needed = SQL(
            "SELECT s.id FROM imports_stagedrow AS s WHERE s.run_id = %(run)s AND s.action = 'remove'"
            " AND EXISTS (SELECT FROM {table} AS other WHERE {condition} = s.feature_id)"
        ).format(table=SQL(table), condition=condition)
        _refuse(cursor, needed, values, _("The feature cannot be removed: {table} refers to it.").format(table=table))


def referring(spec: LayerSpec) -> list[tuple[str, Composable]]:
    """Tables whose rows would keep a feature from being removed, each with the column that holds its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint AS c"
            " JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE c.contype = 'f' AND c.confrelid = %s::regclass AND c.confdeltype IN ('a', 'r')",
            [table_text(spec)],
        )
        return [(table, Identifier("other", column)) for table, column in cursor.fetchall()]


def _taken(spec: LayerSpec, rows: Composable, names: list[str], predicate: str | None) -> Composable:
    holds = _expression(predicate or "true")
    return SQL(TAKEN).format(
        new=listed("new", names),
        wanted=listed("wanted", names),
        other=listed("other", names),
        table=Identifier(*spec.table),
        candidates=rows,
        present=SQL(" AND ").join(SQL("{} IS NOT NULL").format(Identifier("new", name)) for name in names),
        predicate_new=SQL("SELECT {} FROM (SELECT new.*) AS row").format(holds),
        predicate_other=SQL("SELECT {} FROM (SELECT other.*) AS row").format(holds),
    )


def _refuse(cursor: CursorWrapper, rows: Composable, values: Values, reason: str) -> None:
    cursor.execute(SQL(REFUSE).format(rows=rows), values | {"reason": reason})


def _checks(cursor: CursorWrapper, spec: LayerSpec) -> list[tuple[str, list[str], str]]:
    cursor.execute(
        "SELECT c.conname, array_agg(a.attname), pg_get_expr(c.conbin, c.conrelid) FROM pg_constraint AS c"
        " JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)"
        " WHERE c.contype = 'c' AND c.conrelid = %s::regclass GROUP BY c.oid",
        [table_text(spec)],
    )
    return list(cursor.fetchall())


def _unique_indexes(cursor: CursorWrapper, spec: LayerSpec) -> list[tuple[list[str], str | None]]:
    """Without the primary key and the pair (source, source_ref), which is how features are found in the first place."""
    cursor.execute(
        "SELECT array_agg(a.attname ORDER BY a.attnum), pg_get_expr(i.indpred, i.indrelid) FROM pg_index AS i"
        " JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
        " WHERE i.indisunique AND NOT i.indisprimary AND i.indexprs IS NULL AND i.indrelid = %s::regclass"
        " GROUP BY i.indexrelid, i.indpred, i.indrelid",
        [table_text(spec)],
    )
    return [(names, predicate) for names, predicate in cursor.fetchall() if set(names) != {"source", "source_ref"}]


def _references(cursor: CursorWrapper, spec: LayerSpec) -> list[tuple[str, str, str]]:
    cursor.execute(
        "SELECT a.attname, c.confrelid::regclass::text, f.attname FROM pg_constraint AS c"
        " JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " JOIN pg_attribute AS f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]"
        " WHERE c.contype = 'f' AND c.conrelid = %s::regclass",
        [table_text(spec)],
    )
    return list(cursor.fetchall())


def _expression(text: str) -> SQL:
    """An expression that PostgreSQL itself printed; psycopg would read a % in it as a placeholder."""
    return SQL(text.replace("%", "%%"))
