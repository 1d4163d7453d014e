"""What is published of a layer, as files that other programs read."""

import csv
import json
from datetime import UTC, datetime

import geopandas
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from django.core.management import CommandError, call_command

from layers import catalog
from layers.base.editing import create_feature
from layers.catalog import PropertyType
from layers.custom.models import CustomLayer
from layers.custom.services import Column, create_layer
from layers.exports import reading
from layers.exports.files import BY_ENDING, export_layer

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
def batches_of_two(monkeypatch):
    monkeypatch.setattr(reading, "ROWS_FIRST", 2)
    monkeypatch.setattr(reading, "ROWS_MAX", 2)


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
    assert (info["geometry_type"], info["crs"]) == ("Point", "EPSG:4326")
    _meta, table = pyogrio.read_arrow(path)
    table = table.sort_by("id")
    assert table["visit_radius_m"].to_pylist() == [50, 51, 52, 53, 54]
    geometry = info["geometry_name"] or "wkb_geometry"
    assert shapely.from_wkb(table[geometry][0].as_py()) == shapely.Point(23.7, 56.6)
    assert set(info["fields"]) - {"id", "version"} == {p.name for p in places.public_properties}


def test_geoparquet_says_where_it_lies_and_geopandas_reads_it(places, tmp_path):
    path = tmp_path / "places.parquet"
    export_layer(places, path)
    frame = geopandas.read_parquet(path, bbox=(23.705, 56.5, 23.725, 56.7))  # by the column that covers the geometry
    assert frame["visit_radius_m"].tolist() == [51, 52]
    assert (frame.crs.to_string(), frame.geometry.iloc[0]) == ("OGC:CRS84", shapely.Point(23.71, 56.6))
    metadata = json.loads(pq.read_metadata(path).metadata[b"geo"])
    assert (metadata["version"], metadata["primary_column"]) == ("1.1.0", "geometry")
    column = metadata["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    assert column["bbox"] == [23.7, 56.6, 23.74, 56.6]


@pytest.fixture
def typed(city_of_jelgava):
    columns = [Column(name, PropertyType(kind)) for name, kind in (
        ("n", "integer"), ("x", "number"), ("b", "boolean"), ("d", "date"), ("t", "date-time"), ("o", "object"),
        ("fid", "integer"), ("N", "string"), ("geometry", "string"),
    )]  # fmt: skip
    spec = create_layer(CustomLayer(id="typed", title_lv="x", geometry_type="Point"), columns, actor="user:1")
    create_feature(
        spec, properties={
            "n": 2**53 + 1, "x": 1.5, "b": False, "d": "2024-05-31", "t": "2024-05-31T09:00:00+03:00", "o": {"ā": 1},
            "fid": 9, "N": "y", "geometry": "z",
        },
        geometry=POINT, actor="user:1",
    )  # fmt: skip
    create_feature(spec, properties={}, geometry=POINT, actor="user:1")
    return spec


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet"])
def test_types_survive_and_missing_values_are_missing(typed, tmp_path, ending):
    path = tmp_path / f"typed.{ending}"
    export_layer(typed, path)
    table = pq.read_table(path) if ending == "parquet" else pyogrio.read_arrow(path)[1]
    values = {name: table[name].to_pylist() for name in table.column_names}
    assert {name: values[name][0] for name in ("n", "x", "b")} == {"n": 2**53 + 1, "x": 1.5, "b": False}
    assert str(values["d"][0])[:10] == "2024-05-31"  # FlatGeobuf has instants only
    assert values["t"][0].replace(tzinfo=UTC) == datetime(2024, 5, 31, 6, tzinfo=UTC)
    assert values["o"][0] == '{"ā": 1}'
    assert [values[name][1] for name in ("n", "x", "b", "d", "t", "o")] == [None] * 6
    # Names that the file has already taken, or has twice but for the case, are told apart.
    assert [values[name][0] for name in ("fid_", "N_", "geometry_")] == [9, "y", "z"]


@pytest.mark.parametrize("ending", list(BY_ENDING))
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
