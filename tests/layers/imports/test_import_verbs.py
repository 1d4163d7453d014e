"""Preview, apply, drop and undo, against real PostGIS."""

import threading
from uuid import uuid4

import pytest
from django.db import connection

from gis_platform.core import audit
from layers import catalog
from layers.base.editing import update_feature
from layers.base.models import Change, LayerRevision
from layers.imports import services
from layers.imports.errors import LayerChanged, WrongState
from layers.imports.models import ImportRun, StagedRow
from layers.imports.queries import reasons, rows
from layers.tourism.models import TourismObject

pytestmark = pytest.mark.django_db

CASTLE = ("castle", {"name_lv": "Jelgavas pils", "category": "castle", "season": "May"}, (23.7344, 56.6556))
TOWER = ("tower", {"name_lv": "Trīsvienības tornis", "category": "church", "season": ""}, (23.7268, 56.6526))
MUSEUM = ("museum", {"name_lv": "Eliasa muzejs", "category": "museum", "season": ""}, (23.7290, 56.6510))


def names():
    return set(TourismObject.objects.values_list("name_lv", flat=True))


def states(run):
    """Everything that a tourism object holds, but for what the database keeps."""
    kept = ("id", "name_lv", "category", "season", "geometry", "source_ref", "status")
    return sorted(TourismObject.objects.filter(source=run.file_name).values_list(*kept), key=str)


def test_a_preview_changes_nothing(geojson, previewed, counts):
    run = previewed(geojson(CASTLE, TOWER), "tourism")
    assert counts(run) == {"adds": 2}
    assert run.state == ImportRun.State.PREVIEWED
    assert (run.progress, names()) == (100, set())


def test_what_is_applied_is_in_the_history_as_one_change_set(geojson, imported):
    run = imported(geojson(CASTLE, TOWER), "tourism")
    changes = Change.objects.filter(layer="tourism", change_set=run.pk)
    assert {(c.operation, c.actor, c.reason) for c in changes} == {("create", "user:1", "import of file.geojson")}
    assert changes.count() == 2
    assert set(TourismObject.objects.values_list("source", "source_ref")) == {
        ("file.geojson", "castle"), ("file.geojson", "tower"),
    }  # fmt: skip


def test_a_second_import_of_the_same_file_finds_nothing_to_do(geojson, imported, counts):
    path = geojson(CASTLE, TOWER)
    imported(path, "tourism")
    revision = LayerRevision.objects.get(layer="tourism").revision
    again = imported(path, "tourism")
    assert counts(again) == {"unchanged": 2}
    assert LayerRevision.objects.get(layer="tourism").revision == revision


def test_a_changed_file_changes_what_differs(geojson, imported, counts):
    imported(geojson(CASTLE, TOWER), "tourism")
    moved = ("tower", TOWER[1], (23.7269, 56.6526))
    run = imported(geojson(CASTLE, moved, MUSEUM), "tourism")
    assert counts(run) == {"adds": 1, "changes": 1, "unchanged": 1}
    assert TourismObject.objects.get(source_ref="tower").version == 2


def test_a_merge_keeps_what_the_file_leaves_empty_and_a_replacement_does_not(geojson, imported):
    imported(geojson(CASTLE), "tourism")
    emptied = geojson(("castle", {"name_lv": "Pils", "category": "castle", "season": None}, CASTLE[2]))
    imported(emptied, "tourism")
    assert TourismObject.objects.get().season == "May"
    imported(emptied, "tourism", mode=ImportRun.Mode.REPLACE)
    assert (TourismObject.objects.get().season, TourismObject.objects.get().name_lv) == ("", "Pils")


def test_only_a_replacement_removes_and_only_features_of_its_source(geojson, imported, counts):
    imported(geojson(CASTLE, TOWER), "tourism")
    imported(geojson(MUSEUM, name="other.geojson"), "tourism")
    assert counts(imported(geojson(TOWER), "tourism")) == {"unchanged": 1}
    run = imported(geojson(TOWER), "tourism", mode=ImportRun.Mode.REPLACE)
    assert counts(run) == {"removes": 1, "unchanged": 1}
    assert names() == {"Trīsvienības tornis", "Eliasa muzejs"}


def test_a_rejected_row_does_not_remove_its_feature(geojson, imported, counts):
    imported(geojson(CASTLE, TOWER), "tourism")
    broken = ("castle", CASTLE[1] | {"name_lv": "<script>alert(1)</script>"}, CASTLE[2])
    run = imported(geojson(broken, TOWER), "tourism", mode=ImportRun.Mode.REPLACE)
    assert counts(run) == {"unchanged": 1, "rejects": 1}
    assert "Jelgavas pils" in names()


def test_adding_only_leaves_known_features_alone(geojson, imported, counts):
    imported(geojson(CASTLE), "tourism")
    renamed = ("castle", {"name_lv": "Pils"}, CASTLE[2])
    run = imported(geojson(renamed, TOWER), "tourism", mode=ImportRun.Mode.ADD)
    assert counts(run) == {"adds": 1, "unchanged": 1}
    assert "Jelgavas pils" in names()


def test_undo_brings_every_former_state_back(geojson, imported):
    first = imported(geojson(CASTLE, TOWER), "tourism")
    before = states(first)
    changed = ("castle", {"name_lv": "Pils", "category": "museum"}, (23.73, 56.65))
    second = imported(geojson(changed, MUSEUM), "tourism", mode=ImportRun.Mode.REPLACE)
    assert (second.adds, second.changes, second.removes) == (1, 1, 1)
    assert services.undo(second, actor="user:2") == 3
    assert states(first) == before
    assert set(Change.objects.filter(actor="user:2").values_list("operation", flat=True)) == {
        "create", "update", "delete",
    }  # fmt: skip


