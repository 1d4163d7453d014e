"""Knows, without asking, whether a layer has changed: a thread listens to what PostgreSQL tells at each commit.

A memory of anything that follows from a layer's features may be trusted while `is_listening()`. It is emptied by layer
as changes come in, and wholly when the connection is lost: what was missed then is unknown. A connection that is dead
without saying so is found out by the beat; until then, at most TRUSTED_S, old answers are possible. A process that
never called `start` (a test, a command) has no memory: it asks the database each time, and is always right.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from django.db import connection as default

PARAMETERS = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "service", "passfile")
CHANNEL = "layer_changed"  # as in sql/functions/feature_cells.sql
BEAT_S = 2.0
TRUSTED_S = 6.0
WAIT_S = 1.0

log = structlog.get_logger(__name__)


class Memory[T]:
    """Values by layer, for as long as the layer is not changed."""

    def __init__(self) -> None:
        self._values: dict[str, T] = {}
        self._changes: dict[str, int] = {}
        self._losses = 0
        self._lock = threading.Lock()
        _memories.append(self)

    def get(self, layer: str) -> T | None:
        return self._values.get(layer) if is_listening() else None

    def mark(self, layer: str) -> tuple[int, int]:
        """To be taken before the value is read and given back with it, so that what came between is noticed."""
        with self._lock:
            return self._losses, self._changes.get(layer, 0)

    def keep(self, layer: str, value: T, *, mark: tuple[int, int]) -> None:
        with self._lock:
            if mark == (self._losses, self._changes.get(layer, 0)):
                self._values[layer] = value

    def forget(self, layer: str) -> None:
        with self._lock:
            self._changes[layer] = self._changes.get(layer, 0) + 1
            self._values.pop(layer, None)

    def forget_all(self) -> None:
        with self._lock:
            self._losses += 1
            self._values.clear()


_memories: list[Memory[Any]] = []


class Listener:
    """One thread with a connection of its own; `stop` ends both."""

    def __init__(self, connect: Callable[[], psycopg.Connection]) -> None:
        self._connect = connect
        self._stopping = threading.Event()
        self._confirmed_at = float("-inf")
        self._thread = threading.Thread(target=self._run, name="layer-listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def is_confirmed(self) -> bool:
        return time.monotonic() - self._confirmed_at < TRUSTED_S

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._connect() as connection:
                    self._listen(connection)
            except psycopg.Error as error:
                log.warning("layer listener lost its connection", error=type(error).__qualname__)
            self._lose()
            self._stopping.wait(WAIT_S)

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        _forget_all()  # what changed before is unknown; what changes from here on is told
        while not self._stopping.is_set():
            asked_at = time.monotonic()
            connection.execute("SELECT 1")
            self._confirmed_at = asked_at
            for news in connection.notifies(timeout=BEAT_S, stop_after=1):
                for memory in _memories:
                    memory.forget(news.payload)

    def _lose(self) -> None:
        self._confirmed_at = float("-inf")
        _forget_all()


_listener: Listener | None = None


def start() -> None:
    """Begins to listen, in this process."""
    global _listener
    assert _listener is None, "the process listens already"
    _listener = Listener(_connect)
    _listener.start()


def stop() -> None:
    global _listener
    if _listener is not None:
        _listener.stop()
        _listener = None


def is_listening() -> bool:
    return _listener is not None and _listener.is_confirmed()


def _connect() -> psycopg.Connection:
    """Outside of the pool, with a limit for a server that no longer answers."""
    settings = {
        k: v for k, v in default.get_connection_params().items() if k in ("host", "port", "user", "password", "dbname")
    }
    return psycopg.connect(**settings, autocommit=True, connect_timeout=3, tcp_user_timeout=3000)


def _forget_all() -> None:
    for memory in _memories:
        memory.forget_all()
