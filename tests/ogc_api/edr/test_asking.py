"""OGC API EDR 1.1: What is asked for: where, when, what; and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from covjson_pydantic.coverage import Coverage, CoverageCollection
from people import a_user
from stations import a_sensor, a_stream

from gis_platform.identity.roles import Role
from ogc_api.edr import observations
from ogc_api.edr.stations import NEAREST_M
from tests.ogc_api.edr.conftest import HERE, observe, ranges, stations_of

pytestmark = pytest.mark.django_db


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
