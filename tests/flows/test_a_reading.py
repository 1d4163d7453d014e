"""Journey 3. A reading over HTTP: validated, stored, acknowledged; then the newest of its stream for everybody."""

import re
from datetime import timedelta

import pytest

from gis_platform.core import clock
from layers.sensors.models import Observation, RejectedReading
from tests.flows.steps import post, register
from tests.people import a_device
from tests.stations import a_stream

pytestmark = pytest.mark.django_db

KEY = "JEL-WX-01/air_temperature"


def reading(value, *, minutes_ago=0, stream=KEY):
    return {"stream": stream, "time": (clock.now() - timedelta(minutes=minutes_ago)).isoformat(), "value": value}


def test_a_reading_from_the_gateway_to_the_map(phone, machine):
    stream = a_stream(KEY)
    device = a_device("gateway")
    key = register(machine, device)

    sent = [
        reading(3.5, minutes_ago=10),
        reading(4.5),
        reading(900.0, minutes_ago=5),  # no air is that hot
        reading(1.0, stream="nobody/knows"),
        {"stream": KEY, "time": "yesterday", "value": 4.0},
        "noise",
    ]
    answer = post(machine, "/api/v1/readings", sent, Authorization=key)
    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 2,
        "duplicate": 0,
        "late": 0,
        "rejected": {"out-of-range": 1, "unknown-stream": 1, "malformed": 2},
    }
    assert Observation.objects.filter(stream=stream).count() == 2
    kept = RejectedReading.objects.values_list("cause", "sender")
    assert sorted(kept) == [
        ("malformed", device.actor),
        ("malformed", device.actor),
        ("out-of-range", device.actor),
        ("unknown-stream", device.actor),
    ]

    again = post(machine, "/api/v1/readings", sent[:2], Authorization=key).json()
    assert (again["accepted"], again["duplicate"]) == (0, 2)

    newest = phone.get("/api/v1/sensors/latest")
    assert newest.status_code == 200
    assert "4.5" in newest.content.decode()

    monitor = phone.get("/monitor/", headers={"accept-language": "en"}).content.decode()
    row = monitor.split(f'data-stream="{KEY}"')[1].split("</tr>")[0]
    assert re.search(r"data-value>4\.5<(?s:.*)data-state>Live<", row)


def test_who_may_not_send_readings(phone, machine):
    a_stream(KEY)
    assert post(phone, "/api/v1/readings", [reading(1.0)]).status_code == 401
    till = register(machine, a_device("till"))
    refused = post(machine, "/api/v1/readings", [reading(1.0)], Authorization=till)
    assert (refused.status_code, refused.json()["code"]) == (403, "device-role-missing")
    assert not Observation.objects.exists()


def test_a_message_that_is_no_list_is_refused_as_a_whole(machine):
    key = register(machine, a_device("gateway"))
    refused = post(machine, "/api/v1/readings", {"value": 1}, Authorization=key)
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
