"""The state of each device, the hours in which it was heard, and what is found in the fleet."""

from datetime import UTC, datetime, timedelta

import pytest

from gis_platform.core import clock
from gis_platform.devices import heartbeats, services
from gis_platform.devices.heartbeats import Beat
from gis_platform.devices.models import Device, HourAlive
from gis_platform.devices.queries import State, counts, fleet, found
from tests.people import a_device, a_place

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


def state_of(device):
    return fleet(NOW).get(pk=device.pk).state


@pytest.mark.parametrize(
    ("role", "minutes", "silence", "state"),
    [
        ("gateway", None, timedelta(minutes=10), State.OK),
        ("gateway", None, timedelta(minutes=10, seconds=1), State.SILENT),
        ("gateway", 60, timedelta(minutes=59), State.OK),
        ("till", 60, timedelta(minutes=61), State.SILENT),
        ("till", None, timedelta(hours=40), State.OK),
        ("library", None, timedelta(hours=73), State.SILENT),  # a role without a measure of its own: 72 h
    ],
)
def test_the_database_and_the_model_agree_who_is_silent(role, minutes, silence, state):
    device = a_device(role, silent_after_minutes=minutes, last_seen_at=NOW - silence)
    assert state_of(device) == state
    assert device.is_silent(NOW) == (state is State.SILENT)


def test_one_that_was_never_heard_or_is_revoked_is_not_silent():
    assert state_of(a_device()) == State.NEVER
    lost = a_device(last_seen_at=NOW - timedelta(days=400))
    services.revoke(lost, actor="user:1")
    assert state_of(lost) == State.REVOKED
    assert counts(fleet(NOW)) == {State.OK: 0, State.SILENT: 0, State.NEVER: 1, State.REVOKED: 1}


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({}, ["desk-1", "till-1"]),
        ({"words": "LIBRARY"}, ["desk-1"]),
        ({"words": "4.2"}, ["till-1"]),
        ({"words": "%"}, []),
        ({"role": "till"}, ["till-1"]),
        ({"state": "ok"}, ["till-1"]),
        ({"role": "no-such", "state": "no-such"}, ["desk-1", "till-1"]),
    ],
)
def test_it_is_found_by_code_place_firmware_role_and_state(asked, codes):
    a_device("library", code="desk-1", place=a_place())
    a_device("till", code="till-1", firmware="till 4.2", last_seen_at=NOW)
    assert list(found(fleet(NOW), **asked).values_list("code", flat=True)) == codes


def test_each_minute_in_which_it_was_heard_counts_once():
    device = a_device()
    for after_s in (0, 20, 59, 61, 100, 3600):  # the minutes of 0 and 61 s, and one of the next hour
        with clock.frozen(NOW + timedelta(seconds=after_s)):
            heartbeats.seen(Device.objects.get(pk=device.pk))
    hours = list(HourAlive.objects.order_by("hour").values_list("hour", "minutes"))
    hour = NOW.replace(minute=0)
    assert hours == [(hour, 2), (hour + timedelta(hours=1), 1)]


def test_the_last_battery_of_an_hour_is_kept():
    device = a_device()
    for battery in (71, None, 70, None):
        with clock.frozen(NOW):
            heartbeats.beat(device, Beat(battery_percent=battery))
    assert HourAlive.objects.get().battery_percent == 70


def test_hours_are_forgotten_after_a_month():
    device = a_device()
    for days in (30, 32):
        HourAlive.objects.create(device=device, hour=clock.now() - timedelta(days=days))
    assert heartbeats.prune() == 1


def test_a_new_device_has_a_one_time_code():
    device, code = services.add(Device(code="new-1", role="till"), actor="user:1")
    assert services.register(code)[0] == device
