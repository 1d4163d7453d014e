"""The writing verbs of the layers, against real PostGIS."""

import pytest
from django.db import connection
from shapely import Point, Polygon

from gis_platform.core.errors import InvalidInput
from layers import catalog
from layers.base.editing import (
    FeatureConflict,
    FeatureNotFound,
    StaleVersion,
    create_feature,
    delete_feature,
    replace_feature,
    restore_feature,
    update_feature,
)
from layers.base.models import Change, LayerRevision
from layers.base.reading import feature

pytestmark = pytest.mark.django_db

CASTLE = Point(23.7344, 56.6556)


@pytest.fixture
def tourism(city_of_jelgava):
    return catalog.layer("tourism")


def create(spec, **properties):
    values = {"name_lv": "Jelgavas pils", "name_en": "Jelgava Palace", "category": "castle"} | properties
    return create_feature(spec, properties=values, geometry=CASTLE, actor="user:1", reason="first entry")


def history(stored):
    changes = Change.objects.filter(layer="tourism", feature_id=stored.id).order_by("version")
    return [(c.version, c.operation, c.actor, c.reason) for c in changes]


def test_a_created_feature_is_published_with_its_name_in_the_citys_language(tourism):
    stored = create(tourism)
    read = feature(tourism, stored.id)
    assert read.version == 1
    assert read.properties["name"] == "Jelgavas pils"
    assert read.geometry == {"type": "Point", "coordinates": [23.7344, 56.6556]}


def test_each_change_is_in_the_history_with_who_and_why(tourism):
    stored = create(tourism)
    stored = update_feature(
        tourism, stored.id, properties={"name_lt": "Jelgavos rūmai"}, version=1, actor="user:2", reason="translated"
    )
    delete_feature(tourism, stored.id, version=2, actor="user:3", reason="closed")
    assert history(stored) == [
        (1, "create", "user:1", "first entry"),
        (2, "update", "user:2", "translated"),
        (3, "delete", "user:3", "closed"),
    ]


def test_sql_that_goes_round_the_services_is_in_the_history_too(tourism):
    stored = create(tourism)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tourism_tourismobject SET season = 'May' WHERE id = %s", [stored.id])
    version, operation, actor, _reason = history(stored)[-1]
    assert (version, operation) == (2, "update")
    assert actor.startswith("database:")


def test_a_replacement_of_a_stale_version_is_refused_and_changes_nothing(tourism):
    stored = create(tourism)
    update_feature(tourism, stored.id, properties={"season": "May"}, version=1, actor="user:2")
    with pytest.raises(StaleVersion) as refusal:
        replace_feature(tourism, stored.id, properties={"category": "park"}, geometry=CASTLE, version=1, actor="user:1")
    assert refusal.value.data["current_version"] == 2
    assert feature(tourism, stored.id).properties["category"] == "castle"


def test_an_earlier_state_is_restored_as_a_new_version(tourism):
    stored = create(tourism)
    update_feature(tourism, stored.id, properties={"name_lv": "Pils"}, version=1, actor="user:2")
    restored = restore_feature(tourism, stored.id, to_version=1, version=2, actor="user:1", reason="undone")
    assert restored.version == 3
    assert feature(tourism, stored.id).properties["name_lv"] == "Jelgavas pils"


def test_a_deleted_feature_comes_back_under_its_id(tourism):
    stored = create(tourism)
    delete_feature(tourism, stored.id, version=1, actor="user:1")
    with pytest.raises(FeatureNotFound):
        feature(tourism, stored.id)
    restored = restore_feature(tourism, stored.id, to_version=1, version=2, actor="user:1")
    assert (restored.id, restored.version) == (stored.id, 3)
    assert feature(tourism, stored.id).geometry["coordinates"] == [23.7344, 56.6556]


def test_an_edit_raises_the_revision_of_its_layer_alone(tourism):
    before = dict(LayerRevision.objects.values_list("layer", "revision"))
    create(tourism)
    after = dict(LayerRevision.objects.values_list("layer", "revision"))
    assert after.pop("tourism") == before.pop("tourism", 0) + 1
    assert after == before


def test_a_draft_is_not_published(tourism):
    stored = create(tourism, status="draft")
    with pytest.raises(FeatureNotFound):
        feature(tourism, stored.id)


@pytest.mark.parametrize(
    ("properties", "field", "words"),
    [
        ({"category": "spaceport"}, "category", "not one of"),
        ({"name_lv": "<b>Pils</b>"}, "name_lv", "HTML is not allowed"),
        ({"name_lv": "x" * 301}, "name_lv", "At most 300"),
        ({"name_lv": "a\x00b"}, "name_lv", "Control characters"),
        ({"name_lv": 5}, "name_lv", "must be text"),
        ({"opening_hours": "always, except when not"}, "opening_hours", "opening hours"),
        ({"website": "javascript:alert(1)"}, "website", "URL"),
        ({"valid_from": "2026-05-31T09:00:00"}, "valid_from", "offset from UTC"),
        ({"colour": "red"}, "colour", "no such property"),
    ],
)
def test_it_refuses_a_bad_property_by_its_name(tourism, properties, field, words):
    with pytest.raises(InvalidInput) as refusal:
        create(tourism, **properties)
    assert words in str(refusal.value.fields[field])
    assert not Change.objects.filter(layer="tourism").exists()


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (Point(56.6556, 23.7344), "swapped"),
        (Point(2.35, 48.85), "outside of Jelgava"),
        (Point(500000, 6280000), "not longitude and latitude"),
        (Point(), "empty"),
        (Polygon([(23.7, 56.6), (23.8, 56.7), (23.8, 56.6), (23.7, 56.7)]), "not valid"),
    ],
)
def test_it_refuses_a_geometry_with_its_reason(tourism, geometry, words):
    with pytest.raises(InvalidInput, match=words):
        create_feature(tourism, properties={"name_lv": "x"}, geometry=geometry, actor="user:1")


def test_a_code_that_is_taken_is_a_conflict():
    places = catalog.layer("places")
    create_feature(places, properties={"name_lv": "A", "code": "JEL-1"}, geometry=CASTLE, actor="user:1")
    with pytest.raises(FeatureConflict):
        create_feature(places, properties={"name_lv": "B", "code": "JEL-1"}, geometry=CASTLE, actor="user:1")
