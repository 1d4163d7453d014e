"""Rows of any number, batch by batch, through the window that sees what is published and nothing else."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections, transaction
from psycopg.sql import SQL, Composable, Identifier

from gis_platform.core.database import PUBLISHED
from layers.exports.selections import Selection

ROWS_FIRST = 100
ROWS_MAX = 5_000
BATCH_BYTES = 1_000_000  # aimed at: a row is between a lamp post of 300 bytes and a coastline of 3 MB
# Of one step of the cursor; the first may have to sort the whole layer.
STATEMENT_TIMEOUT_S = 60
# A reader that stands still keeps every table from being vacuumed, so it is let go.
IDLE_TIMEOUT_S = 120

type Rows = list[tuple[Any, ...]]


def columns_of(selection: Selection) -> list[Identifier]:
    """The properties' columns in `batches`, by number: an attribute of a file may be called anything."""
    return [Identifier("f", f"p{place}") for place in range(len(selection.properties))]


def batches(selection: Selection, columns: Sequence[Composable]) -> Iterator[Rows]:
    """SQL expressions over f.id, f.version, f.geometry and `columns_of` for each feature, in the statement's order.

    One snapshot of the layer, by a cursor that ends with the iterator, however that ends.
    """
    names = [Identifier(name) for name in ("id", "version", "geometry")]
    names += [Identifier(f"p{place}") for place in range(len(selection.properties))]
    statement = SQL("SELECT {columns} FROM ({rows}) AS f({names})").format(
        columns=SQL(", ").join(columns), rows=selection.statement, names=SQL(", ").join(names)
    )
    with transaction.atomic(using=PUBLISHED):
        with connections[PUBLISHED].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true),"
                " set_config('idle_in_transaction_session_timeout', %s, true),"
                " set_config('cursor_tuple_fraction', '1', true)",
                [f"{STATEMENT_TIMEOUT_S}s", f"{IDLE_TIMEOUT_S}s"],
            )
        with connections[PUBLISHED].chunked_cursor() as cursor:
            cursor.execute(statement, list(selection.values))
            wanted = ROWS_FIRST
            while rows := cursor.fetchmany(wanted):
                yield rows
                weight = sum(len(value) for row in rows for value in row if isinstance(value, str | bytes))
                wanted = max(1, min(ROWS_MAX, 4 * wanted, len(rows) * BATCH_BYTES // max(weight, 1)))
