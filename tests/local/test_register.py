import json
import subprocess

import pytest

from gis_platform.local.kernel import boot, stat
from gis_platform.local.register import Register


@pytest.fixture
def sleeper():
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def test_the_next_start_ends_what_a_killed_one_left(tmp_path, sleeper):
    file = tmp_path / "processes.json"
    Register(file).add(sleeper.pid)
    assert Register(file).end_leftovers() == [sleeper.pid]
    assert sleeper.wait(5) < 0
    assert Register(file).end_leftovers() == []


def test_a_process_that_only_has_the_same_number_is_left_alone(tmp_path, sleeper):
    file = tmp_path / "processes.json"
    earlier = stat(sleeper.pid).started - 1
    file.write_text(json.dumps({"boot": boot(), "started": {sleeper.pid: earlier}}))
    assert Register(file).end_leftovers() == []
    assert sleeper.poll() is None


def test_numbers_from_before_the_machine_was_started_anew_mean_nothing(tmp_path, sleeper):
    file = tmp_path / "processes.json"
    file.write_text(json.dumps({"boot": "another", "started": {sleeper.pid: stat(sleeper.pid).started}}))
    assert Register(file).end_leftovers() == []
    assert sleeper.poll() is None


def test_what_was_ended_in_order_is_forgotten(tmp_path, sleeper):
    register = Register(tmp_path / "processes.json")
    register.add(sleeper.pid)
    register.remove(sleeper.pid)
    assert Register(tmp_path / "processes.json").end_leftovers() == []
