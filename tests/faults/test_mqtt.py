"""A listener that is killed in the middle: nothing that the broker has taken is lost, and nothing is stored twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from broker import Broker, begin_session, publisher, wait_until
from django.db import connection
from servers import database_url
from stations import a_stream

from gis_platform.core import clock
from layers.sensors.models import Observation, ReadingCount

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).parent / "mqtt_listener.py"
ROOT = Path(__file__).parents[2]
SEED = int(os.environ.get("FAULT_SEED", "20261123"))
KILLS = 4
MESSAGES = 1500


@pytest.fixture(autouse=True)
def stream(city_of_jelgava):
    yield a_stream(maximum=None)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sensors_observation")  # not Django's to empty


@pytest.fixture
def broker(tmp_path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.stop()


def test_a_listener_killed_again_and_again_loses_nothing_and_doubles_nothing(broker):
    assert _kept_after_kills(broker, "honest") == list(range(MESSAGES))
    assert ReadingCount.objects.get(outcome="accepted").total == MESSAGES


def test_the_canary_a_listener_that_acknowledges_first_loses_readings(broker):
    kept = _kept_after_kills(broker, "hasty")
    assert len(kept) < MESSAGES, "the test above would not notice a loss"


def _kept_after_kills(broker: Broker, kind: str) -> list[int]:
    """Publishes MESSAGES while listeners are killed at seeded moments; returns which readings are stored in the end."""
    print(f"seed {SEED}")  # noqa: T201 shown when the test fails
    chance = random.Random(SEED)
    begin_session(broker, "city-jelgava-readings", "city/jelgava/readings/+")
    edges = [MESSAGES * n // (KILLS + 1) for n in range(KILLS + 2)]
    with _nursery() as nursery, publisher(broker) as client:
        for start, end in pairwise(edges):
            listener = _start(nursery, f"{kind} {broker.url}")
            sent = [client.publish("city/jelgava/readings/JEL-WX-01", body, qos=1) for body in _bodies(start, end)]
            if end < MESSAGES:
                time.sleep(chance.uniform(0.05, 0.3))
            else:
                _wait_until_quiet()
            os.kill(listener, signal.SIGKILL)
            assert nursery.stdout is not None
            assert b"ended" in nursery.stdout.readline()
            for message in sent:
                message.wait_for_publish(20)
                assert message.is_published()
    return [int(value) for value in Observation.objects.order_by("phenomenon_time").values_list("result", flat=True)]


@contextmanager
def _nursery() -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "CITY": "jelgava",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    environment.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
    command = [sys.executable, str(SCRIPT)]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def _start(nursery: subprocess.Popen[bytes], line: str) -> int:
    """The process number of a new listener, once it listens."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{line}\n".encode())
    nursery.stdin.flush()
    number = int(nursery.stdout.readline())
    assert b'"listening"' in nursery.stdout.readline()
    return number


def _bodies(start: int, end: int) -> Iterator[bytes]:
    """One reading each; its number is its value."""
    began = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    for number in range(start, end):
        yield json.dumps({"time": (began + timedelta(seconds=number)).isoformat(), "air_temperature": number}).encode()


def _wait_until_quiet() -> None:
    """Until all readings are there, or none has come for a second."""
    count, since = -1, time.monotonic()

    def quiet() -> bool:
        nonlocal count, since
        present = Observation.objects.count()
        if present != count:
            count, since = present, time.monotonic()
        return count == MESSAGES or time.monotonic() - since > 1

    wait_until(quiet, what="no more readings come")
