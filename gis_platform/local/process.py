"""One program and the process that runs it: start, end, and the next start after a crash."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO

from gis_platform.local.accounts import Account, command_as
from gis_platform.local.kernel import session_members
from gis_platform.local.output import follow, say
from gis_platform.local.register import Register

LOG_BYTES_MAX = 5_000_000  # then the log is put aside; one generation of it is kept
RESTART_S_MAX = 30
STEADY_S = 60  # whoever ran this long starts again with a short wait


class Shown(Enum):
    """How a program's lines reach the terminal."""

    NAMED = "each after the program's name"
    BARE = "as they are"


@dataclass(frozen=True)
class Program:
    """What to start, and how it likes to be ended."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    folder: Path
    account: Account | None = None
    output: Path | Shown = Shown.NAMED
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 15

    @property
    def log(self) -> Path | None:
        return self.output if isinstance(self.output, Path) else None


class Process:
    def __init__(self, program: Program, register: Register) -> None:
        self.program = program
        self._register = register
        self._failures = 0
        self._next_start_s: float | None = None
        self.start()

    def start(self) -> None:
        """In a session of its own: a terminal's Ctrl-C reaches the supervisor alone, which then ends all in order."""
        program = self.program
        output = _open(program.output)
        self._popen: subprocess.Popen[str] = subprocess.Popen(
            command_as(program.account, program.command, last_signal=program.stop_signal.name.removeprefix("SIG")),
            cwd=program.folder,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        self._register.add(self.pid)
        self._started_s = time.monotonic()
        self._next_start_s = None
        if output and not isinstance(output, int):
            output.close()
        self._follower = follow(program.name, self._popen.stdout) if self._popen.stdout else None

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        return self._popen.poll()

    def keep_running(self, now_s: float) -> None:
        """Starts the program anew when it has ended and its wait is over."""
        code = self.exit_code
        if code is None:
            return
        if self._next_start_s is None:
            self._failures = 1 if now_s - self._started_s > STEADY_S else self._failures + 1
            wait_s = restart_wait_s(self._failures)
            self._next_start_s = now_s + wait_s
            say(f"{self.program.name} ended ({describe(code)}); it is started again in {wait_s} s.")
        elif now_s >= self._next_start_s:
            self._register.remove(self.pid)
            self.start()

    def ask_to_end(self) -> None:
        if self.exit_code is None:
            self._popen.send_signal(self.program.stop_signal)

    def end(self, *, deadline_s: float) -> None:
        """Waits for the program until then, and kills it and whatever it left behind."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(max(deadline_s - time.monotonic(), 0.1))
        for pid in session_members(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._popen.wait()
        self._register.remove(self.pid)
        if self._follower:
            self._follower.join(timeout=1)


def end_all(processes: Sequence[Process]) -> None:
    asked_s = time.monotonic()
    for process in processes:
        process.ask_to_end()
    for process in processes:
        process.end(deadline_s=asked_s + process.program.grace_s)


def restart_wait_s(failures: int) -> int:
    """
    >>> [restart_wait_s(failures) for failures in (1, 2, 3, 6)]
    [1, 2, 4, 30]
    """
    return min(1 << min(failures - 1, 10), RESTART_S_MAX)


def describe(code: int) -> str:
    """
    >>> describe(-9), describe(3)
    ('SIGKILL', 'exit code 3')
    """
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def tail(path: Path | None, *, lines: int = 15) -> str:
    if path is None or not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def _open(output: Path | Shown) -> IO[bytes] | int | None:
    """What subprocess takes for standard output; None is our own."""
    if isinstance(output, Shown):
        return subprocess.PIPE if output is Shown.NAMED else None
    if output.exists() and output.stat().st_size > LOG_BYTES_MAX:
        output.replace(output.with_suffix(".log.1"))
    return output.open("ab")
