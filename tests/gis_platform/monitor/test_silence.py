"""A sensor that stops is an alarm of its own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gis_platform.core import clock
from gis_platform.core.models import AuditEntry
from gis_platform.core.outbox import PERIODIC
from gis_platform.identity.roles import RoleMissing
from gis_platform.monitor import services
from gis_platform.monitor.models import Alarm
from gis_platform.monitor.queries import firing_alarms
from gis_platform.monitor.services import AlarmOver, AlarmTaken, Watch, check_silence
from layers.sensors.models import Sensor
from layers.sensors.services import ingest
from tests.people import a_user
from tests.stations import a_reading, a_sensor, a_stream

pytestmark = pytest.mark.django_db
EVERY_S = 600  # so silence begins after 1,800 s


@pytest.fixture
def stream():
    return a_stream(expected_every_s=EVERY_S)


def heard(stream, at):
    ingest([a_reading(time=at, stream=stream.key)], sender="test")


def the_alarm() -> Alarm:
    return Alarm.objects.get()


def test_a_sensor_is_silent_after_three_times_its_interval(stream):
    at = clock.now()
    heard(stream, at)
    assert check_silence(at + timedelta(seconds=1799)) == Watch(raised=0, recovered=0)
    assert check_silence(at + timedelta(seconds=1800)) == Watch(raised=1, recovered=0)
    alarm = the_alarm()
    assert (alarm.layer, alarm.feature_id, alarm.state) == ("sensors", stream.sensor_id, "firing")
    assert (alarm.since, alarm.raised_at) == (at, at + timedelta(seconds=1800))


def test_it_fires_once_however_often_the_watch_goes_round(stream):
    at = clock.now()
    heard(stream, at)
    for hours in (1, 2, 3):
        check_silence(at + timedelta(hours=hours))
    assert Alarm.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.create(kind="silence", layer="sensors", feature_id=stream.sensor_id, since=at, raised_at=at)


def test_it_recovers_when_the_sensor_speaks_and_fires_anew_when_it_stops_again(stream):
    at = clock.now()
    heard(stream, at - timedelta(hours=3))
    check_silence(at - timedelta(hours=1))
    heard(stream, at)
    assert check_silence(at) == Watch(raised=0, recovered=1)
    assert (the_alarm().state, the_alarm().recovered_at) == ("recovered", at)
    assert check_silence(at + timedelta(hours=1)) == Watch(raised=1, recovered=0)
    assert sorted(Alarm.objects.values_list("state", flat=True)) == ["firing", "recovered"]


def test_one_silent_stream_is_enough_and_the_longest_silence_counts():
    temperature, pressure = a_stream("JEL-WX-01/air_temperature"), a_stream("JEL-WX-01/air_pressure")
    a_stream("JEL-WX-01/wind_speed", expected_every_s=86_400)
    at = clock.now()
    heard(temperature, at - timedelta(hours=1))
    ingest([a_reading(1013, time=at - timedelta(hours=2), stream=pressure.key)], sender="test")
    assert check_silence(at).raised == 1
    assert the_alarm().since == at - timedelta(hours=2)


def test_a_sensor_that_never_spoke_is_silent_too_once_it_had_the_time(stream):
    entered = Sensor.objects.get().created_at
    assert check_silence(entered + timedelta(minutes=10)).raised == 0
    assert check_silence(entered + timedelta(minutes=30)).raised == 1
    assert the_alarm().since == entered


def test_a_sensor_that_observes_nothing_or_is_not_published_raises_nothing(stream):
    a_sensor("JEL-WX-02")
    Sensor.objects.filter(pk=stream.sensor_id).update(status="draft")
    assert check_silence(clock.now() + timedelta(days=1)) == Watch(raised=0, recovered=0)


def test_the_alarm_of_a_sensor_taken_down_ends(stream):
    at = clock.now() + timedelta(days=1)
    check_silence(at)
    Sensor.objects.filter(pk=stream.sensor_id).update(status="archived")
    assert check_silence(at) == Watch(raised=0, recovered=1)


def test_the_watch_goes_round_every_minute():
    assert PERIODIC["periodic:monitor-check-silence"] == timedelta(minutes=1)


@pytest.fixture
def alarm(stream) -> Alarm:
    check_silence(clock.now() + timedelta(days=1))
    return the_alarm()


def test_the_operator_acknowledges_and_it_goes_on_firing(alarm):
    operator = a_user("operator")
    services.acknowledge(alarm.pk, by=operator)
    alarm.refresh_from_db()
    assert (alarm.acknowledged_by, alarm.state) == (operator, "firing")
    assert alarm.acknowledged_at
    entry = AuditEntry.objects.get(action="alarm.acknowledge")
    assert (entry.actor, entry.subject) == (operator.actor, f"alarm:{alarm.pk}")


@pytest.mark.parametrize("roles", [(), ("planner",), ("clerk",), ("tourism_editor",), ("merchant_manager",)])
def test_others_may_not(alarm, roles):
    with pytest.raises(RoleMissing, match="Operations centre"):
        services.acknowledge(alarm.pk, by=a_user(*roles))
    assert Alarm.objects.unacknowledged().count() == 1


def test_the_second_operator_is_told(alarm):
    services.acknowledge(alarm.pk, by=a_user("operator"))
    with pytest.raises(AlarmTaken, match="acknowledged this alarm already"):
        services.acknowledge(alarm.pk, by=a_user("operator"))


def test_an_alarm_that_is_over_needs_no_acknowledgement(alarm):
    Alarm.objects.all().recover(clock.now())
    with pytest.raises(AlarmOver):
        services.acknowledge(alarm.pk, by=a_user("operator"))


def test_the_list_holds_the_firing_and_begins_with_those_nobody_has_seen():
    at = clock.now()
    rows = [("seen", at, "firing"), ("old", None, "firing"), ("new", None, "firing"), ("over", None, "recovered")]
    for number, (_name, seen, state) in enumerate(rows):
        Alarm.objects.create(
            kind="silence", layer="sensors", feature_id=number, since=at, raised_at=at + timedelta(minutes=number),
            acknowledged_at=seen, state=state, recovered_at=at if state == "recovered" else None,
        )  # fmt: skip
    assert [rows[alarm.feature_id][0] for alarm in firing_alarms()] == ["new", "old", "seen"]
