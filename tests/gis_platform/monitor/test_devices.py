"""A device that falls silent is an alarm, once, which ends when it comes back."""

from datetime import timedelta

import pytest

from gis_platform.core import clock
from gis_platform.core.outbox import PERIODIC
from gis_platform.devices import heartbeats, services
from gis_platform.monitor.models import Alarm
from gis_platform.monitor.queries import firing_alarms
from gis_platform.monitor.services import Watch, check_devices, check_silence
from tests.people import a_device

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway():
    return a_device("gateway", last_seen_at=clock.now() - timedelta(hours=1))


def test_it_fires_once_and_recovers_when_the_device_is_heard(gateway):
    now = clock.now()
    assert check_devices(now) == Watch(raised=1, recovered=0)
    assert check_devices(now + timedelta(minutes=1)) == Watch(raised=0, recovered=0)
    assert Alarm.objects.get().since == gateway.last_seen_at
    heartbeats.seen(gateway)
    assert check_devices(now + timedelta(minutes=2)) == Watch(raised=0, recovered=1)
    assert check_devices(now + timedelta(hours=1)) == Watch(raised=1, recovered=0)  # ten minutes are enough for it


def test_one_that_is_revoked_or_was_never_heard_alarms_nobody(gateway):
    a_device("gateway")
    check_devices(clock.now())
    services.revoke(gateway, actor="user:1")
    assert check_devices(clock.now()) == Watch(raised=0, recovered=1)


def test_the_watch_over_sensors_leaves_the_alarms_of_devices_alone(gateway):
    check_devices(clock.now())
    assert check_silence(clock.now()) == Watch(raised=0, recovered=0)
    assert firing_alarms() == []  # the public page tells of sensors
    assert [alarm.feature_id for alarm in firing_alarms(Alarm.Kind.DEVICE)] == [gateway.pk]


def test_the_watch_goes_round_each_minute():
    assert PERIODIC["periodic:monitor-check-devices"] == timedelta(minutes=1)
