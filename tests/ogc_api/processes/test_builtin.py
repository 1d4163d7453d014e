"""What the processes work out, against layouts whose answers are plain arithmetic.

Around the centre a degree of longitude is about 61.2 km and one of latitude 111.4 km.
"""

import csv
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from gis_platform.core import clock
from layers import catalog
from layers.base.editing import delete_feature, update_feature
from ogc_api.processes import registry, storage
from ogc_api.processes.declaring import Mode
from tests.ogc_api.processes.steps import CENTRE, add, add_street, answer, execute, finished

pytestmark = pytest.mark.django_db
X, Y = CENTRE
METRE_EAST, METRE_NORTH = 1 / 61_240, 1 / 111_350


def east(metres: float) -> tuple[float, float]:
    return X + metres * METRE_EAST, Y


@pytest.fixture
def city(city_of_jelgava):
    """A castle in the centre, with places 100, 200 and 900 m east of it along one street."""
    add("tourism", X, Y, name_en="Castle", category="castle")
    for metres, name in ((100, "Near"), (200, "Nearer the bridge"), (900, "Far")):
        add("places", *east(metres), name_en=name, category="school")
    add_street((X, Y), east(500), east(1000), name_en="Long Street")
    return city_of_jelgava


EXAMPLES = [(process.id, one) for process in registry.processes() for one in process.examples]


@pytest.mark.parametrize(("process_id", "example"), EXAMPLES, ids=[f"{name}: {one.title}" for name, one in EXAMPLES])
def test_every_example_runs(client, city, process_id, example):
    job = finished(client, process_id, dict(example.inputs))
    assert (job.status, job.message) == ("successful", "")
    assert set(job.results.values_list("output", flat=True)) <= set(registry.process(process_id).outputs)


@pytest.mark.parametrize("process", registry.processes(), ids=lambda process: process.id)
def test_every_process_describes_itself(client, city, process):
    document = client.get(f"/ogc/processes/{process.id}?f=json").json()
    assert (document["id"], document["version"]) == (process.id, process.version)
    assert set(document["inputs"]) == set(process.inputs)
    assert all(one["schema"] and one["title"] for one in document["inputs"].values())
    assert all(one["schema"] and one["title"] for one in document["outputs"].values())
    assert document["jobControlOptions"] == [*process.modes, "dismiss"]


def test_only_layers_that_may_be_read_are_offered(client, city, planner):
    staff = Client()
    staff.force_login(planner)
    choices = [
        one.get("/ogc/processes/export?f=json").json()["inputs"]["layer"]["schema"]["enum"] for one in (client, staff)
    ]
    assert "places" in choices[0]
    assert "beacons" not in choices[0]
    assert "beacons" in choices[1]


# --- What is near -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "within"), [(99, 0), (102, 1), (250, 2), (1000, 3)])
def test_features_within_a_distance_are_counted(client, city, metres, within):
    document = answer(client, "buffer-and-count", {"layer": "tourism", "counted_layer": "places", "distance_m": metres})
    assert [one["properties"] for one in document["features"]["features"]] == [{"label": "Castle", "count": within}]
    assert (document["totals"]["within"], document["totals"]["beyond"]) == (within, 3 - within)


def test_the_area_is_that_of_a_circle(client, city):
    document = answer(client, "buffer-and-count", {"layer": "tourism", "counted_layer": "places", "distance_m": 100})
    # A polygon of 32 sides inside a circle of 100 m: 16 r^2 sin(2 pi / 32).
    assert document["totals"]["area_m2"] == pytest.approx(31_214, rel=0.002)
    assert document["buffer"]["geometry"]["type"] == "Polygon"


def test_a_feature_is_no_neighbour_of_its_own(client, city):
    document = answer(client, "buffer-and-count", {"layer": "places", "counted_layer": "places", "distance_m": 150})
    assert [one["properties"]["count"] for one in document["features"]["features"]] == [1, 1, 0]


def test_both_layers_can_be_filtered_in_text_and_json(client, city):
    inputs = {"layer": "tourism", "filter": "category = 'castle'", "counted_layer": "places", "distance_m": 1000}
    condition = {"op": "like", "args": [{"property": "name_en"}, "Near%"]}
    assert answer(client, "buffer-and-count", inputs | {"counted_filter": condition})["totals"]["within"] == 2
    assert answer(client, "buffer-and-count", inputs | {"filter": "category = 'church'"})["totals"]["sources"] == 0


