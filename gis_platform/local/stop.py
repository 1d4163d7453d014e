"""The wish to stop, from wherever it comes, and the only way to wait: every pause ends at once when it comes."""

import os
import select
import signal
from pathlib import Path
from types import FrameType


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
        if self.requested or (self._make and not _catches_interrupts(self._make)):
            raise Stopping

    def _request(self, number: int, frame: FrameType | None) -> None:
        self.requested = True


def _calling_make() -> int | None:
    """Process id of the make that runs this command.

    An interrupt sent to make alone is not passed on: make drops its handler for it and waits for us. So we look.
    """
    parent = os.getppid()
    is_make = _read(Path(f"/proc/{parent}/comm")).strip() in ("make", "gmake")
    return parent if is_make and _catches_interrupts(parent) else None


def _catches_interrupts(process: int) -> bool:
    return catches(_read(Path(f"/proc/{process}/status")), signal.SIGINT)


def catches(status: str, number: int) -> bool:
    """Whether a process with this /proc/<pid>/status has a handler for the signal.

    >>> catches("SigIgn:\\t0000000000000000\\nSigCgt:\\t0000000000000002\\n", signal.SIGINT)
    True
    >>> catches("SigCgt:\\t0000000000004000\\n", signal.SIGINT)
    False
    """
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (number - 1) & 1)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
