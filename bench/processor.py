"""Processor time: what an answer costs, however many others work on the machine."""

import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

TICKS_A_S = os.sysconf("SC_CLK_TCK")
EVERY_S = 0.1  # a backend's time is lost with it
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query NOT LIKE '%pg_stat_activity%'"


@dataclass
class Spent:
    """Processor seconds within the block: of the server with all its processes, of PostgreSQL for this database, and of
    the clients that sent the load and ended."""

    server_s: float = 0
    database_s: float = 0
    clients_s: float = 0

    @property
    def all_s(self) -> float:
        return self.server_s + self.database_s + self.clients_s


@contextmanager
def metered(server: int | None) -> Iterator[Spent]:
    """What was spent during the block, known at its end. PostgreSQL has to be on this machine."""
    spent, over = Spent(), threading.Event()
    first: dict[int, float] = {}
    last: dict[int, float] = {}

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BACKENDS)
            backends = [number for (number,) in cursor.fetchall()]
        for number in backends:
            if (seconds := processor_s(number)) is not None:
                first.setdefault(number, 0.0 if started.is_set() else seconds)
                last[number] = seconds

    started = threading.Event()

    def watch() -> None:
        while not over.wait(EVERY_S):
            look()
        connection.close()

    look()
    started.set()
    before = {number: processor_s(number) or 0 for number in family(server)}
    clients = _of_children()
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield spent
    finally:
        spent.clients_s = _of_children() - clients
        spent.server_s = sum((processor_s(n) or 0) - before.get(n, 0) for n in family(server))
        over.set()
        watcher.join()
        look()
        spent.database_s = sum(last[number] - first[number] for number in last)


def processor_s(process: int) -> float | None:
    """Of a process itself; None when it is no more."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICKS_A_S


def family(process: int | None) -> list[int]:
    """A process and all that came of it."""
    if process is None:
        return []
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [process, *(number for child in children for number in family(int(child)))]


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
