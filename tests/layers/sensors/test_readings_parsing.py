"""Messages over HTTP: JSON and SenML."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_platform.core.errors import InvalidInput, TooLarge
from layers.sensors.parsing import SENML, parse
from layers.sensors.readings import Cause, Misread, Reading

AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
GOOD = {"stream": "A/b", "time": "2026-06-15T12:00:00Z", "value": 1.5}


def test_an_array_of_readings():
    assert parse(json.dumps([GOOD, GOOD | {"time": 1781524800, "value": 2}]).encode()) == [
        Reading("A/b", AT, 1.5),
        Reading("A/b", AT, 2.0),
    ]


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[", b"\xff", b'{"stream": "A/b"}'])
def test_what_is_no_array_is_refused_as_a_whole(body):
    with pytest.raises(InvalidInput):
        parse(body)


def test_a_thousand_are_taken_and_one_more_is_too_many():
    assert len(parse(json.dumps([GOOD] * 1000).encode())) == 1000
    with pytest.raises(TooLarge):
        parse(json.dumps([GOOD] * 1001).encode())


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"stream": None}, Cause.MALFORMED),
        ({"stream": ""}, Cause.MALFORMED),
        ({"stream": "x" * 121}, Cause.MALFORMED),
        ({"stream": "a\0b"}, Cause.MALFORMED),
        ({"stream": "\ud800"}, Cause.MALFORMED),
        ({"time": None}, Cause.MALFORMED),
        ({"time": True}, Cause.MALFORMED),
        ({"time": "15.06.2026"}, Cause.MALFORMED),
        ({"time": "2026-06-15T12:00:00"}, Cause.MALFORMED),
        ({"time": 1e300}, Cause.MALFORMED),
        ({"value": None}, Cause.NOT_A_NUMBER),
        ({"value": "1.5"}, Cause.NOT_A_NUMBER),
        ({"value": False}, Cause.NOT_A_NUMBER),
        ({"value": float("inf")}, Cause.NOT_A_NUMBER),
        ({"value": 10**400}, Cause.NOT_A_NUMBER),
    ],
)
def test_one_bad_entry_leaves_the_others_alone(change, cause):
    entries = parse(json.dumps([GOOD, GOOD | change, "text", GOOD]).encode())
    assert [getattr(entry, "cause", None) for entry in entries] == [None, cause, Cause.MALFORMED, None]


def test_the_example_of_the_senml_standard():
    """RFC 8428, 5.1.2, with base values; the time of its base is 2010-06-08T18:01:16.001Z."""
    body = b"""[
        {"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},
        {"n":"current","t":-5,"v":1.2},
        {"n":"current","v":1.7}
    ]"""
    entries = parse(body, media_type=f"{SENML}; charset=utf-8")
    base = datetime(2010, 6, 8, 18, 1, 16, 1000, tzinfo=UTC)
    assert [(entry.stream, entry.value) for entry in entries] == [
        ("urn:dev:ow:10e2073a0108006:voltage", 120.1),
        ("urn:dev:ow:10e2073a0108006:current", 1.2),
        ("urn:dev:ow:10e2073a0108006:current", 1.7),
    ]
    assert [round((entry.time - base).total_seconds(), 3) for entry in entries] == [0, -5, 0]


@pytest.mark.parametrize(
    ("record", "cause"),
    [
        ({"n": "b", "v": 1}, Cause.MALFORMED),  # "now"
        ({"n": "b", "t": 268435455, "v": 1}, Cause.MALFORMED),  # relative: below 2**28
        ({"n": "b", "t": 1781524800, "vs": "open"}, Cause.NOT_A_NUMBER),
        ({"n": "b", "t": 1781524800, "vb": True}, Cause.NOT_A_NUMBER),
        ({"n": "b", "t": 1781524800, "v": 1, "must_": 1}, Cause.MALFORMED),
        ("text", Cause.MALFORMED),
    ],
)
def test_senml_that_no_stream_can_keep(record, cause):
    entries = parse(json.dumps([record]).encode(), media_type=SENML)
    assert [(type(entry), entry.cause) for entry in entries] == [(Misread, cause)]


@given(st.binary(max_size=100), st.sampled_from([SENML, "application/json"]))
def test_no_body_does_anything_but_give_entries_or_be_refused(body, media_type):
    try:
        entries = parse(body, media_type=media_type)
    except InvalidInput:
        return
    assert all(isinstance(entry, Reading | Misread) for entry in entries)
