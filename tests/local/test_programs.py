import os
import signal
import subprocess
import time
import urllib.request
from contextlib import suppress

import pytest

from gis_platform.environment import SettingsError
from gis_platform.local.deployment import Deployment
from gis_platform.local.keys import Keys
from gis_platform.local.programs import Choices, lasting_programs, platform_environment
from tests.faults.private_postgres import free_port
from tests.servers import ended

SERVICES = {"DATABASE_URL": "postgresql://private", "REDIS_URL": "redis://private"}


@pytest.fixture
def deployment(tmp_path):
    return Deployment("jelgava", tmp_path)


def environment(given, deployment):
    choices = Choices.read(given)
    return platform_environment(given, SERVICES, deployment=deployment, keys=Keys(django="generated"), choices=choices)


def test_the_platform_is_led_to_the_private_services(deployment):
    found = environment({"PATH": "/bin"}, deployment)
    assert found["DATABASE_URL"] == "postgresql://private"
    assert found["SECRET_KEY"] == "generated"
    assert found["PUBLIC_URL"] == "http://localhost:8000"
    assert found["LOCAL_DIR"] == str(deployment.folder)
    assert found["PATH"] == "/bin"


def test_what_was_given_goes_first(deployment):
    given = {"SECRET_KEY": "own", "REDIS_URL": "redis://own", "PUBLIC_URL": "https://city.example"}
    assert given.items() <= environment(given, deployment).items()


def test_an_empty_variable_counts_as_none(deployment):
    assert environment({"SECRET_KEY": ""}, deployment)["SECRET_KEY"] == "generated"


def test_each_city_has_a_folder_of_its_own():
    jelgava, siauliai = (Deployment.of_city(city, {}) for city in ("jelgava", "siauliai"))
    assert jelgava.folder != siauliai.folder
    assert jelgava.outside != siauliai.outside


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("PORT", "0"), ("PORT", "65536"), ("CITY", "riga"), ("WEB_WORKERS", "0"), ("DEMO", "perhaps")],
)
def test_a_bad_choice_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=f"^{name}: "):
        Choices.read({name: value})


def test_production_has_no_demo_unless_told():
    assert Choices.read({}).demo
    assert not Choices.read({"ENVIRONMENT": "production"}).demo


def test_the_address_shown_is_one_that_a_browser_can_open():
    assert Choices.read({"HOST": "0.0.0.0", "PORT": "9000"}).url == "http://localhost:9000"
    assert Choices.read({"HOST": "192.0.2.7"}).url == "http://192.0.2.7:8000"


def test_library_desks_are_served_at_the_port_that_is_named():
    named = [program.name for program in lasting_programs(Choices.read({"SIP2_PORT": "6001"}), {})]
    assert named[-1] == "serve_sip2"


def test_web_workers_and_job_workers_are_as_many_as_chosen():
    programs = lasting_programs(Choices.read({"PORT": "9000", "JOB_WORKERS": "3", "WEB_WORKERS": "4"}), {})
    assert [program.name for program in programs] == [
        "web", "worker-1", "worker-2", "worker-3", "dispatch", "listen_mqtt", "simulate_readings",
    ]  # fmt: skip
    web = programs[0].command
    assert web[web.index("--port") + 1] == "9000"
    assert web[web.index("--workers") + 1] == "4"
    assert web[web.index("--host") + 1] == "127.0.0.1"


WHO_ANSWERS = """
import os

def application(environ, start_response):
    start_response("200 OK", [])
    return [str(os.getpid()).encode()]
"""


def test_a_web_worker_that_is_killed_has_a_successor(tmp_path):
    (tmp_path / "answering.py").write_text(WHO_ANSWERS)
    choices = Choices.read({"PORT": str(free_port()), "WEB_WORKERS": "1"})
    command = [*lasting_programs(choices, {})[0].command[:-1], "answering:application"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with ended(subprocess.Popen(command, cwd=tmp_path, **quiet)):
        first = who_answers(choices.url, not_yet=0)
        os.kill(first, signal.SIGKILL)
        assert who_answers(choices.url, not_yet=first) != first


def who_answers(url, *, not_yet):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if (found := int(answer.read())) != not_yet:
                return found
        time.sleep(0.1)
    pytest.fail("nobody answers")
