"""The short way of check-ins answers what the whole way answers, and takes nobody who is not plainly signed in."""

import json
import re
from io import BytesIO, StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from gis_platform.api import api
from gis_platform.identity.models import User
from gis_platform.residents import signed_in
from layers.places.models import Beacon
from layers.places.services import label_token
from rules.loyalty.hot import HotCheckIns
from rules.loyalty.models import CheckIn
from tests.people import a_place, a_resident

pytestmark = pytest.mark.django_db
CSRF = "c" * 32
OWN = re.compile(rb'"(id|at|benefit)": ("[^"]*"|[0-9]+|null)')  # what differs between two check-ins


class Taken(Exception):
    """The whole way was taken."""


def refuse(environ, start_response):
    raise Taken


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
def user():
    user = User.objects.create_user("anna", password="Long-enough-4")
    a_resident(user=user)
    return user


@pytest.fixture
def session(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


@pytest.fixture
def label():
    place = a_place()
    return label_token(Beacon.objects.create(place=place, technology="qr", geometry=place.geometry))


def ask(application, body, *, session, idempotency_key="k-1", **sent):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/check-ins",
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
        "HTTP_COOKIE": f"sessionid={session}; csrftoken={CSRF}",
        "HTTP_X_CSRFTOKEN": CSRF,
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
    named = {name.lower(): value for name, value in headers}
    named["vary"] = ", ".join(sorted(named["vary"].split(", ")))
    named.pop("content-length", None)
    return status, named, OWN.sub(rb'"\1": ""', content)


def both_ways(body, session, **sent):
    short = ask(HotCheckIns(refuse, api), body, session=session, idempotency_key="short", **sent)
    CheckIn.objects.all().delete()  # or the second would come too soon after the first
    return short, ask(WSGIHandler(), body, session=session, idempotency_key="whole", **sent)


def test_the_same_check_in(session, label):
    short, whole = both_ways({"label": label}, session)
    assert short[0] == "201 Created"
    assert short == whole


@pytest.mark.parametrize("changed", [{"label": "x"}, {"phone": "p" * 8, "label": "1.1.AAAA"}])
def test_the_same_refusal(session, label, changed):
    short, whole = both_ways({"label": label} | changed, session)
    assert short[0].startswith("4")
    assert short == whole


@pytest.mark.parametrize("sent", [{"HTTP_X_CSRFTOKEN": "d" * 32}, {"HTTP_ORIGIN": "https://elsewhere.example"}])
def test_the_same_refusal_of_another_site(session, label, sent):
    short, whole = both_ways({"label": label}, session, **sent)
    assert short[0] == "403 Forbidden"
    assert short == whole
    assert not CheckIn.objects.exists()


def test_the_same_key_gets_the_same_answer(session, label):
    first, again = (ask(HotCheckIns(refuse, api), {"label": label}, session=session) for _ in range(2))
    assert first[0] == again[0] == "201 Created"
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ({}, {}),
        (b"{", {}),
        ({"label": "4111 1111 1111 1111"}, {}),
        (None, {"HTTP_AUTHORIZATION": "Bearer x"}),
        (None, {"HTTP_COOKIE": ""}),
        (None, {"HTTP_COOKIE": "sessionid=nobody"}),
        (None, {"QUERY_STRING": "a=1"}),
        (None, {"HTTP_IDEMPOTENCY_KEY": ""}),
        (None, {"REQUEST_METHOD": "GET"}),
        (None, {"PATH_INFO": "/api/v1/me"}),
        (None, {"CONTENT_LENGTH": "999999999"}),
    ],
)
def test_what_is_doubtful_goes_the_whole_way(session, label, body, sent):
    with pytest.raises(Taken):
        ask(HotCheckIns(refuse, api), {"label": label} if body is None else body, session=session, **sent)


def test_another_cookie_goes_the_whole_way(session, label):
    with pytest.raises(Taken):
        ask(HotCheckIns(refuse, api), {"label": label}, session=session, HTTP_COOKIE=f"sessionid={session}; lang=lv")


def _sign_out(user):
    Session.objects.all().delete()


def _let_it_run_out(user):
    Session.objects.update(expire_date="2020-01-01T00:00Z")


def _shut_out(user):
    User.objects.update(is_active=False)


def _change_the_password(user):
    user.set_password("Another-one-5")
    user.save()


def _lose_the_resident(user):
    user.resident.delete()


@pytest.mark.parametrize("happens", [_sign_out, _let_it_run_out, _shut_out, _change_the_password, _lose_the_resident])
def test_who_is_out_is_out_at_once(user, session, label, happens):
    assert ask(HotCheckIns(refuse, api), {"label": label}, session=session)[0] == "201 Created"
    CheckIn.objects.all().delete()
    happens(user)
    with pytest.raises(Taken):
        ask(HotCheckIns(refuse, api), {"label": label}, session=session, idempotency_key="k-2")


def test_a_session_is_its_own_accounts_whatever_was_remembered(user, session):
    other = User.objects.create_user("berta", password="Long-enough-4")
    a_resident(user=other)
    signed_in._accounts[session] = other.pk
    found = signed_in.resident_signed_in(session)
    assert found is not None
    assert found.user == user
