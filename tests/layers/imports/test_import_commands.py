"""The commands, as a planner at a terminal sees them, and the jobs behind a page."""

import re

import pytest
from django.core.management import CommandError, call_command

from gis_platform.core.models import OutboxEntry
from layers import catalog
from layers.imports import jobs, services
from layers.imports.errors import WrongState
from layers.imports.models import ImportRun, StagedRow
from layers.imports.pruning import KEPT_FOR, forget_old_files
from layers.tourism.models import TourismObject

pytestmark = pytest.mark.django_db

POINT = (23.7344, 56.6556)
CASTLE = ("castle", {"name_lv": "Pils", "category": "castle"}, POINT)
BAD = ("bad", {"name_lv": "x", "category": "spaceport"}, POINT)


def run(capsys, *arguments, **options) -> str:
    call_command(*arguments, **options)
    return capsys.readouterr().out


def test_add_layer_says_what_it_made(geojson, capsys):
    out = run(capsys, "add_layer", str(geojson(("a", {"name": "x"}, POINT))), id="trees", title="Koki")
    assert "layer trees: Point, 1 properties" in out
    assert out.endswith("adds=1 changes=0 removes=0 unchanged=0 rejects=0 repaired=0\n")
    assert str(catalog.layer("trees").title) == "Koki"


def test_add_layer_refuses_a_name_that_is_taken(geojson):
    with pytest.raises(CommandError, match="layer-exists"):
        call_command("add_layer", str(geojson(CASTLE)), id="tourism")
    with pytest.raises(CommandError, match="Small letters"):
        call_command("add_layer", str(geojson(CASTLE)), id="My Layer")


def test_import_layer_prints_the_counts_and_the_reasons(geojson, capsys):
    out = run(capsys, "import_layer", str(geojson(CASTLE, BAD)), into="tourism")
    assert re.search(r"rejected 1: category: “spaceport” is not one of.* \[row 2 \(bad\)\]", out)
    assert out.endswith("adds=1 changes=0 removes=0 unchanged=0 rejects=1 repaired=0\n")


def test_a_dry_run_changes_nothing(geojson, capsys):
    out = run(capsys, "import_layer", str(geojson(CASTLE)), into="tourism", dry_run=True)
    assert "adds=1" in out
    assert not TourismObject.objects.exists()
    assert ImportRun.objects.get().state == ImportRun.State.DROPPED


def test_a_refusal_ends_with_its_code_and_its_sentence(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n")
    with pytest.raises(CommandError, match=r"unknown-format: This is not a file that can be imported\. Send"):
        call_command("import_layer", str(path), into="tourism")


@pytest.mark.parametrize("name", ["/vsicurl/http://127.0.0.1/x.gpkg", "no/such/file", "/"])
def test_only_files_of_this_machine_are_read(name):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_layer", name, into="tourism")


def test_attributes_can_be_mapped_and_set(geojson):
    path = geojson(("a", {"NOSAUKUMS": "Pils", "TIPS": "x"}, POINT))
    call_command("import_layer", str(path), into="tourism", map=["NOSAUKUMS=name_lv"], set=["category=castle"])
    assert TourismObject.objects.values_list("name_lv", "category").get() == ("Pils", "castle")
    with pytest.raises(CommandError, match="NAME=VALUE"):
        call_command("import_layer", str(path), into="tourism", map=["NOSAUKUMS"])


def test_an_import_is_undone_by_its_number(geojson, capsys):
    out = run(capsys, "import_layer", str(geojson(CASTLE)), into="tourism")
    number = re.search(r"run=(\S+)", out).group(1)
    assert run(capsys, "undo_import", number) == "restored=1 conflicts=0\n"
    assert not TourismObject.objects.exists()


def deliver(topic):
    for entry in OutboxEntry.objects.filter(topic=topic):
        jobs.outbox.run(entry.pk)


def test_a_page_promises_and_a_worker_delivers(geojson, start):
    uploaded = start(geojson(CASTLE), "tourism")
    services.request_preview(uploaded)
    deliver("imports.preview")
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.adds) == (ImportRun.State.PREVIEWED, 1)
    services.request_apply(uploaded)
    with pytest.raises(WrongState):
        services.request_apply(uploaded)
    deliver("imports.apply")
    uploaded.refresh_from_db()
    assert uploaded.state == ImportRun.State.APPLIED
    assert set(OutboxEntry.objects.values_list("state", flat=True)) == {"done"}


def test_jobs_may_run_twice(geojson, start):
    uploaded = start(geojson(CASTLE), "tourism")
    for _ in range(2):
        jobs.preview(str(uploaded.pk))
    services.request_apply(uploaded)
    for _ in range(2):
        jobs.apply(str(uploaded.pk))
    assert TourismObject.objects.count() == 1


def test_a_job_keeps_a_refusal_with_its_run(geojson, start):
    uploaded = start(geojson(("a", {"colour": "red"}, POINT)), "tourism")
    jobs.preview(str(uploaded.pk))
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.error_code) == (ImportRun.State.FAILED, "nothing-for-layer")


def test_old_imports_are_forgotten_and_their_history_is_not(geojson, start, imported, previewed):
    applied, waiting = imported(geojson(CASTLE), "tourism"), previewed(geojson(CASTLE), "tourism")
    at = waiting.created_at + KEPT_FOR
    assert forget_old_files(at) == 1
    assert not StagedRow.objects.filter(run=applied).exists()
    forget_old_files(at.replace(year=at.year + 1))
    waiting.refresh_from_db()
    assert waiting.state == ImportRun.State.DROPPED
    assert not waiting.path.exists()
    assert services.undo(applied, actor="user:1") == 1
