import contextlib
import os
import signal
import subprocess
import sys

import pytest

from gis_platform.local.deployment import CHECKOUT

WAITING = """\
from gis_platform.local.stop import Stop, Stopping
stop = Stop()
print("waiting", flush=True)
try:
    while True:
        stop.pause(0.2)
except Stopping:
    print("stopped in order", flush=True)
"""


def as_from_a_terminal() -> None:
    """Tests that run in the background inherit an ignored interrupt, and nohup's an ignored hang-up.

    Below `make test`, a make in a test would take itself for its child and say so on its output.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def start(tmp_path):
    """Starts a command in a session of its own and waits until the program in it waits."""
    running = []

    def start(command, folder=CHECKOUT):
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=as_from_a_terminal,
            env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        )
        running.append(process)
        assert process.stdout.readline() == "waiting\n"
        return process

    yield start
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # make's child too, which holds the pipe
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_pause_ends_at_once_when_somebody_asks_to_stop(start, number):
    process = start([sys.executable, "-c", WAITING.replace("0.2", "60")])
    process.send_signal(number)
    assert process.communicate(timeout=10)[0] == "stopped in order\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_make_alone_was_sent_arrives(start, tmp_path, number):
    (tmp_path / "waiting.py").write_text(WAITING)
    recipe = f"exec env PYTHONPATH='{CHECKOUT}' '{sys.executable}' waiting.py"
    (tmp_path / "Makefile").write_text(f"run:\n\t@{recipe}\n")
    process = start(["make", "run"], tmp_path)
    process.send_signal(number)
    assert process.communicate(timeout=10)[0] == "stopped in order\n"
