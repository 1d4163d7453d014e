"""Order and pages: no feature twice, none left out, whatever comes and goes between two pages."""

import base64
import json

import pytest

from layers.custom.models import CustomLayer
from layers.custom.services import remove_layer
from ogc_api.features import queries

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/stones/items"
ROWS = (
    {"name": "Zieds", "amount": 3, "height": 1.5, "day": "2025-03-01", "at": "2025-03-01T10:00:00Z", "open": True},
    {"name": "Āres", "amount": None, "height": -2.25, "day": None, "at": None, "open": False},
    {"name": "Šalna", "amount": 1, "height": None, "day": "2025-01-31", "at": "2025-03-01T09:00:00Z", "open": None},
    {"name": "ala", "amount": 3, "height": 1e-7, "day": "2024-12-31", "at": None, "open": True},
    {"name": None, "amount": None, "height": 1e300, "day": "2025-01-31", "at": "2024-01-01T00:00:00.5Z", "open": True},
    {"name": "Cēsis", "amount": 2, "height": 0.1, "day": None, "at": "2025-03-01T10:00:00Z", "open": False},
)


def ids(response):
    return [f["id"] for f in response.json()["features"]]


def link(response, rel):
    return next((entry["href"] for entry in response.json()["links"] if entry["rel"] == rel), None)


def all_pages(client, query):
    response = client.get(ITEMS, query)
    found = ids(response)
    while following := link(response, "next"):
        assert len(found) < 100, "pages without end"
        response = client.get(following)
        assert response.status_code == 200, response.content
        found += ids(response)
    return found


def by(ids_, name, *, descending=False):
    """The ids as Python orders them: NULL last, the id last of all."""
    known = [i for i in range(len(ROWS)) if ROWS[i].get(name) is not None]
    known.sort(key=lambda i: ROWS[i][name], reverse=descending)  # equal ones stay in the order of their ids
    return [ids_[i] for i in known] + [ids_[i] for i in range(len(ROWS)) if ROWS[i].get(name) is None]


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 7])
@pytest.mark.parametrize("name", ["amount", "height", "day", "at", "open"])
@pytest.mark.parametrize("sign", ["", "+", "-"])
def test_pages_together_are_the_whole_in_order(client, stored, name, sign, limit):
    known = stored(*ROWS)
    found = all_pages(client, {"sortby": f"{sign}{name}", "limit": limit})
    assert found == by(known, name, descending=sign == "-")


def test_names_come_in_the_order_of_the_language(client, stored):
    known = stored(*ROWS)
    # In Latvian, and never by code point, which would put Ā and Š behind Z, and a behind all of them.
    names = ["ala", "Āres", "Cēsis", "Šalna", "Zieds", None]
    assert all_pages(client, {"sortby": "name", "limit": 2}) == [
        known[[row["name"] for row in ROWS].index(name)] for name in names
    ]


def test_several_keys_and_the_id(client, stored):
    known = stored(*ROWS)
    assert all_pages(client, {"sortby": "-amount,height", "limit": 2}) == [known[i] for i in (3, 0, 5, 2, 1, 4)]
    assert all_pages(client, {"sortby": "-id", "limit": 4}) == known[::-1]
    assert all_pages(client, {"sortby": "open,-id", "limit": 1}) == [known[i] for i in (5, 1, 4, 3, 0, 2)]


def test_the_last_page_when_full_has_no_next(client, stored):
    stored(*ROWS)
    for query in (
        {"limit": 6},
        {"limit": 3, "offset": 3},
        {"limit": 6, "sortby": "name"},
        {"limit": 6, "bbox": "23,56,24,57"},
    ):
        assert link(client.get(ITEMS, query), "next") is None


@pytest.mark.parametrize("query", [{}, {"sortby": "amount"}, {"bbox": "23,56,24,57"}])
def test_pages_hold_their_place_while_features_come_and_go(client, stored, query):
    known = stored(*ROWS)
    first = client.get(ITEMS, {"limit": 2, **query})
    seen = ids(first)
    stored({"name": "new", "amount": -5})
    rest = all_pages(client, {}) and ids(client.get(link(first, "next") + "&limit=100"))
    assert not set(seen) & set(rest)
    assert set(known) <= set(seen) | set(rest)


def test_an_offset_is_honoured_and_goes_on_by_place(client, stored):
    known = stored(*ROWS)
    second = client.get(ITEMS, {"limit": 2, "offset": 2})
    assert ids(second) == known[2:4]
    assert second.json()["numberMatched"] == 6
    assert "offset" not in link(second, "next")
    assert ids(client.get(link(second, "next"))) == known[4:]
    assert ids(client.get(link(second, "prev"))) == known[:2]
    beyond = client.get(ITEMS, {"offset": 50})
    assert (ids(beyond), beyond.json()["numberMatched"]) == ([], 6)


