"""The short way of tills answers what the whole way answers, and takes nobody else."""

import json
import re
from io import BytesIO, StringIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from gis_platform.api import api
from gis_platform.devices.models import Device
from gis_platform.residents.services import issue_means
from rules.benefits.hot import HotDecisions
from rules.benefits.models import Decision
from tests.people import a_device, a_place, a_resident, device_header
from tests.rules.benefits.programmes import a_budget, a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db
TRIPS = [{"id": "1", "category": "bus-ticket", "amount_cents": 85, "quantity": 1}]
ASKED = {"kind": "library", "token": "CARD-0001", "lines": TRIPS}
# What differs between two decisions about the same.
OWN = re.compile(rb'"(decision|code|reserved_until|left)": ("[^"]*"|[0-9])')


@pytest.fixture(autouse=True)
def with_the_connection_of_the_test(monkeypatch):
    """As Django's test client does: the end of a request would roll the test back."""
    monkeypatch.setattr("gis_platform.identity.short_way.close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def key():
    programme = a_programme()
    put_in_force(programme, definition(caps=[{"code": "trips", "period": "day", "unit": "units", "limit": 4}]))
    a_budget(programme)
    issue_means(a_resident(), kind="library", token="CARD-0001", actor="system:test")
    return device_header(a_device("validator", place=a_place()))["HTTP_AUTHORIZATION"]


CARD = "4111 1111 1111 1111"  # a test number that the card schemes publish


class Taken(Exception):
    """The whole way was taken."""


def refuse(environ, start_response):
    raise Taken


def ask(application, body, *, idempotency_key="k-1", **sent):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/decisions",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_X_REQUEST_ID": "the-same-for-both",
        "HTTP_IDEMPOTENCY_KEY": idempotency_key,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(data)),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(data),
        "wsgi.errors": StringIO(),
        **sent,
    }
    parts = application(environ, lambda status, headers: told.append((status, headers)))
    content = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    ((status, headers),) = told
    return status, {name.lower(): value for name, value in headers}, content


def both_ways(body, key, **sent):
    sent = {"HTTP_AUTHORIZATION": key, **sent}
    short = ask(HotDecisions(refuse, api), body, idempotency_key="short", **sent)
    whole = ask(WSGIHandler(), body, idempotency_key="whole", **sent)
    return short, whole


def without_its_own(content):
    return OWN.sub(rb'"\1": ""', content)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"mode": "reserve"},
        {"total_cents": 85, "currency": "EUR"},
        {"lines": [{"id": "ā", "category": "opera", "amount_cents": 5}]},
    ],
)
def test_the_same_decision(key, changed):
    short, whole = both_ways(ASKED | changed, key)
    assert short[0] == whole[0] == "200 OK"
    assert without_its_own(short[2]) == without_its_own(whole[2])
    del short[1]["content-length"], whole[1]["content-length"]
    assert short[1] == whole[1]
    assert Decision.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"token": "CARD-0002"}, "404 Not Found"),
        ({"total_cents": 99}, "4"),
        ({"currency": "SEK"}, "4"),
        ({"purchased_at": "2020-01-01T00:00:00Z"}, "4"),
        ({"lines": TRIPS * 2}, "4"),
    ],
)
def test_the_same_refusal(key, changed, status):
    short, whole = both_ways(ASKED | changed, key)
    assert short[0].startswith(status)
    assert short == whole
    assert not Decision.objects.exists()


def test_an_article_number_that_might_be_a_card_number_keeps_to_the_short_way(key):
    """4006381333825: its GTIN check digit is good (weights 3 and 1), and so is Luhn's."""
    line = {"id": "1", "category": "opera", "gtin": "4006381333825", "amount_cents": 5}
    short, whole = both_ways(ASKED | {"lines": [line]}, key)
    assert short[0] == whole[0] == "200 OK"


@pytest.mark.parametrize("changed", [{"token": CARD}, {"lines": [TRIPS[0] | {"id": CARD}]}, {"note": CARD}])
def test_a_card_number_goes_the_whole_way_and_is_refused_there(key, changed):
    sent = {"HTTP_AUTHORIZATION": key}
    with pytest.raises(Taken):
        ask(HotDecisions(refuse, api), ASKED | changed, **sent)
    status, _headers, content = ask(HotDecisions(WSGIHandler(), api), ASKED | changed, **sent)
    assert (status, json.loads(content)["code"]) == ("400 Bad Request", "card-number-refused")
    assert CARD.encode() not in content
    assert not Decision.objects.exists()


def test_the_same_refusal_of_a_key(key):
    short, whole = both_ways(ASKED, key[:-1] + ("A" if key[-1] != "A" else "B"))
    assert short[0] == "401 Unauthorized"
    assert short == whole


def test_the_same_refusal_of_a_role(key):
    Device.objects.update(role=Device.Role.GATEWAY)
    short, whole = both_ways(ASKED, key)
    assert short[0] == "403 Forbidden"
    assert short == whole


def test_a_key_of_one_way_is_known_to_the_other(key):
    sent = {"HTTP_AUTHORIZATION": key}
    first = ask(HotDecisions(refuse, api), ASKED, **sent)
    again = ask(WSGIHandler(), ASKED, **sent)
    other = ask(HotDecisions(refuse, api), ASKED | {"mode": "reserve"}, **sent)
    assert first[2] == again[2]
    assert other[0] == "409 Conflict"
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"HTTP_COOKIE": "sessionid=1"},
        {"HTTP_AUTHORIZATION": "Bearer 1"},
        {"HTTP_AUTHORIZATION": ""},
        {"HTTP_IDEMPOTENCY_KEY": ""},
        {"HTTP_SIGNATURE": "sig1=:AA==:"},
        {"REQUEST_METHOD": "GET"},
        {"PATH_INFO": "/api/v1/decisions/"},
        {"QUERY_STRING": "a=1"},
        {"CONTENT_LENGTH": ""},
        {"CONTENT_LENGTH": "6000000"},
        {"HTTP_HOST": "elsewhere.example"},
    ],
)
def test_what_is_doubtful_goes_the_whole_way(key, sent):
    with pytest.raises(Taken):
        ask(HotDecisions(refuse, api), ASKED, **{"HTTP_AUTHORIZATION": key, **sent})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        {"kind": "library"},
        ASKED | {"lines": []},
        ASKED | {"lines": [TRIPS[0] | {"quantity": -1}]},
    ],
)
def test_the_whole_way_says_what_is_wrong_with_a_body(key, body):
    sent = {"HTTP_AUTHORIZATION": key}
    short = ask(HotDecisions(WSGIHandler(), api), body, **sent)
    assert short == ask(WSGIHandler(), body, **sent)
    assert short[0][:3] in ("400", "422")
    assert not Decision.objects.exists()
