import os
import signal
import time

import pytest

from gis_platform.local.kernel import stat
from gis_platform.local.process import LOG_BYTES_MAX, Process, Program, end_all
from gis_platform.local.register import Register


@pytest.fixture
def start(tmp_path):
    """Starts a shell script as a program; whatever runs is ended with the test."""
    running = []
    register = Register(tmp_path / "processes.json")

    def start(script, **options):
        folder = tmp_path / "with a space"
        folder.mkdir(exist_ok=True)
        program = Program("web", ["sh", "-c", script], {"PATH": os.environ["PATH"]}, folder, **options)
        running.append(Process(program, register))
        return running[-1]

    yield start
    end_all(running)


def eventually(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def test_its_lines_are_shown_after_its_name(start, capfd):
    process = start("echo one; echo two >&2")
    eventually(lambda: process.exit_code == 0)
    end_all([process])
    assert capfd.readouterr().out == "web      | one\nweb      | two\n"


def test_it_is_started_again_after_a_wait_that_grows(start, tmp_path, capfd):
    process = start("echo >> starts; exit 3")
    starts = tmp_path / "with a space" / "starts"
    now_s = time.monotonic()
    for wait_s, count in ((1, 2), (2, 3)):
        eventually(lambda: process.exit_code == 3)
        process.keep_running(now_s)
        process.keep_running(now_s + wait_s - 0.1)
        assert process.exit_code == 3
        process.keep_running(now_s + wait_s)
        eventually(lambda count=count: starts.read_text() == "\n" * count)
    assert "web ended (exit code 3); it is started again in 2 s." in capfd.readouterr().out


def test_after_a_steady_run_the_wait_is_short_again(start, capfd):
    process = start("exit 3")
    now_s = time.monotonic()
    for hour in range(3):
        eventually(lambda: process.exit_code == 3)
        process.keep_running(now_s + hour * 3600)
        process.keep_running(now_s + hour * 3600 + 30)
    said = capfd.readouterr().out
    assert said.count("started again in 1 s") == 3


def test_it_is_asked_to_end_with_its_own_signal(start):
    process = start("trap 'exit 7' INT; while :; do sleep 0.05; done", stop_signal=signal.SIGINT)
    time.sleep(0.3)
    end_all([process])
    assert process.exit_code == 7


def test_what_outstays_its_grace_is_killed_with_all_its_children(start, tmp_path):
    # The child leaves its parent's process group, as rq's work-horses do.
    process = start("trap '' TERM; set -m; sleep 60 & echo $! > child; while :; do sleep 0.05; done", grace_s=0.3)
    file = tmp_path / "with a space" / "child"
    eventually(lambda: file.exists() and file.read_text())
    child = int(file.read_text())
    end_all([process])
    assert process.exit_code == -signal.SIGKILL
    eventually(lambda: stat(child) is None)


def test_a_log_that_grew_too_long_is_put_aside(start, tmp_path):
    log = tmp_path / "postgres.log"
    log.write_bytes(b"x" * (LOG_BYTES_MAX + 1))
    process = start("echo new", output=log)
    eventually(lambda: process.exit_code == 0)
    assert log.read_text() == "new\n"
    assert (tmp_path / "postgres.log.1").stat().st_size == LOG_BYTES_MAX + 1
