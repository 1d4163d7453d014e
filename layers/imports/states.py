"""Moves an import from state to state, along the table of allowed moves, and lets one worker at a time touch it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from layers.imports.errors import ImportBusy, WrongState
from layers.imports.models import ImportRun

STATEMENT_TIMEOUT_S = 1200  # of the set-based statements; the connection's own limit is made for pages
LOCK_TIMEOUT_S = 30

type Listener = Callable[[int, str], None]
_listener: ContextVar[Listener | None] = ContextVar("import_listener", default=None)


def move(run: ImportRun, to: ImportRun.State, *, only_from: ImportRun.State | None = None, **values: Any) -> None:
    """Claims the move by a conditional update; raises WrongState when the present state does not allow it."""
    allowed = [only_from] if only_from else [state for state, targets in ImportRun.MOVES.items() if to in targets]
    moved = ImportRun.objects.filter(pk=run.pk, state__in=allowed).update(state=to, **values)
    run.refresh_from_db()
    if moved != 1:
        raise WrongState(
            _("The import is {state}; that cannot be done with it now.").format(state=run.get_state_display())
        )


def report(run: ImportRun, progress: int, message: str) -> None:
    ImportRun.objects.filter(pk=run.pk).update(progress=progress, message=message)
    run.progress, run.message = progress, message
    if listener := _listener.get():
        listener(progress, message)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tells `listener` the progress of the imports that run inside the block, for a command in the foreground."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def alone_with(run: ImportRun) -> Iterator[None]:
    """Holds the import for this connection; raises ImportBusy when another has it.

    The lock is PostgreSQL's and ends with the connection, so that a worker that dies never leaves one behind.
    """
    number = run.pk.int % 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        row = cursor.fetchone()
    if row != (True,):
        raise ImportBusy(_("Somebody is working on this import at this moment."))
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def take_time() -> None:
    """Lifts the limits of time up to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)",
            [f"{STATEMENT_TIMEOUT_S}s", f"{LOCK_TIMEOUT_S}s"],
        )