def tampered(response, change):
    text = link(response, "next").split("after=")[1].split("&")[0]
    value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return base64.urlsafe_b64encode(json.dumps(change(value)).encode()).decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v[:-1],
        lambda v: [*v, 1],
        lambda v: [v[0], "x", v[2]],
        lambda v: [v[0], "1'; DROP TABLE custom.stones; --", v[2]],
        lambda v: [v[0], {"a": 1}, v[2]],
        lambda v: [v[0], v[1], True],
        lambda v: [v[0], v[1], 2**70],
        lambda v: ["+height,+id", *v[1:]],
        lambda v: {"a": 1},
        lambda v: 7,
    ],
)
def test_a_place_that_was_tampered_with_is_refused(client, stored, change):
    stored(*ROWS)
    first = client.get(ITEMS, {"limit": 2, "sortby": "amount"})
    response = client.get(ITEMS, {"limit": 2, "sortby": "amount", "after": tampered(first, change)})
    assert (response.status_code, response.json()["code"]) == (400, "invalid-parameter")


@pytest.mark.parametrize("after", ["x", "ÄÖ", "W10", "%00", "A" * 5000, "W1tbW1tbW1tbW10"])
def test_a_place_that_is_none_is_refused(client, stored, after):
    assert client.get(ITEMS, {"after": after}).status_code == 400


@pytest.mark.parametrize(
    "sortby", ["colour", "tags", "more", "geometry", "name,,amount", "bank_account", "-", "name;drop"]
)
def test_it_sorts_by_nothing_that_is_not_sortable(client, stored, sortby):
    response = client.get(ITEMS, {"sortby": sortby})
    assert (response.status_code, response.json()["code"]) == (400, "invalid-parameter")


def test_it_counts_exactly_as_long_as_it_is_cheap(client, stored, monkeypatch):
    stored(*ROWS)
    monkeypatch.setattr(queries, "COUNTED_MAX", 3)
    monkeypatch.setattr(queries, "COUNTED_PAGES", 1)
    guessed = client.get(ITEMS, {"limit": 2})
    assert guessed.headers["Number-Matched"] == "estimated"
    assert guessed.json()["numberMatched"] >= 4
    for query in ({"count": "exact"}, {"count": "exact", "bbox": "23,56,24,57"}):
        exact = client.get(ITEMS, {"limit": 2, **query})
        assert "Number-Matched" not in exact.headers
        assert exact.json()["numberMatched"] == 6


@pytest.mark.parametrize("query", [{}, {"bbox": "23,56,24,57"}, {"sortby": "name"}])
def test_it_counts_not_at_all_when_asked_not_to(client, stored, query):
    stored(*ROWS)
    body = client.get(ITEMS, {"limit": 2, "count": "none", **query}).json()
    assert "numberMatched" not in body
    assert body["numberReturned"] == 2


def test_it_tells_the_number_alone(client, stored):
    stored(*ROWS)
    body = client.get(ITEMS, {"resultType": "hits", "amount": "3"}).json()
    assert (body["features"], body["numberMatched"], body["numberReturned"]) == ([], 2, 0)


@pytest.mark.parametrize("limit", [2, 6])
@pytest.mark.parametrize("counted_max", [1_000, 1], ids=["more", "too many"])
def test_a_box_with_many_features_gives_the_same_pages_as_one_with_few(client, stored, monkeypatch, limit, counted_max):
    known = stored(*ROWS)
    query = {"limit": limit, "bbox": "23,56,24,57"}
    monkeypatch.setattr(queries, "READ_PAGES", 3)
    few = all_pages(client, query)
    monkeypatch.setattr(queries, "READ_PAGES", 0)
    monkeypatch.setattr(queries, "COUNTED_MAX", counted_max)
    monkeypatch.setattr(queries, "COUNTED_PAGES", 0)
    assert all_pages(client, query) == few == known
    assert ids(client.get(ITEMS, {**query, "offset": 4})) == known[4:]


def test_a_layer_that_is_made_again_is_not_answered_by_old_statements(client, stones, stored):
    stored({"name": "one"})
    assert client.get(ITEMS).json()["numberMatched"] == 1
    remove_layer(CustomLayer.objects.get(id="stones"), actor="user:1")
    assert client.get(ITEMS).status_code == 404