@pytest.mark.parametrize(
    "condition",
    ["name = ", "pg_sleep(5) = 1", "bank_account = 'LV'", "status = 'draft'", {"op": "drop"}, "(" * 3000, "a'; --"],
    ids=str,
)
def test_a_filter_that_cannot_stand_is_refused_by_the_name_of_its_input(client, city, condition):
    response = execute(
        client, "buffer-and-count", {"layer": "places", "counted_layer": "merchants", "counted_filter": condition}
    )
    assert response.status_code == 400, response.content
    assert list(response.json()["fields"]) == ["counted_filter"]


def test_too_many_features_are_refused(client, city, monkeypatch):
    monkeypatch.setattr("ogc_api.processes.builtin.buffer_and_count.SOURCES_MAX", 2)
    response = execute(client, "buffer-and-count", {"layer": "places", "counted_layer": "places"})
    assert (response.status_code, response.json()["code"]) == (413, "process-too-large")


# --- Within minutes -----------------------------------------------------------------------------------------------


def test_a_street_is_walked_at_eighty_metres_a_minute(client, city):
    inputs = {"origin": {"type": "Point", "coordinates": [X, Y]}, "minutes": [5, 10], "counted_layer": "places"}
    document = answer(client, "coverage", inputs)
    breaks = document["totals"]["breaks"]
    # 400 m and 800 m along the street, and 50 m to each side of it.
    assert [one["count"] for one in breaks] == [2, 2]
    assert breaks[0]["area_km2"] == pytest.approx((400 * 100 + 3.1 * 50**2) / 1e6, rel=0.01)
    assert document["totals"]["reached_km"] == pytest.approx(0.8, abs=0.003)
    assert [one["properties"]["minutes"] for one in document["areas"]["features"]] == [10, 5]


def test_the_nearest_feature_of_a_layer_is_where_one_starts(client, city):
    document = answer(client, "coverage", {"layer": "places", "minutes": [1], "filter": "name_en = 'Far'"})
    assert document["totals"]["reached_km"] == pytest.approx(0.16, abs=0.003)


def test_a_number_is_summed_up_inside(client, city):
    inputs = {"origin": {"type": "Point", "coordinates": [X, Y]}, "counted_layer": "places", "sum_property": "name"}
    assert list(execute(client, "coverage", inputs).json()["fields"]) == ["sum_property"]


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"origin": {"type": "Point", "coordinates": [23.7, 56.6]}, "layer": "places"},
        {"origin": {"type": "Point", "coordinates": [23.7]}},
        {"origin": {"type": "Point", "coordinates": []}},
        {"origin": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}},
        {"origin": {"type": "Point", "coordinates": [23.7, 56.6]}, "minutes": []},
        {"origin": {"type": "Point", "coordinates": [23.7, 56.6]}, "minutes": [0]},
        {"origin": {"type": "Point", "coordinates": [23.7, 56.6]}, "minutes": [61]},
        {"origin": {"type": "Point", "coordinates": [23.7, 56.6]}, "mode": "rocket"},
    ],
    ids=str,
)
def test_a_request_for_nowhere_is_refused(client, city, inputs):
    assert execute(client, "coverage", inputs).status_code == 400


@pytest.mark.parametrize("place", [[0, 0], [180, 90], [-180, -90], [1e6, 1e6], [23.7, 89.99]], ids=str)
def test_a_place_without_streets_reaches_nothing(client, city, place):
    response = execute(client, "coverage", {"origin": {"type": "Point", "coordinates": place}}, response="document")
    assert response.status_code in (200, 400), response.content
    if response.status_code == 200:
        assert response.json()["totals"]["reached_km"] == 0


# --- Where it is dense --------------------------------------------------------------------------------------------


def test_features_are_gathered_in_cells(client, city):
    document = answer(client, "h3-aggregation", {"layer": "places", "resolution": 5})
    assert sum(one["properties"]["count"] for one in document["cells"]["features"]) == 3
    fine = answer(client, "h3-aggregation", {"layer": "places", "resolution": 12})
    assert [one["properties"] for one in fine["cells"]["features"]] == [{"count": 1}] * 3
    assert all(one["id"].startswith("8c") for one in fine["cells"]["features"])


def test_small_counts_are_left_out(client, city):
    document = answer(client, "h3-aggregation", {"layer": "places", "resolution": 12, "count_min": 2})
    assert document["cells"]["features"] == []
    assert (document["totals"]["suppressed_cells"], document["totals"]["features"]) == (3, 0)


