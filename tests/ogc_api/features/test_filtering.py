"""Filters (OGC API Features Part 3) on items, by GET and by POST; refusals say what to change."""

import json
from datetime import UTC, date, datetime

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis_platform.core.cql2 import closures
from gis_platform.core.cql2.parsing import from_text
from gis_platform.identity.models import RowRule
from gis_platform.identity.roles import Role
from layers import catalog
from ogc_api.features.provider import LayerProvider
from ogc_api.features.queryables import fields_of

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/stones/items"
SEARCH = "/ogc/collections/stones/search"
ROWS = (
    {
        "x": 23.70,
        "y": 56.60,
        "name": "Zieds",
        "amount": 3,
        "height": 1.5,
        "day": date(2025, 3, 1),
        "tags": '["a", "b"]',
    },
    {"x": 23.72, "y": 56.61, "name": "Āres", "amount": None, "height": -2.0, "open": False, "tags": '["b"]'},
    {"x": 23.74, "y": 56.62, "name": "Šalna", "amount": 1, "open": None, "day": date(2025, 1, 31)},
    {"x": 23.76, "y": 56.63, "name": "zieds", "amount": 3, "height": 0.5, "open": True, "tags": "[]"},
    {"x": 23.78, "y": 56.64, "name": None, "amount": -7, "open": True, "at": datetime(2025, 3, 1, 10, tzinfo=UTC)},
    {"x": 23.80, "y": 56.65, "name": "50% no", "amount": 2, "height": 0.5, "open": False},
)


def found(response, known):
    assert response.status_code == 200, response.content
    return [known.index(f["id"]) for f in response.json()["features"]]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("amount > 1", [0, 3, 5]),
        ("amount IS NULL", [1]),
        ("NOT amount > 1", [2, 4]),
        ("name LIKE 'Z%'", [0]),
        ("CASEI(name) LIKE CASEI('z%')", [0, 3]),
        ("ACCENTI(name) = ACCENTI('Salna')", [2]),
        ("name = '50% no'", [5]),
        ("amount BETWEEN 1 AND 2 OR open = TRUE", [2, 3, 4, 5]),
        ("amount IN (1, 2)", [2, 5]),
        ("day >= DATE('2025-02-01')", [0]),
        ("T_AFTER(at, TIMESTAMP('2025-03-01T09:00:00Z'))", [4]),
        ("S_INTERSECTS(geometry, BBOX(23.73, 56.5, 23.77, 56.7))", [2, 3]),
        ("S_WITHIN(geometry, POLYGON((23.6 56.5, 23.71 56.5, 23.71 56.7, 23.6 56.7, 23.6 56.5)))", [0]),
        ("A_CONTAINS(tags, ('b'))", [0, 1]),
        ('"100%" IS NULL AND amount = 1', [2]),
    ],
)
def test_it_finds_what_fulfils_the_condition(client, stored, condition, expected):
    known = stored(*ROWS)
    assert found(client.get(ITEMS, {"filter": condition}), known) == expected
    assert (
        found(client.get(ITEMS, {"filter": condition, "filter-lang": "cql2-text", "sortby": "id"}), known) == expected
    )
    assert client.get(ITEMS, {"filter": condition, "limit": 1}).json()["numberMatched"] == len(expected)


def test_json_by_get_and_by_post(client, stored):
    known = stored(*ROWS)
    condition = {"op": ">", "args": [{"property": "amount"}, 1]}
    by_get = client.get(ITEMS, {"filter": json.dumps(condition), "filter-lang": "cql2-json"})
    by_post = client.post(SEARCH, {"filter": condition, "limit": 2}, content_type="application/json")
    assert found(by_get, known) == [0, 3, 5]
    assert found(by_post, known) == [0, 3]
    [following] = [entry for entry in by_post.json()["links"] if entry["rel"] == "next"]
    assert following["method"] == "POST"
    rest = client.post(following["href"], following["body"], content_type="application/json")
    assert found(rest, known) == [5]
    assert "next" not in {entry["rel"] for entry in rest.json()["links"]}


def test_a_search_takes_the_parameters_of_the_items(client, stored):
    known = stored(*ROWS)
    body = {"filter": "amount > 0", "bbox": [23.69, 56.5, 23.75, 56.7], "sortby": ["-amount"], "properties": ["amount"]}
    answer = client.post(SEARCH, body, content_type="application/json")
    assert found(answer, known) == [0, 2]
    assert answer.json()["features"][0]["properties"] == {"amount": 3}


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 9000),
        *(b'{"filter": 7}', b'{"filter": {"op": "pg_sleep", "args": [10]}}', b'{"colour": "red"}', b'{"f": "csv"}'),
        *(b'{"limit": {}}', b'{"limit": [1]}', b'{"limit": null}', b'{"bbox": [[1]]}'),
    ],
)
def test_a_search_that_cannot_be_read_is_refused(client, stored, body):
    response = client.post(SEARCH, body, content_type="application/json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_search_is_a_post_of_bounded_size(client, stored):
    assert client.get(SEARCH).status_code == 405
    body = {"filter": "name = 'x'", "q": "y" * 300_000}
    assert client.post(SEARCH, body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ("colour = 'red'", "colour"),
        ("pg_sleep(10) = 1", "pg_sleep"),
        ("name = ", None),
        ("amount = 'many'", None),
        ("name = 'x'; DROP TABLE custom.stones", None),
        ("((((" * 2000, None),
        ("search = 'x'", "search"),
        ("version = 1", "version"),
        ("more = 'x'", "more"),
        ("S_INTERSECTS(geometry, POLYGON((1 1)))", None),
        ("S_INTERSECTS(geometry, POINT(nan nan))", None),
        ("name = '\0'", None),
        ("", None),
    ],
)
def test_a_condition_that_cannot_stand_is_refused_by_name(client, stored, condition, named):
    response = client.get(ITEMS, {"filter": condition})
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert named is None or named in response.json()["detail"]


