"""The short way of programs answers what the whole way answers, and takes nobody who is somebody."""

import io
import re
from secrets import token_hex

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings

from gis_platform.core.metrics import REQUESTS
from ogc_api.hot import HotPaths

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/tourism/items"
TILE = "/ogc/collections/tourism/tiles/WebMercatorQuad/12/1251/2317"
STAMP = re.compile(rb'"timeStamp":"[^"]*"')


@pytest.fixture(autouse=True)
def with_the_connection_of_the_test(monkeypatch):
    """As Django's test client does: the end of a request would roll the test back."""
    monkeypatch.setattr("gis_platform.identity.short_way.close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Taken(Exception):
    """The whole way was taken."""


def refuse(environ, start_response):
    raise Taken


def ask(application, path, query="", method="GET", **sent):
    told = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "HTTP_X_REQUEST_ID": "the-same-for-both",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        **sent,
    }
    parts = application(environ, lambda status, headers: told.append((status, headers)))
    try:
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    [(status, headers)] = told
    assert len(headers) == len({name.lower() for name, _ in headers}), "a header is sent twice"
    return status, {name.lower(): value for name, value in headers}, STAMP.sub(b"", body)


def without_order(headers):
    return headers | {"vary": {name.strip().lower() for name in headers.get("vary", "").split(",")}}


CASES = [
    (ITEMS, "", {}),
    (ITEMS, "f=json&limit=1", {}),
    (ITEMS, "limit=1&offset=1&bbox=23,56,24,57", {}),
    (ITEMS, "bbox=23%2C56%2C24%2C57&category=castle", {}),
    (ITEMS, "limit=1&limit=2&&q=pils", {}),
    (ITEMS, "filter=category%3D%27castle%27&filter-lang=cql2-text", {}),
    (ITEMS, "q=Pils+pils", {}),
    (ITEMS, "crs=http://www.opengis.net/def/crs/EPSG/0/3059", {}),
    (ITEMS, "resultType=hits", {}),
    (ITEMS, "f=jsonfg", {}),
    (ITEMS, "f=csv", {}),
    (ITEMS, "f=fgb", {}),
    (ITEMS, "f=gpkg", {}),
    (ITEMS, "", {"HTTP_ACCEPT": "application/vnd.ogc.fg+json"}),
    (ITEMS, "", {"HTTP_ACCEPT": "image/png"}),
    (ITEMS, "", {"HTTP_ACCEPT_LANGUAGE": "lt"}),
    (ITEMS, "limit=many", {"HTTP_ACCEPT_LANGUAGE": "lv"}),
    (ITEMS, "nonsense=1", {"HTTP_ACCEPT_LANGUAGE": "lt,en;q=0.5"}),
    (ITEMS, "f=nonsense", {}),
    (ITEMS, "bbox=1,2,3", {}),
    (ITEMS, "q=%00", {}),
    (ITEMS, "q=%ff", {}),
    ("/ogc/collections/nothing/items", "", {}),
    (f"{ITEMS}/none", "", {}),
    (f"{ITEMS}/99999999", "", {"HTTP_ACCEPT_LANGUAGE": "lv"}),
    (TILE, "", {}),
    (TILE, "", {"HTTP_ACCEPT_ENCODING": "gzip"}),
    (TILE, "", {"HTTP_IF_NONE_MATCH": "*"}),
    ("/ogc/tiles/WebMercatorQuad/12/1251/2317", "collections=tourism", {}),
    ("/ogc/tiles/Nonsense/12/1251/2317", "", {}),
    (f"{TILE}9999", "", {}),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("path", "query", "sent"), CASES)
def test_both_ways_give_one_answer(castle, church, path, query, sent, method):
    whole = ask(WSGIHandler(), path, query, method, **sent)
    short = ask(HotPaths(refuse), path, query, method, **sent)
    assert short[0] == whole[0]
    assert without_order(short[1]) == without_order(whole[1])
    assert len(short[2]) == len(whole[2]) if query == "f=gpkg" else short[2] == whole[2]


def test_a_feature_and_its_etag(castle):
    path = f"{ITEMS}/{castle.id}"
    assert ask(HotPaths(refuse), path)[2] == ask(WSGIHandler(), path)[2]
    status, headers, body = ask(HotPaths(refuse), path, HTTP_IF_NONE_MATCH='"1"')
    assert (status, headers["etag"], body) == ("304 Not Modified", '"1"', b"")


@pytest.mark.parametrize(
    ("path", "query", "method", "sent"),
    [
        (ITEMS, "", "POST", {}),
        (ITEMS, "", "OPTIONS", {}),
        (ITEMS, "", "GET", {"HTTP_COOKIE": "sessionid=x"}),
        (ITEMS, "", "GET", {"HTTP_AUTHORIZATION": "Bearer x"}),
        (ITEMS, "", "GET", {"HTTP_ACCEPT": "text/html"}),
        (ITEMS, "f=html", "GET", {}),
        (ITEMS, "f=%68tml", "GET", {}),
        (ITEMS, "&".join(f"x{number}=1" for number in range(1001)), "GET", {}),
        (ITEMS, "", "GET", {"HTTP_HOST": "elsewhere.example"}),
        (ITEMS, "", "GET", {"SCRIPT_NAME": "/under"}),
        ("/ogc/collections", "", "GET", {}),
        ("/ogc/collections/tourism/items/1/more", "", "GET", {}),
        ("/", "", "GET", {}),
    ],
)
def test_everybody_else_goes_the_whole_way(path, query, method, sent):
    with pytest.raises(Taken):
        ask(HotPaths(refuse), path, query, method, **sent)


def test_a_request_in_the_clear_is_sent_to_https_by_the_whole_way():
    with override_settings(SECURE_SSL_REDIRECT=True):
        short = HotPaths(refuse)
        with pytest.raises(Taken):
            ask(short, ITEMS)
        assert ask(short, ITEMS, **{"wsgi.url_scheme": "https"})[0] == "200 OK"


def test_headers_follow_the_settings_of_the_whole_way(castle):
    with override_settings(SECURE_HSTS_SECONDS=60, X_FRAME_OPTIONS="DENY", SECURE_CSP={"default-src": ["'none'"]}):
        headers = ask(HotPaths(refuse), ITEMS, **{"wsgi.url_scheme": "https"})[1]
    assert headers["strict-transport-security"] == "max-age=60"
    assert (headers["x-frame-options"], headers["content-security-policy"]) == ("DENY", "default-src 'none'")


def test_callers_are_limited_and_told_so(castle):
    with override_settings(RATE_LIMITS={"reads": 1}):
        short = HotPaths(refuse)
        somebody = f"2001:db8:{token_hex(2)}:{token_hex(2)}::1"
        first, second = (ask(short, ITEMS, REMOTE_ADDR=somebody) for _ in range(2))
    assert first[0] == "200 OK"
    assert first[1]["ratelimit-policy"] == '"reads";q=1;w=60'
    assert second[0] == "429 Too Many Requests"
    assert second[1]["content-type"] == "application/problem+json"


def test_requests_are_counted_by_route_and_status(castle):
    def counted():
        return REQUESTS.labels("GET", "ogc-items", "200")._value.get()

    before = counted()
    ask(HotPaths(refuse), ITEMS)
    assert counted() == before + 1


def test_a_mistake_of_ours_is_told_to_nobody(castle, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("ogc_api.features.queries.page", fail)
    status, headers, body = ask(HotPaths(refuse), ITEMS)
    assert status == "500 Internal Server Error"
    assert headers["x-content-type-options"] == "nosniff"
    assert b"secret" not in body
