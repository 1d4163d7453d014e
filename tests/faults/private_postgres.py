"""A PostgreSQL of a test's own, to be killed as a power cut would: the postmaster and all its children at once."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gis_platform.local.accounts import command_as, give, service_account
from gis_platform.local.cluster import Cluster
from gis_platform.local.keys import Keys
from gis_platform.local.process import Program, tail

READY_S = 30


class PrivatePostgres:
    def __init__(self, folder: Path) -> None:
        account = service_account("postgres")
        home, logs = folder / "home", folder / "logs"
        self.log = logs / "postgres.log"
        for each in (folder, home, logs):
            each.mkdir(exist_ok=True)
            give(each, account)
        # Not durable against the machine's own fall: what is killed here is PostgreSQL, and its pages stay.
        self.cluster = Cluster(home, logs, account, Keys(), free_port(), database="faults", durable=False)
        for program in self.cluster.prepare():
            with self._started(program) as done:
                assert done.wait(READY_S) == 0, tail(self.log)
        self.start()
        self.cluster.furnish()

    @property
    def url(self) -> str:
        return self.cluster.variables()["DATABASE_URL"]

    def start(self) -> None:
        self.process = self._started(self.cluster.program())
        self._wait_until_it_answers()

    def kill(self) -> None:
        """Everything at once, and starts it anew."""
        self.end()
        self.start()

    def kill_one_of(self, number: int) -> None:
        """One of its processes; PostgreSQL then ends all sessions and recovers by itself."""
        if pids := children(self.process.pid):
            kill(pids[number % len(pids)])
        self._wait_until_it_answers()

    def end(self) -> None:
        kill_with_children(self.process)

    def _wait_until_it_answers(self) -> None:
        """Starts it as often as it ends: what was killed may hold its memory still, or was about to recover."""
        deadline = time.monotonic() + READY_S
        while not self.cluster.answers():
            assert time.monotonic() < deadline, f"PostgreSQL does not come back:\n{tail(self.log)}"
            if self.process.poll() is not None:
                self.process = self._started(self.cluster.program())
            time.sleep(0.05)

    def _started(self, program: Program) -> subprocess.Popen[bytes]:
        assert isinstance(program.output, Path)
        with program.output.open("ab") as log:
            return subprocess.Popen(
                command_as(program.account, program.command),
                cwd=program.folder,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    # pytest's own folders belong to us alone, and the server may run under another account.
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        server = PrivatePostgres(Path(folder))
        try:
            yield server
        finally:
            server.end()


def kill_with_children(process: subprocess.Popen[bytes]) -> None:
    """Stopped first, so that no child is born unseen."""
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGSTOP)
    for pid in (process.pid, *children(process.pid)):
        kill(pid)
    process.wait()


def children(pid: int) -> list[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
