"""The listener against a real Mosquitto and a real database, in the test's own thread and transaction."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from threading import Event
from unittest import mock

import pytest
from broker import begin_session, publish, wait_until
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from servers import database_url, ended
from stations import a_stream

from gis_platform.core import clock
from gis_platform.integrations.mqtt.listener import Listener
from gis_platform.integrations.mqtt.simulator import by_sensor, publish_until
from layers.sensors import queries
from layers.sensors.models import LatestObservation, Observation, RejectedReading
from layers.sensors.services import ingest

TOPIC = "city/jelgava/readings/JEL-WX-01"
INGEST = "gis_platform.integrations.mqtt.listener.services.ingest"


@pytest.fixture
def stream(db, city_of_jelgava):
    return a_stream()


@pytest.fixture
def session(broker, stream):
    """The broker knows the listener and keeps what comes for it."""
    begin_session(broker, "city-jelgava-readings", "city/jelgava/readings/+")
    return broker


class Until(Event):
    """Stops the listener once a condition holds; fails the test when it does not within 20 seconds."""

    def __init__(self, condition: Callable[[], bool]) -> None:
        super().__init__()
        self.condition = condition
        self.deadline = time.monotonic() + 20

    def is_set(self) -> bool:
        assert time.monotonic() < self.deadline, "the listener has waited in vain"
        return self.condition()


def listen(condition: Callable[[], bool]) -> None:
    Listener(Until(condition)).run()


def stored(count: int) -> Callable[[], bool]:
    return lambda: Observation.objects.count() >= count


def messages(count: int, *, first: int = 0):
    """Messages of one reading each, a second apart, the oldest first."""
    start = clock.now() - timedelta(hours=2)
    for number in range(first, first + count):
        at = start + timedelta(seconds=number)
        yield TOPIC, json.dumps({"time": at.isoformat(), "air_temperature": number % 40}).encode()


def test_messages_published_while_the_listener_is_away_arrive_when_it_returns(session):
    publish(session, messages(1500))
    listen(stored(1500))
    assert Observation.objects.count() == 1500
    assert LatestObservation.objects.get().result == 1499 % 40


def test_what_was_acknowledged_does_not_come_again(session):
    publish(session, messages(20))
    listen(stored(20))
    Observation.objects.all().delete()
    publish(session, messages(1, first=20))
    listen(stored(1))
    assert Observation.objects.count() == 1


def test_messages_outlive_a_restart_of_the_broker(session):
    publish(session, messages(100))
    session.stop()
    session.start()
    listen(stored(100))


def test_the_listener_finds_a_broker_that_comes_back(session):
    steps = iter([session.stop, session.start, lambda: publish(session, messages(10))])

    def condition() -> bool:
        if listener.client.is_connected() or stepped:
            step = next(steps, None)
            if step is not None:
                stepped.append(step())
        return stored(10)()

    stepped: list[None] = []
    listener = Listener(Until(condition))
    listener.run()
    assert len(stepped) == 3


def test_it_subscribes_by_itself(broker, stream):
    published: list[None] = []

    def condition() -> bool:
        if listener.client.is_connected() and not published and time.monotonic() > began + 1:
            published.append(publish(broker, messages(5)))
        return stored(5)()

    began = time.monotonic()
    listener = Listener(Until(condition))
    listener.run()


def test_a_bad_message_is_kept_and_stops_nobody(session):
    good = list(messages(2))
    publish(session, [good[0], (TOPIC, b"\xff{"), (TOPIC + "-X", b'{"time": 1, "pm10": 1}'), good[1]])
    listen(stored(2))
    causes = set(RejectedReading.objects.values_list("cause", "sender"))
    assert causes == {("malformed", "mqtt"), ("unknown-stream", "mqtt")}


def test_messages_of_another_city_are_not_ours(session):
    publish(session, [("city/siauliai/readings/JEL-WX-01", body) for _, body in messages(3)])
    publish(session, messages(2))
    listen(stored(2))
    assert Observation.objects.count() == 2


def test_nothing_is_acknowledged_while_the_database_is_away(session):
    publish(session, messages(30))
    away = mock.Mock(side_effect=OperationalError("the database is away"))
    with mock.patch(INGEST, away), mock.patch("gis_platform.integrations.mqtt.listener.connection"):
        listen(lambda: away.call_count >= 2)
    assert Observation.objects.count() == 0
    listen(stored(30))


def test_readings_wait_for_a_database_that_comes_back(session):
    publish(session, messages(30))
    twice = mock.Mock(side_effect=[OperationalError("the database is away"), mock.DEFAULT], wraps=ingest)
    with mock.patch(INGEST, twice), mock.patch("gis_platform.integrations.mqtt.listener.connection"):
        listen(stored(30))
    assert twice.call_count == 2


@pytest.mark.django_db(transaction=True)
def test_the_command_ends_cleanly_on_sigterm(broker, city_of_jelgava):
    a_stream()
    environment = os.environ | {"MQTT_URL": broker.url, "DATABASE_URL": database_url(), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "manage.py", "listen_mqtt"]
    with ended(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)) as process:
        assert b'"listening"' in process.stdout.readline()
        publish(broker, messages(5))
        wait_until(stored(5), what="the readings are stored")
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=10)
    assert (process.returncode, rest) == (0, b"")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sensors_observation")  # not Django's to empty


def test_the_simulator_speaks_for_every_stream_once(session, stream):
    other = a_stream("JEL-WX-01/relative_humidity")
    publish_until(Until(mock.Mock(side_effect=[False, False, False, False, True])), every_s=0.01, seed=1)
    listen(stored(2))
    assert set(LatestObservation.objects.values_list("stream_id", flat=True)) == {stream.pk, other.pk}
    assert Observation.objects.count() == 2


def test_the_simulator_says_each_reading_once(stream):
    streams = queries.simulated_streams()
    at = clock.now().replace(minute=0, second=0, microsecond=0)
    ticks = [at + timedelta(seconds=7 * n) for n in range(200)]  # 1,393 s, in which readings fall every 600 s
    said = [by_sensor(streams, since=since, until=until, seed=1) for since, until in pairwise(ticks)]
    times = [reading.time for tick in said for reading in tick.get("JEL-WX-01", [])]
    assert times == [at + timedelta(seconds=600), at + timedelta(seconds=1200)]


def test_made_up_readings_are_refused_outside_of_a_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO is off"):
        call_command("simulate_readings")
