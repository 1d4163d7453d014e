"""Changing a key with an overlap, and what a heartbeat tells."""

from datetime import timedelta

import pytest
from django.test import Client

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.devices import services
from gis_platform.devices.models import Device
from tests.people import a_device, a_user, device_header

pytestmark = pytest.mark.django_db
KEY, BEAT = "/api/v1/devices/key", "/api/v1/devices/heartbeat"


def call(path, key, **body):
    client = Client(headers={"Accept-Language": "en"})
    return client.post(path, body, content_type="application/json", HTTP_AUTHORIZATION=f"Device {key}")


@pytest.fixture
def first():
    return services.register(services.open_registration(a_device(), actor="user:1"))[1].key


def test_the_former_key_is_good_for_a_day_more(first):
    second = call(KEY, first).json()["key"]
    assert [call(BEAT, key).status_code for key in (first, second)] == [200, 200]
    with clock.frozen(clock.now() + timedelta(hours=24, seconds=1)):
        assert [call(BEAT, key).status_code for key in (first, second)] == [401, 200]


def test_a_device_that_lost_the_answer_asks_again_and_the_key_it_does_not_know_ends(first):
    lost, third = (call(KEY, first).json() for _ in range(2))
    assert [call(BEAT, key).status_code for key in (first, lost["key"], third["key"])] == [200, 401, 200]
    assert third["former_key_until"] == lost["former_key_until"]  # asking again wins no time


def test_the_operations_centre_asks_for_another_key(first):
    device = Device.objects.get()
    assert call(BEAT, first).json()["change_key"] is False
    services.want_new_key(device, actor="user:1")
    assert call(BEAT, first).json()["change_key"] is True
    second = call(KEY, first).json()["key"]
    assert call(BEAT, second).json()["change_key"] is False


def test_revoking_ends_both_keys(first):
    second = call(KEY, first).json()["key"]
    services.revoke(Device.objects.get(), actor="user:1")
    assert [call(BEAT, key).status_code for key in (first, second)] == [401, 401]


def test_a_heartbeat_tells_battery_and_position_and_what_it_leaves_out_stays(first):
    call(BEAT, first, battery_percent=80, position={"longitude": 23.72, "latitude": 56.65})
    call(BEAT, first, firmware="2.0")
    device = Device.objects.get()
    assert (device.battery_percent, device.firmware, device.position.coords) == (80, "2.0", (23.72, 56.65))


@pytest.mark.parametrize("wrong", [{"battery_percent": 101}, {"position": {"longitude": 200, "latitude": 0}}])
def test_what_cannot_be_is_refused(first, wrong):
    assert call(BEAT, first, **wrong).status_code == 400


def test_what_is_no_public_key_is_refused_and_the_code_stays_good():
    code = services.open_registration(a_device(), actor="user:1")
    for wrong in ("zz", "00" * 31):
        with pytest.raises(InvalidInput):
            services.register(code, public_key=wrong)
    assert services.register(code)


def test_owner_colleague_and_stranger(client, first):
    assert call(KEY, first).status_code == 200
    other = device_header(a_device("gateway"))
    assert client.post(KEY, **other).status_code == 200  # its own key, not the owner's
    client.force_login(a_user("administrator"))
    assert client.post(KEY).status_code == 401
    assert call(BEAT, first).status_code == 200
