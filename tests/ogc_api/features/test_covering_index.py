"""A box and a property are answered from one index, and the answer is the same as without it."""

import json
import random

import pytest
from django.db import connection
from django.utils.http import urlencode

from layers import catalog
from layers.base.covering import VALUE_BYTES_MAX, covered_property
from layers.custom.models import CustomLayer
from layers.custom.services import Column, create_layer
from ogc_api.features import queries
from ogc_api.features.conditions import covered
from ogc_api.parameters import ItemsRequest

LONG = "ž" * VALUE_BYTES_MAX  # twice as many bytes as the index takes
BOX = (23.5, 56.5, 23.6, 56.6)


@pytest.fixture
def points(db):
    layer = CustomLayer(id="spots", title_en="Spots", geometry_type="Point", label="category")
    spec = create_layer(layer, [Column("category", catalog.PropertyType.STRING)], actor="user:1")
    seed = random.Random(7)
    rows = [
        (f"SRID=4326;POINT({seed.uniform(23.4, 23.7):.7f} {seed.uniform(56.4, 56.7):.7f})", category, status)
        for category in ("shop", "library", LONG, None)
        for status in ("published", "published", "draft")
        for _ in range(40)
    ]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO custom.spots (geometry, category, status) VALUES (%s, %s, %s)", rows)
    return spec


def found(spec, **wanted):
    page = queries.page(spec, ItemsRequest(boxes=(BOX,), limit=1000, **wanted))
    features = json.loads(f"[{page.features}]")
    return page.matched, [feature["id"] for feature in features], {f["properties"]["category"] for f in features}


@pytest.mark.parametrize("category", ["shop", "library", LONG, "none of them"])
def test_it_finds_what_the_plain_way_finds(points, category, monkeypatch):
    by_index = found(points, equals={"category": category})
    monkeypatch.setattr(queries, "covered", lambda spec, wanted: None)
    assert found(points, equals={"category": category}) == by_index
    assert by_index[2] == ({category} if by_index[0] else set())
    assert (by_index[0] == 0) == (category == "none of them")


def test_pages_follow_each_other_within_a_box(points, client):
    query = urlencode({"bbox": ",".join(map(str, BOX)), "category": "shop", "limit": 3, "f": "json"})
    url, ids = f"/ogc/collections/spots/items?{query}", []
    while url:
        page = client.get(url).json()
        ids += [feature["id"] for feature in page["features"]]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert len(ids) > 3
    assert ids == found(points, equals={"category": "shop"})[1]


def test_the_index_alone_is_read(points):
    condition = covered(points, ItemsRequest(boxes=(BOX,), equals={"category": "shop"}))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN SELECT f.id FROM published.spots AS f WHERE {condition.text}", condition.values)
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using spots_covering" in plan


@pytest.mark.parametrize("more", [{"words": ("a",)}, {"equals": {"category": LONG}}, {"equals": {}}, {"boxes": ()}])
def test_what_the_index_does_not_hold_goes_the_plain_way(points, more):
    assert covered(points, ItemsRequest(**{"boxes": (BOX,), "equals": {"category": "shop"}} | more)) is None


def test_every_declared_layer_of_points_with_a_category_has_it(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_indexes WHERE indexname = tablename || '_covering'")
        there = {table for (table,) in cursor.fetchall()}
    wanted = {spec.table[1] for spec in catalog.declared() if covered_property(spec)}
    assert {"places_place", "merchants_merchant"} <= wanted
    assert there >= wanted
