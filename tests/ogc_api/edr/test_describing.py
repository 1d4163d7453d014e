"""OGC API EDR 1.1: What describes the observations: collections, locations, links and pages."""

from datetime import timedelta

import pytest
from stations import a_stream

from tests.ogc_api.edr.conftest import HERE, ROOT, START, observe

pytestmark = pytest.mark.django_db


def test_the_collection_describes_what_can_be_asked(get, centre, north):
    collection = get("").json()
    # /req/edr/rc-collection-info
    for name in ("id", "links", "extent", "data_queries", "crs", "output_formats", "parameter_names", "within_units"):
        assert collection[name], name
    assert set(collection["data_queries"]) == {"position", "radius", "area", "cube", "locations"}
    for name, query in collection["data_queries"].items():
        assert query["link"]["variables"]["query_type"] == name
        assert query["link"]["href"] == f"http://testserver{HERE}/{name}"
        assert query["link"]["rel"] == "data"
        assert query["link"]["variables"]["description"]
        assert all(details["wkt"] for details in query["link"]["variables"]["crs_details"])
    assert collection["extent"]["spatial"]["bbox"] == [[23.727, 56.6511, 23.727, 56.6611]]
    assert collection["extent"]["temporal"]["interval"] == [["2026-06-15T09:00:00Z", "2026-06-15T09:20:00Z"]]
    assert collection["parameter_names"]["o3"]["type"] == "Parameter"
    assert collection["parameter_names"]["o3"]["observedProperty"]["label"] == "Ozone"


def test_the_list_of_collections_says_the_same(client, get, centre):
    listed = client.get(f"{ROOT}/collections").json()["collections"]
    assert [{name: entry[name] for name in ("id", "title", "description", "extent")} for entry in listed] == [
        {name: get("").json()[name] for name in ("id", "title", "description", "extent")}
    ]


def test_features_clients_see_no_observations_among_their_collections(client, centre):
    for entry in client.get("/ogc/collections", {"f": "json"}).json()["collections"]:
        assert "data_queries" not in entry
        assert entry["id"] != "observations"


def test_locations_say_what_they_observe_and_since_when(get, centre, north):
    response = get("/locations")
    assert response["Content-Type"] == "application/geo+json"
    features = {feature["id"]: feature for feature in response.json()["features"]}
    assert features["JEL-AQ-02"]["properties"] | {"category": ""} == {
        "label": "Air",
        "category": "",
        "datetime": "2026-06-15T09:00:00Z/2026-06-15T09:00:00Z",
        "parameter-name": ["air_temperature", "o3"],
        "edrqueryendpoint": f"http://testserver{HERE}/locations/JEL-AQ-02",
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"parameter-name": "o3"}, ["JEL-AQ-02"]),
        ({"bbox": "23.7,56.6,23.8,56.655"}, ["JEL-WX-01"]),
        ({"datetime": "2026-06-15T09:15:00Z/.."}, ["JEL-WX-01"]),
        ({"datetime": "2026-06-16"}, []),
    ],
)
def test_locations_can_be_narrowed(client, centre, north, query, expected):
    assert [feature["id"] for feature in client.get(f"{HERE}/locations", query).json()["features"]] == expected


@pytest.mark.parametrize("path", ["/", "/conformance", "/collections", "/collections/observations"])
def test_every_link_leads_somewhere(client, centre, path):
    document = client.get(f"{ROOT}{path}").json()
    for link in document.get("links", []):
        if link["href"].startswith("http://testserver") and link["rel"] != "data":
            assert client.get(link["href"].removeprefix("http://testserver")).status_code == 200, link


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/conformance",
        "/collections",
        "/collections/observations",
        "/collections/observations/locations",
        "/collections/observations/locations/JEL-WX-01",
        "/collections/observations/cube?bbox=23,56,24,57",
        "/collections/observations/cube?bbox=1,1,2,2",
    ],
)
@pytest.mark.parametrize("language", ["lv", "lt", "en"])
def test_everything_is_a_page_too(client, centre, path, language):
    response = client.get(f"{ROOT}{path}", headers={"Accept": "text/html", "Accept-Language": language})
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_a_page_shows_the_last_day_and_leads_to_the_one_before(client, centre):
    observe(a_stream("JEL-WX-01/wind_speed"), 3.0, start=START - timedelta(days=1))
    page = client.get(f"{HERE}/locations/JEL-WX-01", {"f": "html"}).content.decode()
    assert "datetime=2026-06-15" in page
    assert 'rel="prev" href="?f=html&amp;datetime=2026-06-14"' in page
    assert 'rel="next"' not in page


@pytest.mark.parametrize("path", ["/collections/other", "/collections/other/locations", "/collections/other/cube"])
def test_what_is_not_there_is_not_found(client, path, centre):
    response = client.get(f"{ROOT}{path}", {"bbox": "1,2,3,4"} if path.endswith("cube") else {})
    assert (response.status_code, response.json()["code"]) == (404, "unknown-collection")


def test_nothing_observed_is_a_collection_all_the_same(client, get, city_of_jelgava):
    assert get("").json()["parameter_names"] == {}
    assert get("/locations").json()["features"] == []
    get("/cube", status=204, bbox="23,56,24,57")
