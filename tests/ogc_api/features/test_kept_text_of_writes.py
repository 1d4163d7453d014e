"""Whoever writes, and however: the kept text is what the columns say."""

import json

import pytest
import shapely
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept_texts import differing
from psycopg.sql import SQL, Identifier

from layers import catalog
from layers.base import editing
from layers.base.models import Change
from layers.imports import services
from layers.imports.models import ImportRun
from layers.imports.options import ImportOptions
from ogc_api.features import queries

ACTOR = "user:1"
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
PLACES = st.tuples(st.floats(23.6, 23.8), st.floats(56.6, 56.7))
WRITES = st.lists(
    st.tuples(st.sampled_from(["create", "update", "replace", "delete", "restore", "sql"]), TEXTS, PLACES),
    min_size=1, max_size=6,
)  # fmt: skip


def written(spec, kind, text, place):
    """One write of that kind, on the feature that was changed last."""
    last = Change.objects.filter(layer=spec.id).order_by("-id").first()
    properties, geometry = {"name_lv": f"N {text}", "season": text[:1].strip()}, shapely.Point(place)
    is_gone = last is None or last.operation == Change.Operation.DELETE
    if kind == "create" or last is None:
        editing.create_feature(spec, properties=properties, geometry=geometry, actor=ACTOR)
    elif kind == "restore":
        first = Change.objects.filter(layer=spec.id, feature_id=last.feature_id).earliest("version").version
        editing.restore_feature(spec, last.feature_id, to_version=first, version=last.version, actor=ACTOR)
    elif kind == "sql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL TIME ZONE 'Europe/Riga'")
            statement = SQL("UPDATE {} SET licence = %s, valid_from = '2026-03-29 04:30+03'")
            cursor.execute(statement.format(Identifier(*spec.table)), [text])
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    elif is_gone:
        return
    elif kind == "delete":
        editing.delete_feature(spec, last.feature_id, version=last.version, actor=ACTOR)
    elif kind == "update":
        editing.update_feature(spec, last.feature_id, properties=properties, version=last.version, actor=ACTOR)
    else:
        editing.replace_feature(
            spec, last.feature_id, properties=properties, geometry=geometry, version=last.version, actor=ACTOR
        )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=WRITES)
def test_every_sequence_of_writes_leaves_the_text_of_the_columns(db, city_of_jelgava, writes):
    spec = catalog.layer("tourism")
    for kind, text, place in writes:
        written(spec, kind, text, place)
        assert differing(spec)[1] == [], kind


@pytest.fixture
def imported(db, city_of_jelgava, settings, tmp_path):
    settings.LOCAL_DIR = tmp_path

    def run(*features):
        path = tmp_path / "file.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        with path.open("rb") as stream:
            started = services.start_import(
                stream, layer="tourism", actor=ACTOR, file_name=path.name, size_bytes=path.stat().st_size,
                options=ImportOptions(mode=ImportRun.Mode.REPLACE),
            )  # fmt: skip
        return services.apply(services.preview(started))

    return run


def feature(key, name, x):
    geometry = {"type": "Point", "coordinates": [x, 56.65]}
    return {"type": "Feature", "id": key, "properties": {"name_lv": name, "category": "castle"}, "geometry": geometry}


def test_an_import_and_its_undoing_leave_the_text_of_the_columns(imported):
    spec = catalog.layer("tourism")
    imported(feature("a", "Pils", 23.71), feature("b", "Tornis", 23.72))
    assert differing(spec) == (2, [])
    run = imported(feature("a", "Jauna pils", 23.73), feature("c", "Muzejs", 23.74))
    assert differing(spec) == (2, [])
    assert (run.adds, run.changes, run.removes) == (1, 1, 1)
    assert services.undo(run, actor=ACTOR) == 3
    assert differing(spec) == (2, [])
    key = id_of(spec, "Pils")
    assert '"name":"Pils"' in queries.item(spec, str(key)).json


def id_of(spec, name):
    with connection.cursor() as cursor:
        cursor.execute(SQL("SELECT id FROM {} WHERE name_lv = %s").format(Identifier(*spec.table)), [name])
        [(key,)] = cursor.fetchall()
    return key
