"""The text that a table keeps of each feature is what would be written from its columns now."""

import json
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from kept_texts import differing
from psycopg.sql import SQL, Identifier

from gis_platform.demo.land import load_land
from layers import catalog
from layers.base import publishing
from layers.base.models import Change, Photo
from layers.base.wording import KEPT, is_kept
from layers.custom.models import CustomLayer
from layers.custom.services import remove_layer
from layers.places.models import Place
from ogc_api.features import queries


def execute(text, spec, *values):
    with connection.cursor() as cursor:
        cursor.execute(SQL(text).format(table=Identifier(*spec.table)), values)


def place(**values):
    return Place.objects.create(code="A", name_en="Library", geometry="SRID=4326;POINT(23.71 56.65)", **values)


@pytest.fixture
def kept_layers(db, settings, tmp_path):
    settings.LOCAL_DIR = tmp_path
    loaded = load_land()
    return [spec for spec in catalog.layers() if is_kept(spec) and spec.id in loaded]


def test_the_demo_city_keeps_what_its_columns_say_also_after_edits(kept_layers):
    assert {"places", "merchants", "streets", "boundaries", "beacons", "events"} <= {s.id for s in kept_layers}
    for spec in kept_layers:
        number, different = differing(spec)
        assert number > 0, spec.id
        assert different == [], spec.id
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL TIME ZONE 'Europe/Riga'")
        execute(
            "UPDATE {table} SET licence = 'Õ \"new\" \\ %% <b>', valid_from = '2026-03-29 03:30+03',"
            " geometry = ST_Translate(geometry, 0.001, 0.001)",
            spec,
        )
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        assert differing(spec) == (number, []), spec.id


def test_without_the_trigger_the_comparison_fails_and_an_insert_is_refused(db):
    spec = catalog.layer("places")
    key = place().pk
    execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER feature_written", spec)
    Place.objects.filter(pk=key).update(name_en="Theatre")
    assert differing(spec) == (1, [key])
    with pytest.raises(IntegrityError), transaction.atomic():
        place(source="other")


def test_a_changed_declaration_writes_the_texts_anew_and_no_new_version(db, settings):
    spec = catalog.layer("places")
    key = place(name_lv="Bibliotēka").pk
    execute("SET CONSTRAINTS ALL IMMEDIATE", spec)
    assert '"name":"Bibliotēka"' in queries.item(spec, str(key)).json
    changes = Change.objects.count()
    settings.CITY = replace(settings.CITY, languages=("en", "lv", "lt"))
    publishing.publish(spec)
    assert '"name":"Library"' in queries.item(spec, str(key)).json
    assert differing(spec) == (1, [])
    assert (Place.objects.get(pk=key).version, Change.objects.count()) == (1, changes)


def test_a_photo_follows_the_kept_text(db):
    spec = catalog.layer("places")
    key = place().pk
    Photo.objects.create(layer=spec.id, feature_id=key, image="photos/a.jpg", author="Ž", licence="CC0-1.0")
    assert differing(spec) == (1, [])
    [photo] = json.loads(queries.item(spec, str(key)).json + "}")["properties"]["photos"]
    assert photo["author"] == "Ž"


def test_neither_private_columns_nor_the_history_hold_it(db):
    spec = catalog.layer("places")
    key = place(status="draft").pk
    assert KEPT not in Change.objects.get(layer="places", feature_id=key).state
    assert differing(spec) == (0, [])
    for spec in filter(is_kept, catalog.declared()):
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [f"{spec.table[1]}_{KEPT}"])
            [(source,)] = cursor.fetchall()
        assert not [p.column for p in spec.properties if p.private and f'"{p.column}"' in source]


def test_an_added_layer_keeps_it_too_and_leaves_nothing_behind(stones, stored):
    stored({"name": 'a "quote" and $$', "100%": 5, "at": "2026-03-29 03:30+03", "tags": "[1]"}, {"name": None})
    assert differing(stones) == (2, [])
    execute("SET CONSTRAINTS ALL IMMEDIATE; UPDATE {table} SET name = 'b'", stones)
    assert differing(stones) == (2, [])
    remove_layer(CustomLayer.objects.get(id="stones"), actor="user:1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname = %s", [f"stones_{KEPT}"])
        assert cursor.fetchone() == (0,)
