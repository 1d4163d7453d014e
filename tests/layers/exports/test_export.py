"""What is published of a layer, as files that other programs read."""

import csv
import json

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely
from django.core.management import CommandError, call_command

from layers import catalog
from layers.base.editing import create_feature
from layers.catalog import PropertyType
from layers.custom.models import CustomLayer
from layers.custom.services import Column, create_layer
from layers.exports import reading
from layers.exports.files import MEDIA_TYPES, export_layer

pytestmark = pytest.mark.django_db

POINT = shapely.Point(23.7344, 56.6556)


@pytest.fixture
def places(city_of_jelgava):
    spec = catalog.layer("places")
    for number in range(5):
        create_feature(
            spec,
            properties={
                "name_lv": f"Vieta Nr. {number} “Ķīšķis”, labā",
                "category": "school",
                "visit_radius_m": 50 + number,
            },
            geometry=shapely.Point(23.7 + number / 100, 56.6),
            actor="user:1",
        )
    create_feature(spec, properties={"name_lv": "Melnraksts", "status": "draft"}, geometry=POINT, actor="user:1")
    return spec


@pytest.fixture(autouse=True)
def pages_of_two(monkeypatch):
    monkeypatch.setattr(reading, "PAGE_ROWS", 2)


def test_geojson_is_a_collection_of_what_is_published(places, tmp_path):
    export_layer(places, tmp_path / "places.geojson")
    document = json.loads((tmp_path / "places.geojson").read_text())
    assert document["type"] == "FeatureCollection"
    assert [f["properties"]["visit_radius_m"] for f in document["features"]] == [50, 51, 52, 53, 54]
    first = document["features"][0]
    assert first["geometry"] == {"type": "Point", "coordinates": [23.7, 56.6]}
    assert first["properties"]["name_lv"] == "Vieta Nr. 0 “Ķīšķis”, labā"
    assert "status" not in first["properties"]


def test_a_sequence_has_one_feature_a_record(places, tmp_path):
    export_layer(places, tmp_path / "places.geojsonl")
    records = (tmp_path / "places.geojsonl").read_text().split("\x1e")[1:]
    assert [json.loads(record)["type"] for record in records] == ["Feature"] * 5


def test_a_table_has_a_position_and_the_geometry(places, tmp_path):
    export_layer(places, tmp_path / "places.csv")
    with (tmp_path / "places.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5
    assert (rows[1]["lon"], rows[1]["lat"], rows[1]["wkt"]) == ("23.71", "56.6", "POINT(23.71 56.6)")
    assert rows[1]["name_lv"] == "Vieta Nr. 1 “Ķīšķis”, labā"


def test_a_table_holds_no_formula(city_of_jelgava, tmp_path):
    spec = catalog.layer("places")
    create_feature(spec, properties={"name_lv": "=HYPERLINK(1)"}, geometry=POINT, actor="user:1")
    export_layer(spec, tmp_path / "places.csv")
    with (tmp_path / "places.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["name_lv"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("ending", ["gpkg", "fgb"])
def test_binary_formats_hold_the_same_features(places, tmp_path, ending):
    path = tmp_path / f"places.{ending}"
    export_layer(places, path)
    info = pyogrio.read_info(path)
    assert (info["features"], info["geometry_type"], info["crs"]) == (5, "Point", "EPSG:4326")
    meta, _fids, wkb, columns = pyogrio.raw.read(path)
    values = dict(zip(meta["fields"], columns, strict=True))
    order = np.argsort(values["feature_id"])
    assert values["visit_radius_m"][order].tolist() == [50, 51, 52, 53, 54]
    assert shapely.from_wkb(wkb[order[0]]) == shapely.Point(23.7, 56.6)
    assert set(meta["fields"]) - {"feature_id"} == {p.name for p in places.public_properties}


def test_types_survive_in_a_geopackage_and_missing_values_are_missing(city_of_jelgava, tmp_path):
    columns = [Column(name, PropertyType(kind)) for name, kind in (
        ("n", "integer"), ("x", "number"), ("b", "boolean"), ("d", "date"), ("o", "object"), ("fid", "integer"),
    )]  # fmt: skip
    spec = create_layer(CustomLayer(id="typed", title_lv="x", geometry_type="Point"), columns, actor="user:1")
    create_feature(
        spec, properties={"n": 2**53 + 1, "x": 1.5, "b": False, "d": "2024-05-31", "o": {"ā": 1}, "fid": 9},
        geometry=POINT, actor="user:1",
    )  # fmt: skip
    create_feature(spec, properties={}, geometry=POINT, actor="user:1")
    export_layer(spec, tmp_path / "typed.gpkg")
    frame = pyogrio.read_dataframe(tmp_path / "typed.gpkg")
    assert frame["d"].dropna().tolist() == ["2024-05-31"]
    assert frame["x"].tolist()[0] == 1.5
    assert frame[["n", "x", "b"]].isna().all(axis=1).tolist() == [False, True]
    assert frame["o"].dropna().tolist() == ['{"ā": 1}']


@pytest.mark.parametrize("ending", list(MEDIA_TYPES))
def test_an_empty_layer_is_an_empty_file(city_of_jelgava, tmp_path, ending):
    export_layer(catalog.layer("streets"), tmp_path / f"streets.{ending}")
    assert (tmp_path / f"streets.{ending}").exists()
    assert [p.name for p in tmp_path.iterdir()] == [f"streets.{ending}"]


def test_the_command_writes_the_file_and_refuses_what_it_cannot(places, tmp_path):
    call_command("export_layer", "places", str(tmp_path / "places.geojson"))
    assert len(json.loads((tmp_path / "places.geojson").read_text())["features"]) == 5
    with pytest.raises(CommandError, match="unknown-export-format"):
        call_command("export_layer", "places", str(tmp_path / "places.docx"))
    with pytest.raises(CommandError, match="unknown-layer"):
        call_command("export_layer", "nowhere", str(tmp_path / "x.csv"))
