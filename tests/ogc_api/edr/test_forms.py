"""OGC API EDR 1.1: The forms in which observations come."""

import csv
import io

import pytest

from tests.ogc_api.edr.conftest import COVERAGE_JSON, HERE

pytestmark = pytest.mark.django_db


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
