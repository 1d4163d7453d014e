"""OWSLib reads, filters, edits and runs processes, as its own documentation has it done."""

import json
from unittest import mock

import pytest

from tests.ogc_api.clients.conftest import CHURCHES, SIGHTS

owslib = pytest.importorskip("owslib.ogcapi", reason="OWSLib is not installed here")
features = pytest.importorskip("owslib.ogcapi.features")
processes = pytest.importorskip("owslib.ogcapi.processes")
records = pytest.importorskip("owslib.ogcapi.records")
util = pytest.importorskip("owslib.util")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def headers_of_its_own():
    """OWSLib keeps the headers of one client for all others."""
    with mock.patch.dict(owslib.REQUEST_HEADERS):
        yield


@pytest.fixture
def client(served):
    return features.Features(served.url)


@pytest.fixture
def editor(served):
    def signed_in(**headers):
        login = util.Authentication(served.username, served.password)
        return features.Features(served.url, auth=login, headers=headers)

    return signed_in


def names(answer):
    return [feature["properties"]["name_lv"] for feature in answer["features"]]


def test_it_finds_its_way_from_the_landing_page(client):
    assert any("ogcapi-features-1" in name for name in client.conformance()["conformsTo"])
    assert "tourism" in client.feature_collections()
    assert client.collection("tourism")["id"] == "tourism"
    assert client.collection_queryables("tourism")["properties"]["category"]["type"] == "string"
    assert client.api()["openapi"].startswith("3.0")


def test_it_reads_pages_boxes_and_words(client):
    assert len(names(client.collection_items("tourism", limit=7))) == 7
    assert len(names(client.collection_items("tourism", limit=7, offset=28))) == 2
    assert len(names(client.collection_items("tourism", bbox=[23.7095, 56.6, 23.7125, 56.7]))) == 3
    assert len(names(client.collection_items("tourism", q="kekis", limit=100))) == SIGHTS
    descending = names(client.collection_items("tourism", sortby=("id", "desc"), limit=1))
    assert descending == [f"Apskates vieta <{SIGHTS - 1}> & ķēķis"]


def test_it_filters_by_cql2(client):
    found = client.collection_items("tourism", filter="category = 'church' AND name_lv LIKE '%<2%'", limit=100)
    assert [name[len("Apskates vieta <") :].split(">")[0] for name in names(found)] == ["21", "24", "27"]
    near = "S_INTERSECTS(geometry, POLYGON((23.6 56.6, 23.7055 56.6, 23.7055 56.7, 23.6 56.7, 23.6 56.6)))"
    assert len(names(client.collection_items("tourism", filter=near))) == 6
    assert len(names(client.collection_items("tourism", filter="category='church'", limit=100))) == len(CHURCHES)


def test_it_creates_replaces_and_deletes_a_feature(editor):
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [23.75, 56.66]},
        "properties": {"name_lv": "Jauna vieta", "category": "viewpoint"},
    }
    writer = editor()
    assert writer.collection_item_create("tourism", feature)
    key = writer.response_headers["Location"].rsplit("/", 1)[1]
    version = writer.response_headers["ETag"]
    read = writer.collection_item("tourism", key)
    assert read["properties"]["name_lv"] == "Jauna vieta"

    feature["properties"]["name_lv"] = "Vieta"
    assert editor(**{"If-Match": version}).collection_item_update("tourism", key, json.dumps(feature))
    with pytest.raises(RuntimeError, match="stale-version"):
        editor(**{"If-Match": version}).collection_item_update("tourism", key, json.dumps(feature))
    current = editor()
    assert current.collection_item("tourism", key)["properties"]["name_lv"] == "Vieta"
    assert editor(**{"If-Match": current.response_headers["ETag"]}).collection_item_delete("tourism", key)
    with pytest.raises(RuntimeError, match="feature-not-found"):
        editor().collection_item("tourism", key)


def test_a_stranger_is_told_to_sign_in(client):
    with pytest.raises(RuntimeError, match="not-signed-in"):
        client.collection_item_create("tourism", {"type": "Feature", "geometry": None, "properties": {}})


def test_it_runs_a_process(served):
    client = processes.Processes(served.url)
    known = {entry["id"] for entry in client.processes()}
    assert "echo" in known
    assert client.process("echo")["inputs"]


def test_it_searches_the_records(served):
    catalogue = records.Records(f"{served.url}/records")
    found = {entry["id"] for entry in catalogue.collections()["collections"]}
    assert found
