"""A device's life: one-time code, key, heartbeat, revocation."""

from datetime import timedelta

import pytest

from gis_platform.core import clock
from gis_platform.devices import heartbeats, services
from gis_platform.devices.errors import RegistrationRefused
from gis_platform.devices.models import Device
from tests.people import a_device, a_user, device_header

pytestmark = pytest.mark.django_db


def register(client, code, **body):
    return client.post("/api/v1/devices/register", {"code": code, **body}, content_type="application/json")


def beat(client, header, **body):
    return client.post("/api/v1/devices/heartbeat", body, content_type="application/json", **header)


def test_a_code_gives_a_key_once(client):
    device = a_device("till")
    code = services.open_registration(device, actor="user:1")
    response = register(client, code.lower(), firmware="1.0")
    assert response.json()["device"] == device.code
    header = {"HTTP_AUTHORIZATION": f"Device {response.json()['key']}"}
    assert beat(client, header).json()["device"] == device.code
    again = register(client, code)
    assert (again.status_code, again.json()["code"]) == (403, "registration-refused")


def test_neither_code_nor_key_is_kept():
    device = a_device()
    code = services.open_registration(device, actor="user:1")
    key = services.register(code)[1].key
    kept = str(Device.objects.filter(pk=device.pk).values().get())
    assert code not in kept
    assert key.split("_", 2)[2] not in kept


def test_a_code_is_too_old_after_a_week():
    code = services.open_registration(a_device(), actor="user:1")
    with clock.frozen(clock.now() + timedelta(days=7, seconds=1)), pytest.raises(RegistrationRefused):
        services.register(code)


def test_a_new_code_ends_the_old_key_and_the_old_code(client):
    device = a_device()
    header = device_header(device)
    first = services.open_registration(device, actor="user:1")
    services.open_registration(device, actor="user:1")
    assert beat(client, header).status_code == 401
    assert register(client, first).status_code == 403


def test_a_revoked_device_is_refused(client):
    device = a_device()
    header = device_header(device)
    assert services.revoke(device, actor="user:1", reason="stolen")
    response = beat(client, header)
    assert (response.status_code, response.json()["code"]) == (401, "credentials-refused")
    assert not services.revoke(device, actor="user:1")


def test_a_heartbeat_keeps_the_time_and_the_firmware(client):
    device = a_device()
    header = device_header(device)
    with clock.frozen(clock.now() + timedelta(minutes=5)) as at:
        beat(client, header, firmware="1.1")
    device.refresh_from_db()
    assert (device.last_seen_at, device.firmware) == (at, "1.1")
    beat(client, header)
    device.refresh_from_db()
    assert device.firmware == "1.1"


def test_a_busy_device_is_written_once_a_minute(django_assert_num_queries):
    device = a_device()
    at = clock.now()
    with clock.frozen(at):
        heartbeats.seen(device)
    with clock.frozen(at + timedelta(seconds=59)):
        heartbeats.seen(device)
    device.refresh_from_db()
    assert device.last_seen_at == at
    with clock.frozen(at + timedelta(seconds=61)):
        heartbeats.seen(device)
    device.refresh_from_db()
    assert device.last_seen_at == at + timedelta(seconds=61)


def test_owner_colleague_and_stranger_of_the_heartbeat(client):
    owner, colleague = device_header(a_device("till")), device_header(a_device("gateway"))
    assert [beat(client, header).status_code for header in (owner, colleague)] == [200, 200]
    assert beat(client, {}).status_code == 401
    client.force_login(a_user("administrator"))
    assert beat(client, {}).status_code == 401  # a person is no device


@pytest.mark.parametrize("header", ["Device", "Device x", "Device device_00000000_x", "Bearer device_00000000_x"])
def test_a_wrong_key_is_a_problem_with_a_challenge(client, header):
    response = beat(client, {"HTTP_AUTHORIZATION": header})
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"]
