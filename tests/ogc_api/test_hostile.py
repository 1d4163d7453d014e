"""A hostile corpus against the whole window: refused with a problem, quickly, and nothing is touched."""

import json
import time
from urllib.parse import quote

import pytest
from django.db import connection

from layers.base.models import LayerRevision

pytestmark = pytest.mark.django_db
LAYER = "/ogc/collections/tourism"
SLOW_S = 5

SQL = "'; DROP TABLE tourism_tourismobject; --"
EVIL = [
    SQL,
    "1 OR 1=1",
    "1); SELECT pg_sleep(10); --",
    "' UNION SELECT usename, passwd FROM pg_shadow --",
    "%s%s%s%(x)s{0}{x}",
    "\x00",
    "%00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "NaN",
    "-Infinity",
    "1e400",
    "9" * 400,
    "-1",
    "../../../etc/passwd",
    "{{7*7}}${7*7}<script>alert(1)</script>",
    "A" * 5000,
    "𝒳" * 100,
    "\r\nSet-Cookie: x=1",
]
PARAMETERS = ["limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "q", "filter", "filter-lang", "filter-crs"]
PARAMETERS += ["sortby", "properties", "f", "lang", "category", "name", "status", "since", "unknown", "valid_from"]
PLACES = ["/items", "/items/1", "/queryables", "/schema", "/changes", "/tiles", "/tiles/WebMercatorQuad", ""]
FILTERS = [
    "pg_sleep(10) = 1",
    "pg_read_file('/etc/passwd') = 'x'",
    "category = 'x'; DROP TABLE tourism_tourismobject",
    "(" * 3000 + "category = 'x'" + ")" * 3000,
    " OR ".join(["category = 'x'"] * 3000),
    "NOT " * 3000 + "category = 'x'",
    "S_INTERSECTS(geometry, POLYGON((" + ",".join(f"{23 + i / 1e6} 56" for i in range(20_000)) + ",23 56)))",
    "S_INTERSECTS(geometry, POINT(NaN NaN))",
    "S_INTERSECTS(geometry, POINT(1e400 0))",
    "status = 'draft'",
    "category LIKE '" + "%a" * 100 + "'",
    "category = 5",
    "1/0 = 1",
    "category = 'x' AND",
    "",
    "\x00",
]


@pytest.fixture(autouse=True)
def untouched(castle, client):
    """What there was before is there afterwards, no more and no less."""
    client.get(f"{LAYER}/items")  # the first request of a process reads its modules, which is no slow query

    def state():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), sum(version), (SELECT count(*) FROM base_change) FROM tourism_tourismobject"
            )
            return cursor.fetchone(), list(LayerRevision.objects.order_by("layer").values_list("layer", "revision"))

    before = state()
    yield
    assert state() == before


def is_refused_or_harmless(response):
    if response.status_code >= 500:
        return False
    if response.status_code >= 400:
        return response.headers["Content-Type"] == "application/problem+json"
    return True


def asked(client, method, url, **values):
    started = time.monotonic()
    response = client.generic(method, url, **values)
    if response.streaming:
        b"".join(response.streaming_content)
    assert is_refused_or_harmless(response), (response.status_code, getattr(response, "content", b"")[:300])
    assert time.monotonic() - started < SLOW_S
    return response


@pytest.mark.parametrize("place", PLACES)
def test_in_parameters(client, place):
    for name in PARAMETERS:
        for value in EVIL:
            asked(client, "GET", f"{LAYER}{place}?{quote(name)}={quote(value)}")


@pytest.mark.parametrize("value", EVIL, ids=range(len(EVIL)))
def test_in_paths(client, value):
    text = quote(value, safe="")
    for url in (
        f"{LAYER}/items/{text}",
        f"/ogc/collections/{text}",
        f"/ogc/collections/{text}/items",
        f"/ogc/collections/{text}/changes",
        f"{LAYER}/tiles/{text}/1/1/1",
        f"{LAYER}/tiles/WebMercatorQuad/{text}/1/1",
        f"{LAYER}/tiles/WebMercatorQuad/1/{text}/{text}",
        f"/ogc/{text}",
    ):
        asked(client, "GET", url)


def test_with_bytes_that_are_no_utf_8(client):
    for url in (
        f"{LAYER}/items?q=%ff%fe",
        f"{LAYER}/items/%ff",
        f"{LAYER}/items?%ff=1",
        f"{LAYER}/items?category=%c3%28",
    ):
        asked(client, "GET", url)


@pytest.mark.parametrize("text", FILTERS, ids=range(len(FILTERS)))
def test_in_filters(client, text):
    for lang in ("cql2-text", "cql2-json"):
        asked(client, "GET", f"{LAYER}/items?filter-lang={lang}&filter={quote(text)}")


@pytest.mark.parametrize(
    "name", ["filter=status%20%3D%20%27draft%27", "sortby=status", "properties=status", "status=draft"]
)
def test_a_private_property_is_as_if_it_were_not_there(client, name):
    response = asked(client, "GET", f"{LAYER}/items?{name}")
    assert response.status_code == 400


HEADERS = ["Accept", "Accept-Language", "If-None-Match", "If-Match", "Content-Crs", "Prefer", "Authorization"]
HEADERS += [
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Request-Id",
    "Range",
    "Cookie",
    "X-HTTP-Method-Override",
    "Origin",
]


@pytest.mark.parametrize("name", HEADERS)
def test_in_headers(client, name):
    for value in EVIL:
        if value.isprintable() and max(map(ord, value)) < 256:  # what a server hands on of a header
            for place in ("/items", "/items/1", "/changes"):
                asked(client, "GET", LAYER + place, headers={name: value})


BODIES = [
    b"",
    b"\xff\xfe",
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b'{"type":"Feature","properties":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":[NaN,NaN]},"properties":{}}',
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,1]},"properties":{}}',
    b'{"type":"Feature","geometry":null,"properties":{"name_lv":"\\ud800"}}',
    b'{"type":"Feature","properties":{"category":"' + SQL.encode() + b'"}}',
    json.dumps({"type": "Feature", "properties": {SQL: SQL, "id": 1, "version": 9, "%s": "%(x)s"}}).encode(),
    json.dumps({"type": "Feature", "properties": {f"p{i}": i for i in range(50_000)}}).encode(),
    b" " * 6_000_000,
    b"0" * 100_000,
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_in_bodies(client, tourism_editor, castle, body):
    client.force_login(tourism_editor)
    for method, place in (("POST", "/items"), ("PUT", f"/items/{castle.id}"), ("PATCH", f"/items/{castle.id}")):
        for media_type in ("application/geo+json", "application/merge-patch+json", "text/xml", "a/b; charset=\x7f"):
            response = asked(
                client, method, LAYER + place, data=body, content_type=media_type, headers={"If-Match": "*"}
            )
            assert 400 <= response.status_code < 500


def test_with_methods_that_are_none(client):
    for method in ("TRACE", "CONNECT", "PROPFIND", "get", "X" * 500):
        for place in ("", "/items", "/items/1", "/changes", "/queryables", "/schema", "/tiles"):
            asked(client, method, LAYER + place)
