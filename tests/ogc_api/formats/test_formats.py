"""Items in every format: the same features, the same filters, the same rights."""

import csv
import io
import json
import tempfile
from pathlib import Path

import geopandas
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from django.core.signals import request_finished
from django.db import connection
from shapely import Point

from gis_platform.core.crs import CRS_OFFERED
from layers import catalog
from layers.base.editing import create_feature
from ogc_api.formats import sending
from ogc_api.formats.offered import ITEMS
from ogc_api.pages.downloads import FILES

pytestmark = pytest.mark.django_db
ITEMS_URL = "/ogc/collections/tourism/items"
LKS92 = "http://www.opengis.net/def/crs/EPSG/0/3059"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
WHOLE = [known for known in ITEMS if known.file]


def body(response) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content) if response.streaming else response.content


def names(content: bytes, name: str, tmp_path) -> list[str]:
    """The English names in a file of any format, in its order."""
    if name == "csv":
        return [row["name_en"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]
    if name == "geojsonl":
        return [json.loads(line)["properties"]["name_en"] for line in content.decode().split("\x1e")[1:]]
    path = tmp_path / f"file.{name}"
    path.write_bytes(content)
    table = pq.read_table(path) if name == "parquet" else pyogrio.read_arrow(path)[1]
    return table["name_en"].to_pylist()


@pytest.mark.parametrize("known", WHOLE, ids=lambda known: known.name)
def test_a_file_holds_what_fits_in_the_order_asked_for(client, castle, church, tmp_path, known):
    def asked(**query):
        response = client.get(ITEMS_URL, {"f": known.name, **query})
        return response, names(body(response), known.name, tmp_path)

    response, found = asked()
    assert found == ["Jelgava Palace", "St Anne & co"]
    assert response["Content-Type"].split(";")[0] == known.media_type
    assert response["Content-Disposition"] == f'attachment; filename="tourism.{known.file.ending}"'
    assert asked(category="church")[1] == ["St Anne & co"]
    assert asked(bbox="23.73,56.65,23.74,56.66")[1] == ["Jelgava Palace"]
    assert asked(filter="category = 'castle'")[1] == ["Jelgava Palace"]
    assert asked(sortby="-name_en")[1] == ["St Anne & co", "Jelgava Palace"]
    assert asked(limit=1)[1] == ["Jelgava Palace"]
    assert asked(offset=1)[1] == ["St Anne & co"]
    assert asked(category="none")[1] == []


@pytest.mark.parametrize("known", WHOLE, ids=lambda known: known.name)
def test_one_feature_is_a_file_too(client, castle, church, tmp_path, known):
    response = client.get(f"{ITEMS_URL}/{church.id}", headers={"Accept": known.media_type})
    assert names(body(response), known.name, tmp_path) == ["St Anne & co"]
    assert client.get(f"{ITEMS_URL}/999999", headers={"Accept": known.media_type}).status_code == 404


@pytest.mark.parametrize("known", WHOLE, ids=lambda known: known.name)
def test_only_the_properties_asked_for_are_in_it(client, castle, tmp_path, known):
    content = body(client.get(ITEMS_URL, {"f": known.name, "properties": "name_en"}))
    assert b"category" not in content
    assert names(content, known.name, tmp_path) == ["Jelgava Palace"]


@pytest.mark.parametrize("known", WHOLE, ids=lambda known: known.name)
def test_a_private_property_is_in_no_file(client, city_of_jelgava, known):
    assert b"bank_account" not in body(client.get("/ogc/collections/merchants/items", {"f": known.name}))
    refused = client.get("/ogc/collections/merchants/items", {"f": known.name, "properties": "bank_account"})
    assert refused.status_code == 400


@pytest.mark.parametrize("known", WHOLE, ids=lambda known: known.name)
def test_nothing_is_built_for_a_head(client, castle, known, monkeypatch):
    monkeypatch.setattr(sending, "pieces", None)
    monkeypatch.setattr(sending, "write_file", None)
    response = client.head(ITEMS_URL, {"f": known.name})
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (200, known.media_type)


def test_links_lead_to_every_other_format(client, castle):
    for url in (ITEMS_URL, f"{ITEMS_URL}/{castle.id}"):
        links = client.get(url, {"f": "jsonfg"}).json()["links"]
        others = {link["type"]: link["href"] for link in links if link["rel"] == "alternate"}
        assert set(others) == {known.media_type for known in ITEMS} - {"application/vnd.ogc.fg+json"}
        for media_type, href in others.items():
            response = client.get(href.removeprefix("http://testserver"))
            assert response["Content-Type"].split(";")[0] == media_type
            body(response)


def test_no_acceptable_format_is_a_406_with_the_list(client, castle):
    for url in (ITEMS_URL, f"{ITEMS_URL}/{castle.id}"):
        response = client.get(url, headers={"Accept": "image/png"})
        assert (response.status_code, response.json()["code"]) == (406, "not-acceptable")
        assert "text/csv" in response.json()["acceptable"]


# Jelgava's castle in LKS-92 lies 16.3 km west of the meridian 24 (easting 500,000), its northing counts from 6,000 km.
def test_files_are_on_the_grid_asked_for(client, castle, tmp_path):
    for ending in ("gpkg", "fgb", "parquet"):
        path = tmp_path / f"grid.{ending}"
        path.write_bytes(body(client.get(ITEMS_URL, {"f": ending, "crs": LKS92})))
        frame = geopandas.read_parquet(path) if ending == "parquet" else pyogrio.read_dataframe(path)
        assert frame.crs.to_epsg() == 3059
        back = frame.to_crs(4326).geometry.iloc[0]
        assert back.distance(Point(23.7344, 56.6556)) < 1e-7


def test_a_table_and_a_sequence_say_which_grid(client, castle):
    table = client.get(ITEMS_URL, {"f": "csv", "crs": LKS92})
    row = next(csv.DictReader(io.StringIO(body(table).decode("utf-8-sig"))))
    assert (row["lon"], row["lat"]) == ("23.7344", "56.6556")
    easting, northing = shapely.from_wkt(row["wkt"]).coords[0]
    assert table["Content-Crs"] == f"<{LKS92}>"
    sequence = client.get(ITEMS_URL, {"f": "geojsonl", "crs": LKS92})
    geometry = json.loads(body(sequence).decode().removeprefix("\x1e"))["geometry"]
    assert geometry["coordinates"] == [northing, easting]  # as the register of the grid has it
    assert northing < 300_000 < 480_000 < easting


@pytest.fixture
def festival(db, city_of_jelgava):
    return create_feature(
        catalog.layer("events"),
        properties={
            "name_lv": "Svētki",
            "category": "festival",
            "starts_at": "2026-05-31T22:30:00+03:00",
            "ends_at": "2026-06-01T00:30:00+03:00",
        },
        geometry=Point(23.72, 56.65),
        actor="user:1",
    )


def test_json_fg_says_type_time_and_place(client, festival):
    response = client.get("/ogc/collections/events/items", {"f": "jsonfg"})
    assert response["Content-Type"] == "application/vnd.ogc.fg+json"
    document = response.json()
    assert document["conformsTo"][0] == "http://www.opengis.net/spec/json-fg-1/1.0/conf/core"
    assert (document["featureType"], document["geometryDimension"]) == ("events", 0)
    assert document["coordRefSys"] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    assert document["featureSchema"] == "http://testserver/ogc/collections/events/schema"
    [feature] = document["features"]
    assert feature["time"] == {"interval": ["2026-05-31T19:30:00Z", "2026-05-31T21:30:00Z"]}
    assert feature["geometry"] == {"type": "Point", "coordinates": [23.72, 56.65]}
    assert feature["place"] is None


def test_json_fg_has_the_time_although_its_properties_were_not_asked_for(client, festival):
    query = {"f": "jsonfg", "properties": "name_lv"}
    [feature] = client.get("/ogc/collections/events/items", query).json()["features"]
    assert feature["properties"] == {"name_lv": "Svētki"}
    assert feature["time"]["interval"][0] == "2026-05-31T19:30:00Z"


def test_json_fg_of_what_always_holds_has_no_time(client, castle):
    assert client.get(f"{ITEMS_URL}/{castle.id}", {"f": "jsonfg"}).json()["time"] is None


@pytest.mark.parametrize("one", [False, True])
def test_json_fg_keeps_the_place_on_its_grid_and_the_geometry_in_degrees(client, castle, one):
    url = f"{ITEMS_URL}/{castle.id}" if one else ITEMS_URL
    response = client.get(url, {"f": "jsonfg", "crs": LKS92})
    document = response.json()
    feature = document if one else document["features"][0]
    assert document["coordRefSys"] == LKS92
    assert feature["geometry"]["coordinates"] == pytest.approx([23.7344, 56.6556], abs=1e-7)
    northing, easting = feature["place"]["coordinates"]
    assert (round(northing, -4), round(easting, -4)) == (280_000, 480_000)
    assert CRS_OFFERED[LKS92].northing_first
    assert response["Content-Crs"] == f"<{LKS92}>"


def test_json_fg_in_epsg_4326_has_latitude_first(client, castle):
    feature = client.get(f"{ITEMS_URL}/{castle.id}", {"f": "jsonfg", "crs": WGS84}).json()
    assert feature["place"]["coordinates"] == [56.6556, 23.7344]
    assert feature["geometry"]["coordinates"] == [23.7344, 56.6556]


def test_json_fg_comes_in_pages(client, castle, church):
    first = client.get(ITEMS_URL, {"f": "jsonfg", "limit": 1}).json()
    assert (first["numberMatched"], first["numberReturned"]) == (2, 1)
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    second = client.get(following.removeprefix("http://testserver")).json()
    assert [feature["id"] for feature in second["features"]] == [church.id]
    assert second["conformsTo"] == first["conformsTo"]


def test_a_download_takes_the_same_parameters(client, castle, church, tmp_path):
    for ending, _title in FILES:
        url = f"/ogc/collections/tourism/download/tourism.{ending}"
        content = body(client.get(url, {"category": "church"}))
        if ending == "geojson":
            assert [f["id"] for f in json.loads(content)["features"]] == [church.id]
        else:
            assert names(content, ending, tmp_path) == ["St Anne & co"]
        assert client.get(url, {"category": "church", "colour": "red"}).status_code == 400


def test_a_layer_of_staff_is_no_file_for_others(client, clerk, city_of_jelgava):
    url = "/ogc/collections/beacons/items"
    assert client.get(url, {"f": "csv"}).status_code == 404
    client.force_login(clerk)
    assert body(client.get(url, {"f": "csv"}))


class TestPlaces:
    """A worker reads a few files at once and no more; a place is free again however the reading ends."""

    @pytest.fixture(autouse=True)
    def one_place(self, monkeypatch):
        monkeypatch.setattr(sending, "_places", sending.BoundedSemaphore(1))

    def get(self, client, name="csv"):
        return client.get(ITEMS_URL, {"f": name})

    def test_one_too_many_is_told_when_to_come_back(self, client, castle):
        reading = self.get(client)
        refused = self.get(client)
        assert (refused.status_code, refused.json()["code"]) == (503, "too-many-downloads")
        assert refused["Retry-After"] == "15"
        body(reading)
        assert self.get(client).status_code == 200

    @pytest.fixture
    def gone(self, monkeypatch):
        """Closes an answer as a server does; the end of a request would also close the test's own connection."""
        monkeypatch.setattr(request_finished, "send", lambda **_: None)
        return lambda response: response.close()

    def test_a_reader_who_goes_away_frees_the_place_and_the_cursor(self, client, castle, gone):
        reading = self.get(client)
        pieces = iter(reading)
        assert [next(pieces), next(pieces)]
        with connection.cursor() as cursor:
            gone(reading)
            cursor.execute("SELECT count(*) FROM pg_cursors")
            assert cursor.fetchone() == (0,)
        assert body(self.get(client))

    def test_a_reader_who_never_began_frees_it_too(self, client, castle, gone):
        gone(self.get(client))
        assert body(self.get(client))

    @pytest.mark.parametrize("name", ["gpkg", "parquet"])
    def test_a_temporary_file_is_gone_before_it_is_sent(self, client, castle, name, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        response = self.get(client, name)
        assert list(Path(tmp_path).iterdir()) == []
        second = self.get(client, name)  # only the writing holds a place
        assert body(second)
        assert body(response)