def test_what_was_undone_can_be_imported_again(geojson, imported, counts):
    path = geojson(CASTLE, TOWER)
    services.undo(imported(path, "tourism"), actor="user:1")
    assert names() == set()
    assert counts(imported(path, "tourism")) == {"adds": 2}


def test_undo_leaves_alone_what_was_edited_since(geojson, imported, tourism):
    run = imported(geojson(CASTLE, TOWER), "tourism")
    castle = TourismObject.objects.get(source_ref="castle")
    update_feature(tourism, castle.pk, properties={"season": "June"}, version=1, actor="user:7")
    assert services.undo(run, actor="user:1") == 1
    assert run.conflicts == [castle.pk]
    assert names() == {"Jelgavas pils"}


def test_undo_leaves_alone_what_others_refer_to(geojson, imported):
    run = imported(geojson(("lib", {"name_lv": "Bibliotēka"}, CASTLE[2])), "places")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO places_beacon (place_id, technology, geometry) SELECT id, 'qr', geometry FROM places_place"
            " RETURNING place_id"
        )
        place = cursor.fetchone()[0]
    assert services.undo(run, actor="user:1") == 0
    assert run.conflicts == [place]


def test_an_undone_import_cannot_be_undone_again(geojson, imported):
    run = imported(geojson(CASTLE), "tourism")
    services.undo(run, actor="user:1")
    with pytest.raises(WrongState):
        services.undo(run, actor="user:1")


def test_a_layer_that_changed_since_the_preview_is_not_written(geojson, imported, previewed, tourism, counts):
    imported(geojson(CASTLE), "tourism")
    run = previewed(geojson(CASTLE, TOWER), "tourism")
    castle = TourismObject.objects.get()
    update_feature(tourism, castle.pk, properties={"season": "June"}, version=1, actor="user:7")
    with pytest.raises(LayerChanged):
        services.apply(run)
    assert (run.state, run.error_code, names()) == (ImportRun.State.PREVIEWED, "layer-changed", {"Jelgavas pils"})
    services.apply(services.preview(run))
    assert counts(run) == {"adds": 1, "changes": 1}


def test_a_dropped_import_leaves_no_rows_and_no_file(geojson, previewed):
    run = services.drop(previewed(geojson(CASTLE), "tourism"))
    assert run.state == ImportRun.State.DROPPED
    assert not StagedRow.objects.filter(run=run).exists()
    assert not run.path.exists()
    with pytest.raises(WrongState):
        services.apply(run)


def test_an_import_is_applied_once(geojson, imported):
    run = imported(geojson(CASTLE), "tourism")
    with pytest.raises(WrongState):
        services.apply(run)
    assert TourismObject.objects.count() == 1


def test_a_refused_file_fails_with_its_reason_and_changes_nothing(geojson, start):
    run = start(geojson(("a", {"colour": "red"}, CASTLE[2])), "tourism")
    with pytest.raises(Exception, match="is a property of tourism"):
        services.preview(run)
    assert (run.state, run.error_code) == (ImportRun.State.FAILED, "nothing-for-layer")


def test_rows_and_reasons_can_be_shown(geojson, previewed):
    bad = ("bad", {"name_lv": "x", "category": "spaceport"}, CASTLE[2])
    worse = ("worse", {"name_lv": "x", "category": "volcano"}, CASTLE[2])
    run = previewed(geojson(CASTLE, bad, worse), "tourism")
    assert [(r.row, r.key, r.properties["name_lv"]) for r in rows(run, "add")] == [(1, "castle", "Jelgavas pils")]
    (reason,) = reasons(run)
    assert (reason.count, reason.examples) == (2, ["2 (bad)", "3 (worse)"])
    assert "is not one of" in reason.text
    assert rows(run, "add", page=2) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_apply_at_once_one_is_refused(geojson, previewed):
    run = previewed(geojson(*((str(i), {"name_lv": f"P {i}"}, CASTLE[2]) for i in range(300))), "tourism")
    barrier, outcomes = threading.Barrier(2), []

    def apply():
        mine = ImportRun.objects.get(pk=run.pk)
        barrier.wait()
        try:
            services.apply(mine)
            outcomes.append("applied")
        except Exception as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    workers = [threading.Thread(target=apply) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert "applied" in outcomes
    assert set(outcomes) - {"applied"} <= {"WrongState", "ImportBusy"}
    assert len(outcomes) == 2
    assert outcomes.count("applied") == 1
    assert TourismObject.objects.count() == 300


@pytest.mark.django_db(transaction=True)
def test_a_crash_while_applying_leaves_nothing_and_can_be_resumed(geojson, previewed, monkeypatch):
    run = previewed(geojson(CASTLE, TOWER), "tourism")

    def fail(*_, **__):
        raise RuntimeError("the power went out after the rows were written")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", fail)
        with pytest.raises(RuntimeError):
            services.apply(run)
    run.refresh_from_db()
    assert (run.state, TourismObject.objects.count()) == (ImportRun.State.APPLYING, 0)
    services.apply(run)
    assert (run.state, TourismObject.objects.count()) == (ImportRun.State.APPLIED, 2)


def test_an_unknown_layer_is_refused_before_the_file_is_kept(geojson, start, settings):
    with pytest.raises(catalog.UnknownLayer):
        start(geojson(CASTLE), f"no_{uuid4().hex[:8]}")
    assert not list(settings.LOCAL_DIR.glob("imports/*"))
