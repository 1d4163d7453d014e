"""The wish to stop, from wherever it comes, and the only way to wait: every pause ends at once when it comes."""

import os
import select
import signal
from pathlib import Path
from types import FrameType
from typing import NamedTuple


class Stopping(Exception):
    """Somebody asked this command to stop."""


class Stop:
    def __init__(self) -> None:
        self.requested = False
        self._reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request)
        self._make = _calling_make()

    def pause(self, seconds: float) -> None:
        if not self.requested:
            select.select([self._reader], [], [], seconds)
        if self.requested or (self._make and self._make.dropped_a_handler()):
            raise Stopping

    def _request(self, number: int, frame: FrameType | None) -> None:
        self.requested = True


class Make(NamedTuple):
    """The make that runs this command.

    An interrupt or hang-up sent to make alone is not passed on: make drops its handler for it and waits for us. So we
    look at its handlers.
    """

    pid: int
    handlers: int

    def dropped_a_handler(self) -> bool:
        return self.handlers & ~_handlers(self.pid) != 0


def _calling_make() -> Make | None:
    parent = os.getppid()
    is_make = _read(Path(f"/proc/{parent}/comm")).strip() in ("make", "gmake")
    return Make(parent, _handlers(parent)) if is_make else None


def _handlers(pid: int) -> int:
    return caught_signals(_read(Path(f"/proc/{pid}/status")))


def caught_signals(status: str) -> int:
    """One bit for each signal that a process with this /proc/<pid>/status has a handler for.

    >>> caught_signals("SigIgn:\\t0000000000000000\\nSigCgt:\\t0000000000004003\\n") == 0x4003
    True
    """
    found = (line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:"))
    return int(next(found, "0"), 16)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
