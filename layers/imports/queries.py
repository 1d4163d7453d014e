"""What pages and commands show of an import."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Identifier

from layers import catalog
from layers.imports.models import ImportRun, StagedRow

PAGE_ROWS = 100
EXAMPLES = 3
# Numbers and quoted values are what differs between the rows of one reason.
GROUPED = """
SELECT min({column}), count(*),
       (array_agg(coalesce(s.row::text || ' (' || s.key || ')', s.key) ORDER BY s.row))[1:%(examples)s]
FROM imports_stagedrow AS s WHERE s.run_id = %(run)s AND {condition}
GROUP BY regexp_replace({column}, '[0-9.]+|“[^”]*”', '#', 'g') ORDER BY count(*) DESC, 1
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One staged row: properties under the layer's names, geometry as GeoJSON text."""

    row: int | None
    key: str
    action: str
    properties: dict[str, Any]
    geometry: str | None
    reason: str
    note: str
    feature_id: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were rejected or what was done to them, how many, and the first of them."""

    text: str
    count: int
    examples: list[str]


def rows(run: ImportRun, action: str, page: int = 1) -> list[Row]:
    """The rows with this action in the order of the file, PAGE_ROWS a page, the first page being 1."""
    spec = catalog.layer(run.layer)
    names = {prop.column: prop.name for prop in spec.properties}
    staged = StagedRow.objects.filter(run=run, action=action).order_by("row", "id")
    start = (max(page, 1) - 1) * PAGE_ROWS
    return [
        Row(
            row=item.row,
            key=item.key,
            action=item.action,
            properties={names.get(column, column): value for column, value in item.properties.items()},
            geometry=item.geometry.geojson if item.geometry else None,
            reason=item.reason,
            note=item.note,
            feature_id=item.feature_id,
        )
        for item in staged[start : start + PAGE_ROWS]
    ]


def reasons(run: ImportRun) -> list[Reason]:
    """Why rows were rejected, the most frequent first. What differs from row to row counts as one reason."""
    return _grouped(run, "reason", SQL("s.action = 'reject'"))


def notes(run: ImportRun) -> list[Reason]:
    """What was done to rows that were kept: repaired geometries, values left out."""
    return _grouped(run, "note", SQL("s.action <> 'reject' AND s.note <> ''"))


def _grouped(run: ImportRun, column: str, condition: SQL) -> list[Reason]:
    statement = SQL(GROUPED).format(column=Identifier("s", column), condition=condition)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"run": run.pk, "examples": EXAMPLES})
        return [Reason(text, count, examples) for text, count, examples in cursor.fetchall()]
