"""The processes that are running for a deployment, on disk, so that the next start ends what a killed one left."""

import contextlib
import json
import os
import signal
import time
from pathlib import Path

from gis_platform.local.files import write_private
from gis_platform.local.kernel import boot, stat

GRACE_S = 30  # PostgreSQL writes its buffers out before it goes


class Register:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._started: dict[int, int] = {}

    def add(self, pid: int) -> None:
        found = stat(pid)
        if found:
            self._started[pid] = found.started
            self._save()

    def remove(self, pid: int) -> None:
        self._started.pop(pid, None)
        self._save()

    def end_leftovers(self) -> list[int]:
        """Ends those processes of an earlier start that still run, and says which they were.

        A process id is used again by others sooner or later, so the time of its start has to fit too.
        """
        left = [pid for pid, started in self._read() if (found := stat(pid)) and found.started == started]
        for pid in left:
            _signal(pid, signal.SIGINT)  # the fast way out for PostgreSQL; Redis and Mosquitto take it as well
        deadline = time.monotonic() + GRACE_S
        while any(stat(pid) for pid in left) and time.monotonic() < deadline:
            time.sleep(0.1)
        for pid in left:
            _signal(pid, signal.SIGKILL)
        self._save()
        return left

    def _read(self) -> list[tuple[int, int]]:
        if not self._file.exists():
            return []
        saved = json.loads(self._file.read_text())
        return [(int(pid), started) for pid, started in saved["started"].items()] if saved["boot"] == boot() else []

    def _save(self) -> None:
        write_private(self._file, json.dumps({"boot": boot(), "started": self._started}))


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
