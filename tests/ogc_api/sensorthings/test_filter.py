"""$filter on a handful of observations whose answers are plain arithmetic, and on links, JSON and places."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from stations import a_reading, a_sensor, a_stream

from gis_platform.core import clock
from layers.sensors import services

START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)  # a Sunday; midnight of the second is within
VALUES = (-2.5, -0.5, 0.0, 1.5, 2.5, 10.0)  # an hour apart


@pytest.fixture
def observed(db, city_of_jelgava):
    """One stream with VALUES, one of another property at another place with a single 5.0."""
    stream = a_stream()
    wind = a_stream("JEL-WX-02/wind_speed", sensor=a_sensor("JEL-WX-02", geometry=Point(23.80, 56.70, srid=4326)))
    readings = [a_reading(value, time=START + timedelta(hours=hour)) for hour, value in enumerate(VALUES)]
    services.ingest([*readings, a_reading(5.0, time=START, stream=wind.key)], age_max=timedelta(days=40_000))
    return stream


@pytest.fixture
def matching(get, observed):
    def matching(text: str) -> list[float]:
        """The results of the one stream's observations that fulfil a filter, by time."""
        path = f"Datastreams({observed.pk})/Observations"
        return [entity["result"] for entity in get(path, filter=text, orderby="phenomenonTime")["value"]]

    return matching


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("result eq 1.5", [1.5]),
        ("result ne 1.5", [-2.5, -0.5, 0.0, 2.5, 10.0]),
        ("result gt 1.5", [2.5, 10.0]),
        ("result ge 1.5 and result lt 10", [1.5, 2.5]),
        ("result le -0.5 or result gt 2.5", [-2.5, -0.5, 10.0]),
        ("not (result gt 0)", [-2.5, -0.5, 0.0]),
        ("not result gt 0", [-2.5, -0.5, 0.0]),
        ("not result gt 0 and result eq 0", [0.0]),
        ("not not result gt 2", [2.5, 10.0]),
        ("true eq not (result gt 0) and result lt -1", [-2.5]),
        # `and` binds tighter than `or`, arithmetic tighter than comparison, `mul` tighter than `add`.
        ("result eq 0 or result eq 10 and result eq 1", [0.0]),
        ("(result eq 0 or result eq 10) and result eq 10", [10.0]),
        ("result add 1 mul 2 eq 12", [10.0]),
        ("(result add 1) mul 2 eq 5", [1.5]),
        ("result sub 5 sub 3 eq 2", [10.0]),
        ("-result eq 2.5", [-2.5]),
        ("result div 4 eq 2.5", [10.0]),
        ("result div 0 eq 1", []),
        ("result mod 2 eq 0.5", [2.5]),
        ("result mod 2 eq -0.5", [-2.5, -0.5]),
        ("1.5e0 eq result", [1.5]),
        ("result eq null", []),
        ("result ne null", list(VALUES)),
        ("result gt null", []),
        ("true", list(VALUES)),
        ("null", []),
        ("(result gt 2) eq true", [2.5, 10.0]),
    ],
)  # fmt: skip
def test_comparison_logic_arithmetic(matching, text, expected):
    assert matching(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("round(result) eq 3", [2.5]),  # a half goes away from zero
        ("round(result) eq -3", [-2.5]),
        ("floor(result) eq -1", [-0.5]),
        ("ceiling(result) eq 2", [1.5]),
        ("ceiling(-0.5) eq 0 and result eq 0", [0.0]),
    ],
)
def test_mathematics(matching, text, expected):
    assert matching(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phenomenonTime eq 2026-03-01T22:00:00Z", [-2.5]),
        ("phenomenonTime eq 2026-03-02T00:00:00+02:00", [-2.5]),
        ("phenomenonTime lt 2026-03-01T23:00:00.000001Z", [-2.5, -0.5]),
        ("phenomenonTime ge 2026-03-02", [0.0, 1.5, 2.5, 10.0]),
        ("resultTime gt 2026-03-02T02:00:00Z", [10.0]),
        ("year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 3 and day(phenomenonTime) eq 1", [-2.5, -0.5]),
        ("hour(phenomenonTime) gt 1", [-2.5, -0.5, 2.5, 10.0]),
        ("minute(phenomenonTime) eq 0 and second(phenomenonTime) eq 0 and result eq 0", [0.0]),
        ("fractionalseconds(phenomenonTime) eq 0 and totaloffsetminutes(phenomenonTime) eq 0", list(VALUES)),
        ("date(phenomenonTime) eq 2026-03-01", [-2.5, -0.5]),
        ("date(phenomenonTime) gt date(2026-03-01T12:00:00Z)", [0.0, 1.5, 2.5, 10.0]),
        ("time(phenomenonTime) lt 02:00:00", [0.0, 1.5]),
        ("phenomenonTime gt now()", [10.0]),
        ("phenomenonTime gt now() sub duration'PT1H'", [2.5, 10.0]),
        ("phenomenonTime add duration'P1D' lt 2026-03-02T23:00:00Z", [-2.5]),
        ("now() sub phenomenonTime ge duration'PT3H'", [-2.5, -0.5]),
        ("now() sub phenomenonTime eq duration'PT1H' mul 2", [0.0]),
        ("phenomenonTime gt mindatetime() and phenomenonTime lt maxdatetime()", list(VALUES)),
        ("during(phenomenonTime, 2026-03-01T23:00:00Z/2026-03-02T00:00:00Z)", [-0.5, 0.0]),
        ("before(phenomenonTime, 2026-03-01T23:00:00Z)", [-2.5]),
        ("after(phenomenonTime, 2026-03-02T02:00:00Z)", [10.0]),
        ("overlaps(phenomenonTime, 2026-03-01T21:00:00Z/2026-03-01T22:00:00Z)", [-2.5]),
        ("phenomenonTime gt 2026-03-01T20:00:00Z/2026-03-02T01:00:00Z", [2.5, 10.0]),
    ],
)
def test_times(matching, text, expected):
    with clock.frozen(START + timedelta(hours=4)):  # the time of 2.5
        assert matching(text) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("substringof('wind', name)", {"2"}),
        ("contains(name, 'air_')", {"1"}),
        ("startswith(name, 'JEL') and endswith(name, 'speed')", {"2"}),
        ("length(name) eq 20", {"2"}),
        ("indexof(name, 'WX') eq 4", {"1", "2"}),
        ("indexof(name, 'nowhere') eq -1", {"1", "2"}),
        ("substring(name, 4) eq 'WX-02/wind_speed'", {"2"}),
        ("substring(name, 4, 2) eq 'WX'", {"1", "2"}),
        ("substring(name, -5, 3) eq 'JEL'", {"1", "2"}),
        ("tolower(name) eq 'jel-wx-02/wind_speed'", {"2"}),
        ("toupper(name) eq 'JEL-WX-02/WIND_SPEED'", {"2"}),
        ("trim(' x ') eq 'x'", {"1", "2"}),
        ("concat(concat(name, ':'), unitOfMeasurement/symbol) eq 'JEL-WX-02/wind_speed:m/s'", {"2"}),
        ("name eq 'it''s; --'", set()),
        ("contains(name, '%') or contains(name, '_%')", set()),
        ("name gt 'JEL-WX-01/z'", {"2"}),
    ],
)
def test_texts(get, observed, text, found):
    assert {entity["name"][8] for entity in get("Datastreams", filter=text)["value"]} == found


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("Datastreams", "id eq {id}", 1),
        ("Datastreams", "@iot.id ne {id}", 1),
        ("Datastreams", "Thing/id eq {thing} and Sensor/name eq 'JEL-WX-01'", 1),
        ("Datastreams", "ObservedProperty/properties/code eq 'wind_speed'", 1),
        ("Datastreams", "properties/expected_every_s eq 600", 2),
        ("Datastreams", "properties/expected_every_s eq '600'", 0),  # JSON's own types count
        ("Datastreams", "properties/nothing eq null", 2),
        ("Datastreams", "properties/nothing/deeper ne null", 0),
        ("Datastreams", "properties/key", 0),
        ("Datastreams", "phenomenonTime lt 2026-03-02T00:00:00Z", 1),
        ("Datastreams", "phenomenonTime eq 2026-03-01T22:00:00Z/2026-03-02T03:00:00Z", 1),
        ("Datastreams", "Observations/result gt 9", 1),
        ("Datastreams", "Observations/result gt 4", 2),
        ("Things", "Datastreams/Observations/result eq 5", 1),
        ("Things", "Datastreams/ObservedProperty/name eq 'Vēja ātrums' or properties/category eq 'none'", 1),
        # The links of one filter mean one and the same row: no Datastream is both.
        ("Things", "startswith(Datastreams/name, 'JEL-WX-01') and Datastreams/Observations/result eq 5", 0),
        ("Observations", "Datastream/Thing/properties/code eq 'JEL-WX-02'", 1),
        ("Observations", "Datastream/id eq {id} and result lt 0", 2),
        ("Observations", "id eq '{id}-1772402400000000'", 1),  # 2026-03-01T22:00:00Z
        ("Observations", "parameters/quality eq 0 and Datastream/unitOfMeasurement/symbol eq 'm/s'", 1),
        ("Sensors", "Datastreams/Thing/properties/code eq 'JEL-WX-02'", 1),
        ("Sensors", "not (Datastreams/Thing/properties/code eq 'JEL-WX-02')", 1),
        ("ObservedProperties", "Datastreams/Observations/result lt 0", 1),
    ],
)  # fmt: skip
def test_paths_and_json(get, observed, path, text, count):
    text = text.replace("{id}", str(observed.pk)).replace("{thing}", str(observed.sensor_id))
    assert len(get(path, filter=text)["value"]) == count


