"""Reading tasks on several connections at once, all of which see the database as it is at one moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connection, transaction

LANES = 2
HERE = "SELECT pg_current_xact_id_if_assigned() IS NULL, current_setting('statement_timeout')"


def at_once[T](tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Each task in a transaction of its own, whose statements have as long as those of the caller.

    In a transaction that has written they go one after the other on its connection: no other one sees what it wrote.
    """
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(HERE)
        ((read_only, limit),) = cursor.fetchall()
        if not read_only:
            return [task() for task in tasks]
        cursor.execute("SELECT pg_export_snapshot()")
        ((snapshot,),) = cursor.fetchall()
        with ThreadPoolExecutor(LANES) as pool:
            return list(pool.map(partial(_in_lane, snapshot, limit), tasks))


def _in_lane[T](snapshot: str, limit: str, task: Callable[[], T]) -> T:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
            return task()
    finally:
        connection.close()
