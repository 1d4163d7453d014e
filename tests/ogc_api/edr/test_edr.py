"""OGC API EDR 1.1: what describes the observations, where they are asked for, and in which forms they come."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from covjson_pydantic.coverage import Coverage, CoverageCollection
from django.contrib.gis.geos import Point
from django.db import connection
from people import a_user
from stations import a_sensor, a_stream

from gis_platform.identity.roles import Role
from layers.sensors.models import LatestObservation, Observation
from ogc_api.edr import observations
from ogc_api.edr.stations import NEAREST_M

pytestmark = pytest.mark.django_db

ROOT = "/ogc/edr"
HERE = f"{ROOT}/collections/observations"
COVERAGE_JSON = "application/prs.coverage+json"
CENTRE = {"coords": "POINT(23.727 56.6511)"}
START = datetime(2026, 6, 15, 9, tzinfo=UTC)  # noon in Jelgava


def observe(stream, *values, every=timedelta(minutes=10), start=START):
    """Readings one after another; None leaves one out."""
    for number, value in enumerate(values):
        if value is not None:
            at = start + number * every
            Observation.objects.create(stream=stream, phenomenon_time=at, result=value, quality=0, received_at=at)
            LatestObservation.objects.update_or_create(
                stream=stream, defaults={"phenomenon_time": at, "result": value, "quality": 0}
            )
    return stream


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def partition(db):
    with connection.cursor() as cursor:
        for month in ("2026-05-01", "2026-06-01", "2026-07-01"):
            cursor.execute("SELECT create_observation_partition(%s)", [f"{month}T00:00:00Z"])


@pytest.fixture
def centre(partition, city_of_jelgava):
    """Temperature and humidity, of which one humidity is missing, at 23.7270 56.6511."""
    observe(a_stream("JEL-WX-01/air_temperature"), 20.5, 20.75, 21.0)
    observe(a_stream("JEL-WX-01/relative_humidity"), 60.0, None, 62.0)


@pytest.fixture
def north(partition, city_of_jelgava):
    """Temperature and ozone about 1.1 km north of the centre."""
    sensor = a_sensor("JEL-AQ-02", name_lv="Gaiss", name_en="Air", geometry=Point(23.7270, 56.6611, srid=4326))
    observe(a_stream("JEL-AQ-02/air_temperature", sensor=sensor), 19.0)
    observe(a_stream("JEL-AQ-02/o3", sensor=sensor), 44.0)


@pytest.fixture
def get(client, city_of_jelgava):
    def get(path, status=200, **query):
        response = client.get(f"{HERE}{path}", {name.replace("_", "-"): value for name, value in query.items()})
        assert response.status_code == status, response.content
        return response

    return get


def ranges(coverage):
    return {name: values["values"] for name, values in coverage["ranges"].items()}


def stations_of(document):
    return [coverage["id"] for coverage in document.get("coverages", [document])]


def test_a_position_is_answered_by_the_station_that_is_nearest(get, centre, north):
    response = get("/position", coords="POINT(23.727 56.652)", parameter_name="air_temperature")
    Coverage.model_validate_json(response.content)
    document = response.json()
    assert document["id"] == "JEL-WX-01"
    assert document["domain"]["domainType"] == "PointSeries"
    axes = document["domain"]["axes"]
    assert (axes["x"]["values"], axes["y"]["values"]) == ([23.727], [56.6511])
    assert axes["t"]["values"] == ["2026-06-15T09:00:00Z", "2026-06-15T09:10:00Z", "2026-06-15T09:20:00Z"]
    assert ranges(document) == {"air_temperature": [20.5, 20.75, 21.0]}


def test_each_property_has_its_own_nearest_station(get, centre, north):
    response = get("/position", coords="POINT(23.727 56.652)")
    CoverageCollection.model_validate_json(response.content)
    assert {coverage["id"]: sorted(coverage["ranges"]) for coverage in response.json()["coverages"]} == {
        "JEL-WX-01": ["air_temperature", "relative_humidity"],
        "JEL-AQ-02": ["o3"],
    }


def test_a_position_far_from_every_station_has_no_data(get, centre):
    degrees = NEAREST_M / 111_360
    assert get("/position", coords=f"POINT(23.727 {56.6511 + degrees * 0.99})").json()["id"] == "JEL-WX-01"
    assert get("/position", status=204, coords=f"POINT(23.727 {56.6511 + degrees * 1.01})").content == b""


def test_the_name_that_owslib_sends_is_understood(client, centre):
    query = {"coords": "POINT(23.727 56.652)", "parameter_names": "relative_humidity"}
    assert ranges(client.get(f"{HERE}/position", query).json()) == {"relative_humidity": [60.0, 62.0]}


def test_several_positions_may_be_asked_for_at_once(get, centre, north):
    query = {"coords": "MULTIPOINT((23.727 56.651),(23.727 56.661))", "parameter_name": "air_temperature"}
    assert stations_of(get("/position", **query).json()) == ["JEL-AQ-02", "JEL-WX-01"]


def test_a_time_without_a_reading_is_null(get, centre):
    document = get("/locations/JEL-WX-01").json()
    assert ranges(document) == {"air_temperature": [20.5, 20.75, 21.0], "relative_humidity": [60.0, None, 62.0]}
    assert document["ranges"]["relative_humidity"]["shape"] == [3]


def test_parameters_say_unit_and_name_in_the_languages(get, centre):
    parameter = get("/locations/JEL-WX-01").json()["parameters"]["air_temperature"]
    assert parameter["unit"]["symbol"] == {"value": "Cel", "type": "http://www.opengis.net/def/uom/UCUM/"}
    assert parameter["observedProperty"]["id"] == "http://vocab.nerc.ac.uk/standard_name/air_temperature/"
    assert parameter["observedProperty"]["label"] == {
        "lv": "Gaisa temperatūra",
        "lt": "Oro temperatūra",
        "en": "Air temperature",
    }


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/radius", {"coords": "POINT(23.727 56.6511)", "within": "1", "within_units": "km"}, ["JEL-WX-01"]),
        (
            "/radius",
            {"coords": "POINT(23.727 56.6511)", "within": "1200", "within_units": "m"},
            ["JEL-AQ-02", "JEL-WX-01"],
        ),
        (
            "/radius",
            {"coords": "POINT(23.727 56.6511)", "within": "0.7", "within_units": "mi"},
            ["JEL-AQ-02", "JEL-WX-01"],
        ),
        ("/area", {"coords": "POLYGON((23.7 56.66,23.8 56.66,23.8 56.7,23.7 56.66))"}, ["JEL-AQ-02"]),
        (
            "/area",
            {"coords": "MULTIPOLYGON(((23.7 56.64,23.8 56.64,23.7 56.66,23.7 56.64)))"},
            ["JEL-WX-01"],
        ),
        ("/cube", {"bbox": "23.7,56.6,23.8,56.655"}, ["JEL-WX-01"]),
        ("/cube", {"bbox": "23.7,56.6,23.8,56.7", "z": "10/20"}, ["JEL-AQ-02", "JEL-WX-01"]),  # /req/edr/z-response A
        ("/locations/JEL-AQ-02,JEL-WX-01", {}, ["JEL-AQ-02", "JEL-WX-01"]),
    ],
)
def test_every_query_finds_the_stations_of_its_place(get, centre, north, path, query, expected):
    assert stations_of(get(path, **query).json()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-15T09:10:00Z", [20.75]),
        ("2026-06-15T12:10:00+03:00", [20.75]),
        ("2026-06-15T09:10:00Z/2026-06-15T09:20:00Z", [20.75, 21.0]),
        ("2026-06-15T09:05:00Z/..", [20.75, 21.0]),
        ("../2026-06-15T09:00:00Z", [20.5]),
        ("2026-06-15", [20.5, 20.75, 21.0]),
        ("2026-06-15/2026-06-16", [20.5, 20.75, 21.0]),
    ],
)
def test_a_time_may_be_an_instant_an_interval_or_a_day(get, centre, text, expected):
    document = get("/locations/JEL-WX-01", datetime=text, parameter_name="air_temperature").json()
    assert ranges(document) == {"air_temperature": expected}


def test_a_day_is_the_citys_day(get, partition, city_of_jelgava):
    """Midnight in Jelgava on 15 June is 21:00 UTC the evening before."""
    observe(a_stream(), 1.0, 2.0, start=datetime(2026, 6, 14, 20, 55, tzinfo=UTC))
    assert ranges(get("/locations/JEL-WX-01", datetime="2026-06-15").json()) == {"air_temperature": [2.0]}
    assert ranges(get("/locations/JEL-WX-01", datetime="2026-06-14").json()) == {"air_temperature": [1.0]}


def test_a_time_with_no_readings_has_no_data(get, centre):
    get("/locations/JEL-WX-01", status=204, datetime="2026-06-16/..")


def test_fractions_of_seconds_keep_their_order(get, partition, city_of_jelgava):
    observe(a_stream(), 1.0, 2.0, 3.0, every=timedelta(milliseconds=500))
    observe(a_stream("JEL-WX-01/relative_humidity"), 50.0)
    document = get("/locations/JEL-WX-01").json()
    times = document["domain"]["axes"]["t"]["values"]
    assert times == ["2026-06-15T09:00:00Z", "2026-06-15T09:00:00.5Z", "2026-06-15T09:00:01Z"]
    assert ranges(document)["air_temperature"] == [1.0, 2.0, 3.0]


def test_two_streams_of_one_property_are_two_coverages(get, centre):
    stream = a_stream("JEL-WX-01/air_pressure")
    stream.observed_property = a_stream("JEL-WX-01/wind_speed").observed_property
    stream.save()
    observe(stream, 5.0)
    second = a_stream("JEL-WX-01/wind_direction")
    second.observed_property = stream.observed_property
    second.save()
    observe(second, 6.0)
    document = get("/locations/JEL-WX-01", parameter_name="wind_speed").json()
    assert [ranges(coverage) for coverage in document["coverages"]] == [{"wind_speed": [5.0]}, {"wind_speed": [6.0]}]


def test_numbers_that_json_has_not_are_null(get, partition, city_of_jelgava):
    observe(a_stream(), float("nan"), 1.0)
    assert ranges(get("/locations/JEL-WX-01").json()) == {"air_temperature": [None, 1.0]}


def test_csv_has_a_line_for_each_value(get, centre, north):
    response = get("/cube", bbox="23.7,56.6,23.8,56.7", f="CSV")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert len(lines) == 7
    assert lines[0] == {
        "datetime": "2026-06-15T09:00:00Z",
        "location": "JEL-AQ-02",
        "x": "23.727",
        "y": "56.6611",
        "parameter": "air_temperature",
        "value": "19.0",
        "unit": "Cel",
    }


def test_geojson_has_a_feature_for_each_station(get, centre, north):
    response = get("/cube", bbox="23.7,56.6,23.8,56.7", f="GeoJSON")
    assert response["Content-Type"] == "application/geo+json"
    document = response.json()
    feature = document["features"][1]
    # edrProperties.yaml: required properties
    assert feature["properties"]["datetime"] == "2026-06-15T09:00:00Z/2026-06-15T09:20:00Z"
    assert feature["properties"]["parameter-name"] == ["air_temperature", "relative_humidity"]
    assert feature["properties"]["label"] == "Weather station"
    assert feature["properties"]["edrqueryendpoint"] == f"http://testserver{HERE}/locations/JEL-WX-01"
    assert feature["properties"]["observations"]["relative_humidity"][1] == {
        "datetime": "2026-06-15T09:20:00Z",
        "value": 62.0,
    }
    assert {parameter["id"] for parameter in document["parameters"]} == {"air_temperature", "relative_humidity", "o3"}
    assert {parameter["observedProperty"]["label"]["en"] for parameter in document["parameters"]} >= {"Ozone"}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", COVERAGE_JSON),
        ("application/json", COVERAGE_JSON),
        ("application/vnd.cov+json", COVERAGE_JSON),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/geo+json", "application/geo+json"),
        ("text/html", "text/html; charset=utf-8"),
    ],
)
def test_the_form_follows_accept(client, centre, accept, expected):
    assert client.get(f"{HERE}/locations/JEL-WX-01", headers={"Accept": accept})["Content-Type"] == expected


def test_another_coordinate_system_may_be_asked_for(get, centre):
    """56.6511 N 23.7270 E in LKS-92, whose register puts the northing first: coords too are northing, easting."""
    degrees = get("/position", coords="POINT(23.727 56.652)", crs="CRS84").json()
    metres = get("/position", coords="POINT(278682 483261)", crs="EPSG:3059").json()
    assert degrees["id"] == metres["id"] == "JEL-WX-01"
    axes = metres["domain"]["axes"]
    assert axes["x"]["values"][0] == pytest.approx(483_261, abs=1)
    assert axes["y"]["values"][0] == pytest.approx(278_582, abs=1)
    spatial = metres["domain"]["referencing"][0]
    assert spatial["coordinates"] == ["y", "x"]
    assert spatial["system"] == {"type": "ProjectedCRS", "id": "http://www.opengis.net/def/crs/EPSG/0/3059"}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/position", {}),
        ("/position", {"coords": "23.7,56.6"}),
        ("/position", {"coords": "POINT(nan 56)"}),
        ("/position", {"coords": "POINT(1e400 56)"}),
        ("/position", {"coords": "POINT(500 56)"}),
        ("/position", {"coords": "POINT EMPTY"}),
        ("/position", {"coords": "POINT(23 56"}),
        ("/position", {"coords": "POLYGON((0 0,1 0,1 1,0 0))"}),
        ("/position", {"coords": "GEOMETRYCOLLECTION(" * 5000}),
        ("/position", {"coords": "POINT(23 56)", "crs": "EPSG:9999"}),
        ("/position", {"coords": "POINT(23 56)", "datetime": "yesterday"}),
        ("/position", {"coords": "POINT(23 56)", "datetime": "2026-06-16/2026-06-15"}),
        ("/position", {"coords": "POINT(23 56)", "parameter-name": "gold"}),
        ("/position", {"coords": "POINT(23 56)", "f": "netCDF4"}),
        ("/position", {"coords": "POINT(23 56)", "bbox": "1,2,3,4"}),
        ("/position", {"coords": f"MULTIPOINT({','.join(['(23 56)'] * 21)})"}),
        ("/area", {"coords": "POINT(23 56)"}),
        ("/area", {"coords": "POLYGON((0 0,1 1,1 0,0 1,0 0))"}),
        ("/area", {"coords": f"POLYGON((0 0,{','.join(f'{n} 1' for n in range(1, 1001))},0 0))"}),
        ("/area", {"coords": "POLYGON((" + "0 0," * 30_000 + "0 0))"}),
        ("/radius", {"coords": "POINT(23 56)"}),
        ("/radius", {"coords": "POINT(23 56)", "within": "5"}),
        ("/radius", {"coords": "POINT(23 56)", "within": "5", "within-units": "leagues"}),
        ("/radius", {"coords": "POINT(23 56)", "within": "nan", "within-units": "km"}),
        ("/radius", {"coords": "POINT(23 56)", "within": "-1", "within-units": "km"}),
        ("/radius", {"coords": "POINT(23 56)", "within": "501", "within-units": "km"}),
        ("/cube", {}),
        ("/cube", {"bbox": "1,2,3"}),
        ("/locations", {"bbox": "a"}),
        ("/locations/" + ",".join(map(str, range(101))), {}),
    ],
)
def test_a_wrong_request_is_refused_with_a_reason(client, centre, path, query):
    response = client.get(f"{HERE}{path}", query)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert len(response.json()["detail"]) < 700


def test_more_values_than_may_be_answered_are_refused_with_what_to_change(get, centre, monkeypatch):
    monkeypatch.setattr(observations, "VALUES_MAX", 5)
    assert len(get("/locations/JEL-WX-01").json()["ranges"]) == 2  # five values
    monkeypatch.setattr(observations, "VALUES_MAX", 4)
    problem = get("/locations/JEL-WX-01", status=413).json()
    assert problem["code"] == "too-many-values"
    assert "datetime" in problem["detail"]
    get("/locations/JEL-WX-01", parameter_name="air_temperature")


def test_an_unknown_location_is_named(get, centre):
    problem = get("/locations/JEL-WX-01,NOWHERE", status=404).json()
    assert (problem["code"], "NOWHERE" in problem["detail"]) == ("unknown-location", True)


def test_a_sensor_that_is_not_published_is_nowhere(client, get, centre, north):
    sensor = a_sensor("JEL-AQ-02")
    sensor.status = "draft"
    sensor.save()
    client.force_login(a_user(Role.PLANNER))
    get("/locations/JEL-AQ-02", status=404)
    get("/locations/JEL-WX-01", status=400, parameter_name="o3")
    assert stations_of(get("/cube", bbox="23,56,24,57").json()) == ["JEL-WX-01"]
    assert [feature["id"] for feature in get("/locations").json()["features"]] == ["JEL-WX-01"]
    assert set(get("").json()["parameter_names"]) == {"air_temperature", "relative_humidity"}


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