SQUARE = "POLYGON((23.7 56.6, 23.75 56.6, 23.75 56.68, 23.7 56.68, 23.7 56.6))"  # around the first station alone


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("Locations", f"st_within(location, geography'{SQUARE}')", 1),
        ("Locations", f"geo.intersects(location, geography'{SQUARE}')", 1),
        ("Locations", f"st_intersects(location, geometry'SRID=4326;{SQUARE}')", 1),
        ("Locations", f"st_disjoint(location, geography'{SQUARE}')", 1),
        ("Locations", f"st_contains(geography'{SQUARE}', location)", 1),
        ("Locations", f"st_touches(location, geography'{SQUARE}')", 0),
        ("Locations", f"st_crosses(location, geography'{SQUARE}')", 0),
        ("Locations", f"st_overlaps(location, geography'{SQUARE}')", 0),
        ("Locations", "st_equals(location, geography'POINT(23.8 56.7)')", 1),
        ("Locations", "location eq geography'POINT(23.8 56.7)'", 1),
        ("Locations", f"st_relate(location, geography'{SQUARE}', 'T*F**F***')", 1),
        ("Locations", "geo.distance(location, geography'POINT(23.727 56.6511)') lt 1", 1),  # metres
        ("Locations", "geo.distance(location, geography'POINT(23.8 56.7)') gt 7000", 1),  # about 7.05 km apart
        ("Locations", "geo.distance(location, geometry'POINT(23.8 56.7)') gt 0.08", 1),  # degrees
        ("Locations", "geo.length(geometry'LINESTRING(0 0, 3 4)') eq 5", 2),
        ("Things", f"st_within(Locations/location, geography'{SQUARE}')", 1),
        ("Observations", f"st_within(FeatureOfInterest/feature, geography'{SQUARE}')", 6),
        ("FeaturesOfInterest", "Observations/result eq 5", 1),
    ],
)
def test_places(get, observed, path, text, count):
    assert len(get(path, filter=text)["value"]) == count


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "result",
        "result eq",
        "eq 1",
        "result eq 1 eq 2",
        "result = 1",
        "result eq 1 and",
        "(result eq 1",
        "result eq 1)",
        "result eq 'x'",
        "result eq 2026-01-01T00:00:00Z",
        "result eq duration'P1D'",
        "phenomenonTime eq 5",
        "phenomenonTime eq 2026-13-01T00:00:00Z",
        "phenomenonTime eq 0000-01-01T00:00:00Z",
        "phenomenonTime eq 2026-03-02T00:00:00Z/2026-03-01T00:00:00Z",
        "phenomenonTime add 5 gt now()",
        "duration'P' eq duration'P1D'",
        "duration'1 day' eq duration'P1D'",
        "nothing eq 1",
        "Nothing/name eq 1",
        "Datastream eq 1",
        "Datastream/nothing eq 1",
        "result/deeper eq 1",
        "length(result) eq 1",
        "length() eq 1",
        "length('a', 'b') eq 1",
        "nothing('a')",
        "pg_sleep(5) eq 1",
        "substring('a') eq 'a'",
        "round('x') eq 1",
        "not 5",
        "'x'",
        "5",
        "id gt '1-5'",
        "id eq 'x'",
        "st_within(result, geography'POINT(1 1)')",
        "st_within(FeatureOfInterest/feature, 'POINT(1 1)')",
        "st_within(FeatureOfInterest/feature, geography'POINT(1 1')",
        "st_within(FeatureOfInterest/feature, geography'POINT EMPTY')",
        "st_within(FeatureOfInterest/feature, geography'POINT(500 1)')",
        "st_within(FeatureOfInterest/feature, geography'POINT(nan nan)')",
        "st_within(FeatureOfInterest/feature, geography'POLYGON((0 0, 1 1, 0 1, 1 0, 0 0))')",
        "st_relate(FeatureOfInterest/feature, geography'POINT(1 1)', 'x')",
        "FeatureOfInterest/feature lt geography'POINT(1 1)'",
        "result eq 1; DROP TABLE sensors_stream",
        "result eq 1 -- x",
        "result eq 1 /* x */",
        'result eq "1"',
        "name eq 'x",
        "result eq $1",
        "result eq %s",
        "result eq {0}",
        "result eq 1\0",
        "result eq 1e999",
    ],
)
def test_what_cannot_be_asked(get, observed, text):
    problem = get("Observations", filter=text, status=400)
    assert (problem["code"], problem["option"]) == ("invalid-option", "$filter")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "result eq 1" + ")" * 5000,
        "(" * 41 + "result eq 1" + ")" * 41,
        "not " * 200 + "true",
        "-" * 200 + "1 eq 1",
        "tolower(" * 100 + "'x'" + ")" * 100 + " eq 'x'",
        "result eq 1 or " * 300 + "true",
        "result" + " add 1" * 300 + " eq 1",
        "'" + "x" * 9000 + "' eq 'x'",
        "/".join(["Datastream/Observations"] * 20) + "/result eq 1",
        "st_within(FeatureOfInterest/feature, geography'LINESTRING(" + ", ".join(["1 1"] * 1990) + ")')" + " " * 9000,
    ],
    ids=["brackets", "41-brackets", "not", "signs", "calls", "or", "add", "text", "joins", "vertices"],
)
def test_what_is_too_much_to_ask(get, observed, text):
    assert get("Observations", filter=text, status=400)["code"] == "invalid-option"


@pytest.mark.parametrize(
    "text",
    [
        "result mul 1e300 mul 1e300 gt 1",
        "phenomenonTime add duration'P999999D' mul 999999 gt now()",
        "phenomenonTime add duration'P999999D' mul 9 gt now()",
        "substring('abc', 1e300) eq 'x' and result mod 1e-300 mul 1e308 mul 1e308 eq 1",
        "round(result mul 1e308) div 1e-308 gt 1",
    ],
)
def test_what_only_the_database_can_refuse_is_refused_as_well(client, observed, text):
    response = client.get("/sta/v1.1/Observations", {"$filter": text})
    assert response.status_code in (200, 400)
    assert response.status_code == 200 or response.json()["option"] == "$filter"


def test_what_takes_too_long_is_ended(get, observed):
    # The limit of the window's role is seconds; here it is set for this one transaction.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
    text = " or ".join(["contains(concat(Datastream/name, toupper(Datastream/Thing/name)), 'q')"] * 40)
    problem = get("Observations", filter=text, expand="Datastream/Thing/Datastreams/Observations", status=400)
    assert problem["code"] == "query-too-costly"