def test_too_many_cells_are_refused(client, city, monkeypatch):
    monkeypatch.setattr("ogc_api.processes.builtin.h3_aggregation.CELLS_MAX", 2)
    assert execute(client, "h3-aggregation", {"layer": "places", "resolution": 12}).status_code == 413


# --- What has changed ---------------------------------------------------------------------------------------------


def kinds(document) -> dict[str, int]:
    return {name: document["totals"][name] for name in ("added", "removed", "moved", "changed", "unchanged")}


def test_two_layers_are_compared_by_a_key(client, city):
    add("tourism", *east(100), name_en="Near", category="castle")
    add("tourism", *east(230), name_en="Nearer the bridge", category="castle")
    inputs = {"layer": "places", "other_layer": "tourism", "key": "name_en", "moved_m": 5}
    document = answer(client, "layer-comparison", inputs)
    assert kinds(document) == {"added": 1, "removed": 1, "moved": 0, "changed": 2, "unchanged": 0}
    moved = [one["properties"] for one in document["changes"]["features"] if "moved_m" in one["properties"]]
    assert [(one["key"], one["properties"]["category"]) for one in moved] == [
        ("Nearer the bridge", ["school", "castle"])
    ]
    assert moved[0]["moved_m"] == pytest.approx(30, abs=0.3)


def test_without_a_key_the_nearest_is_the_same(client, city):
    add("tourism", *east(120), name_en="Near", category="castle")
    document = answer(client, "layer-comparison", {"layer": "places", "other_layer": "tourism", "distance_m": 30})
    assert kinds(document) == {"added": 1, "removed": 2, "moved": 0, "changed": 1, "unchanged": 0}


def test_a_key_that_names_two_things_is_refused(client, city):
    add("places", *east(300), name_en="Near", category="school")
    response = execute(client, "layer-comparison", {"layer": "places", "other_layer": "tourism", "key": "name_en"})
    assert response.json()["fields"]["key"].endswith("more than one feature has “Near”.")


def test_staff_compare_a_layer_with_what_it_showed(client, city, planner):
    places = catalog.layer("places")
    kept, gone = (add("places", *east(metres), name_en="Kept", category="school") for metres in (400, 450))
    since = clock.now()
    update_feature(places, kept.id, properties={"name_en": "Renamed"}, geometry=None, version=1, actor="user:1")
    delete_feature(places, gone.id, version=1, actor="user:1")
    add("places", *east(500), name_en="New", category="school")
    # Within one transaction all changes have the same time, so it is moved by hand.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE base_change SET at = at - interval '1 hour' WHERE version = 1 AND state->>'name_en' <> 'New'"
        )
    staff = Client()
    staff.force_login(planner)
    inputs = {"layer": "places", "before": (since - timedelta(minutes=30)).isoformat()}
    assert execute(client, "layer-comparison", inputs).status_code == 403
    document = answer(staff, "layer-comparison", inputs)
    assert kinds(document) == {"added": 1, "removed": 1, "moved": 0, "changed": 1, "unchanged": 3}
    changed = next(one for one in document["changes"]["features"] if one["properties"]["change"] == "changed")
    assert changed["properties"]["properties"] == {"name_en": ["Kept", "Renamed"]}


# --- As a file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["gpkg", "parquet", "fgb", "geojson", "csv", "geojsonl"])
def test_a_filtered_layer_becomes_a_file(client, city, ending):
    job = finished(client, "export", {"layer": "places", "filter": "name_en LIKE 'Near%'", "format": ending})
    assert job.status == "successful", job.message
    result = job.results.get()
    assert result.name == f"places.{ending}"
    response = client.get(f"/ogc/jobs/{job.pk}/results/file")
    assert f'filename="places.{ending}"' in response["Content-Disposition"] or ending == "geojson"
    body = b"".join(response.streaming_content)
    assert len(body) == result.size_bytes > 0
    match ending:
        case "geojson":
            assert len(json.loads(body)["features"]) == 2
        case "csv":
            assert len(list(csv.DictReader(body.decode("utf-8-sig").splitlines()))) == 2
    assert storage.path(result).exists()


def test_only_long_work_is_always_a_job():
    assert [one.id for one in registry.processes() if Mode.SYNC not in one.modes] == ["export"]
