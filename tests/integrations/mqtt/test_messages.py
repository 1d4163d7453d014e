"""What messages on sensors' topics mean, and that none of them can stop the listener."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_platform.integrations.mqtt.messages import body_of, entries_of
from layers.sensors.readings import Cause, Misread, Reading

TOPIC = "city/jelgava/readings/JEL-WX-01"
AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
TEMPERATURE = Reading("JEL-WX-01/air_temperature", AT, 20.5)
HUMIDITY = Reading("JEL-WX-01/relative_humidity", AT, 61.0)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["time", "n", "bn", "bt", "t", "v", "vs", "air_temperature", "\0"]), inner)
    ),
    max_leaves=12,
)


def test_an_object_brings_several_properties_of_one_instant():
    body = b'{"time": "2026-06-15T15:00:00+03:00", "air_temperature": 20.5, "relative_humidity": 61}'
    assert entries_of(TOPIC, body) == [TEMPERATURE, HUMIDITY]


def test_an_array_brings_several_instants():
    body = b'[{"time": "2026-06-15T12:00:00Z", "air_temperature": 20.5}, {"time": 1781524800, "relative_humidity": 61}]'
    assert entries_of(TOPIC, body) == [TEMPERATURE, HUMIDITY]


def test_senml_brings_readings_by_the_sensors_own_names():
    first = b'{"bn": "JEL-WX-01/", "bt": 1781524800, "n": "air_temperature", "v": 20.5}'
    second = b'{"n": "relative_humidity", "v": 61}'
    assert entries_of(TOPIC, b"[" + first + b"," + second + b"]") == [TEMPERATURE, HUMIDITY]
    assert entries_of(TOPIC, b'[{"n": "air_temperature", "t": 1781524800, "v": 20.5}]') == [TEMPERATURE]


def test_a_topic_brings_no_readings_of_another_sensor():
    entries = entries_of(TOPIC, b'[{"bn": "JEL-WX-02/", "bt": 1781524800, "n": "air_temperature", "v": 20.5}]')
    assert [(type(entry), entry.cause) for entry in entries] == [(Misread, Cause.UNKNOWN_STREAM)]


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"{", Cause.MALFORMED),
        (b"\xff\xfe\xfd", Cause.MALFORMED),
        (b'"text"', Cause.MALFORMED),
        (b"{}", Cause.MALFORMED),
        (b'{"time": "2026-06-15T12:00:00Z"}', Cause.MALFORMED),
        (b'{"air_temperature": 20.5}', Cause.MALFORMED),  # no time
        (b'{"time": "2026-06-15T12:00:00", "air_temperature": 20.5}', Cause.MALFORMED),  # no zone
        (b'{"time": "2026-06-15T12:00:00Z", "air_temperature": "20.5"}', Cause.NOT_A_NUMBER),
        (b'{"time": "2026-06-15T12:00:00Z", "air_temperature": NaN}', Cause.NOT_A_NUMBER),
        (b'{"time": "2026-06-15T12:00:00Z", "air_temperature": true}', Cause.NOT_A_NUMBER),
        (b'{"time": "2026-06-15T12:00:00Z", "air_temperature": 1' + b"0" * 400 + b"}", Cause.NOT_A_NUMBER),
        (b'[{"bn": "JEL-WX-01/", "n": "air_temperature", "v": 20.5}]', Cause.MALFORMED),  # "now"
        (b"[" * 100_000, Cause.MALFORMED),
        (b'{"time": "' + b"x" * 300_000 + b'"}', Cause.MALFORMED),
    ],
)
def test_what_cannot_be_read_has_its_cause(body, cause):
    entries = entries_of(TOPIC, body)
    assert [(type(entry), entry.cause) for entry in entries] == [(Misread, cause)]
    assert len(entries[0].payload) <= 2000


def test_more_than_a_thousand_readings_are_refused_as_one():
    many = [{"time": 1781524800 + n, "air_temperature": 1} for n in range(1001)]
    assert [entry.cause for entry in entries_of(TOPIC, json.dumps(many).encode())] == [Cause.MALFORMED]
    assert len(entries_of(TOPIC, json.dumps(many[:1000]).encode())) == 1000


def test_an_empty_message_is_nothing():
    assert entries_of(TOPIC, b"") == []


def test_what_we_write_we_read():
    assert entries_of(TOPIC, body_of([TEMPERATURE, HUMIDITY])) == [TEMPERATURE, HUMIDITY]


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_message_raises(body):
    assert all(isinstance(entry, Reading | Misread) for entry in entries_of(TOPIC, body))