def test_the_language_of_the_filter_is_one_of_two(client, stored):
    assert client.get(ITEMS, {"filter": "amount = 1", "filter-lang": "ecql"}).status_code == 400
    assert client.get(ITEMS, {"filter": "amount = 1", "filter-lang": "cql2-json"}).status_code == 400


@pytest.mark.parametrize(
    ("words", "expected"),
    [("zieds", [0, 3]), ("SALNA", [2]), ("ares", [1]), ("50%", [5]), ("no 50", [5]), ("zieds salna", []), ("_", [])],
)
def test_it_searches_without_case_and_accents(client, stored, words, expected):
    known = stored(*ROWS)
    assert found(client.get(ITEMS, {"q": words}), known) == expected


def test_it_searches_descriptions_too(client, castle, church):
    from layers.tourism.models import TourismObject  # noqa: PLC0415

    TourismObject.objects.filter(pk=castle.id).update(description_lt="Kunigaikščių rezidencija")
    names = client.get("/ogc/collections/tourism/items", {"q": "kunigaiksciu jelgava"}).json()["features"]
    assert [f["id"] for f in names] == [castle.id]


def test_a_row_rule_limits_what_is_read(client, clerk, city_of_jelgava):
    """The rule stands beside the caller's own condition: no OR of theirs gets around it."""
    from layers.base.editing import create_feature  # noqa: PLC0415

    places, beacons = catalog.layer("places"), catalog.layer("beacons")
    point = shapely.Point(23.72, 56.65)
    place = create_feature(places, properties={"name_lv": "Skola"}, geometry=point, actor="user:1")
    kept = [
        create_feature(
            beacons,
            properties={"place_id": place.id, "technology": technology, "identifier": technology},
            geometry=point,
            actor="user:1",
        ).id
        for technology in ("qr", "nfc")
    ]
    RowRule.objects.create(role=Role.CLERK, layer="beacons", action=RowRule.Action.READ, condition="technology = 'qr'")
    client.force_login(clerk)
    items = "/ogc/collections/beacons/items"
    for query in (
        {},
        {"filter": "technology = 'nfc' OR TRUE = TRUE"},
        {"bbox": "23,56,24,57"},
        {"sortby": "-technology"},
    ):
        body = client.get(items, query).json()
        assert [f["id"] for f in body["features"]] == kept[:1], query
        assert body["numberMatched"] == 1
    assert client.get(items, {"resultType": "hits"}).json()["numberMatched"] == 1
    assert client.get(f"{items}/{kept[1]}").status_code == 404
    assert client.get(f"{items}/{kept[0]}").status_code == 200


NUMBERS = st.integers(-8, 4)
SIMPLE = st.one_of(
    st.builds(
        "{} {} {}".format, st.sampled_from(["amount", "height"]), st.sampled_from(["<", ">=", "=", "<>"]), NUMBERS
    ),
    st.builds("{} IS {}NULL".format, st.sampled_from(["amount", "name", "open", "day"]), st.sampled_from(["", "NOT "])),
    st.builds("name LIKE '{}%'".format, st.sampled_from(["z", "Z", "Ā", "50", ""])),
    st.just("open = TRUE"),
    st.builds("S_INTERSECTS(geometry, BBOX(23.69, 56.5, {}, 56.7))".format, st.sampled_from([23.71, 23.75, 23.79])),
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds("NOT ({})".format, inner),
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["AND", "OR"]), inner),
    ),
    max_leaves=5,
)


@given(condition=CONDITIONS, box=st.sampled_from([None, (23.71, 56.5, 23.79, 56.7)]), limit=st.integers(1, 7))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_view_the_provider_and_plain_python_find_the_same(client, stones, stored, condition, box, limit):
    """One compiler, three askers: the view page by page, pygeoapi's provider, and rows looked at one by one."""
    known = _once(stones, stored)
    fulfilled = closures.compile(from_text(condition), fields_of(stones))
    expected = [key for key, row in zip(known, ROWS, strict=True) if fulfilled(_row(row)) is True and _inside(row, box)]
    query = {"filter": condition, "limit": limit} | ({"bbox": ",".join(map(str, box))} if box else {})
    response = client.get(ITEMS, query)
    seen = [f["id"] for f in response.json()["features"]]
    while following := next((e["href"] for e in response.json()["links"] if e["rel"] == "next"), None):
        response = client.get(following)
        seen += [f["id"] for f in response.json()["features"]]
    provider = LayerProvider({"name": "", "type": "feature", "data": "stones", "id_field": "id"})
    asked = provider.query(limit=100, bbox=box or [], filterq=condition)
    assert seen == [f["id"] for f in asked["features"]] == expected
    assert response.json()["numberMatched"] == asked["numberMatched"] == len(expected)


def _once(spec, stored):
    ids = [f["id"] for f in LayerProvider({"name": "", "type": "feature", "data": spec.id}).query()["features"]]
    return ids or stored(*ROWS)


def _row(row):
    geometry = shapely.Point(row["x"], row["y"])
    names = ("name", "amount", "height", "open", "day", "at")
    return {name: row.get(name) for name in names} | {"geometry": geometry, "id": 0, "tags": None}


def _inside(row, box):
    return box is None or (box[0] <= row["x"] <= box[2] and box[1] <= row["y"] <= box[3])
