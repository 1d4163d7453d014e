"""Paths: entities, the ways between them, single properties and links; and what is not shown to anybody."""

import pytest
from django.contrib.gis.geos import Point
from stations import NOON, a_sensor, a_stream

from layers.sensors.models import Instrument, Observation, ObservedProperty

ROOT = "http://testserver/sta/v1.1"
SETS = {
    "Things": {"name", "description"},
    "Locations": {"name", "description", "encodingType", "location"},
    "HistoricalLocations": {"time"},
    "Datastreams": {"name", "description", "unitOfMeasurement", "observationType"},
    "Sensors": {"name", "description", "encodingType", "metadata"},
    "ObservedProperties": {"name", "definition", "description"},
    "Observations": {"phenomenonTime", "result", "resultTime"},
    "FeaturesOfInterest": {"name", "description", "encodingType", "feature"},
}


def test_the_root_lists_the_eight_sets_and_what_is_met(get, stream):
    root = get("")
    assert {entry["name"] for entry in root["value"]} == set(SETS)
    met = root["serverSettings"]["conformance"]
    assert all(name.startswith("http://www.opengis.net/spec/iot_sensing/1.1/req/") for name in met)
    assert not [name for name in met if "mqtt" in name or "batch" in name or "create-update-delete" in name]
    get("?$top=1", status=400)


@pytest.mark.parametrize("name", SETS)
def test_every_entity_has_what_the_standard_asks_for(get, with_ten, name):
    entity = get(name)["value"][0]
    assert SETS[name] <= set(entity)
    assert get(entity["@iot.selfLink"]) == entity
    assert entity["@iot.selfLink"].startswith(f"{ROOT}/{name}(")


def test_every_link_of_every_entity_leads_somewhere(get, with_ten):
    seen, todo = set(), [entry["url"] for entry in get("")["value"]]
    while todo:
        link = todo.pop()
        if link in seen:
            continue
        seen.add(link)
        answer = get(link)
        for entity in answer.get("value", [answer]):
            todo += [url for name, url in entity.items() if name.endswith(("Link", "selfLink"))]
    assert {link.rpartition("/")[2] for link in seen} >= {
        *("Thing", "Sensor", "ObservedProperty", "Datastream", "FeatureOfInterest"),
        *("HistoricalLocations", "Locations", "Things", "Datastreams", "Observations"),
    }


def test_a_thing_leads_to_its_location_and_datastreams(get, stream):
    thing = get(f"Things({stream.sensor_id})")
    assert thing["name"] == "Meteostacija"
    assert thing["properties"] == {"code": "JEL-WX-01", "category": "weather"}
    location = get(thing["Locations@iot.navigationLink"])["value"][0]
    assert location["location"] == {"type": "Point", "coordinates": [23.727, 56.6511]}
    datastream = get(thing["Datastreams@iot.navigationLink"])["value"][0]
    assert datastream["unitOfMeasurement"]["symbol"] == "Cel"
    assert datastream["name"] == "JEL-WX-01/air_temperature"


def test_a_way_may_be_followed_to_its_end(get, with_ten):
    path = f"Things({with_ten.sensor_id})/Datastreams({with_ten.pk})/Observations"
    assert get(path)["value"][0]["result"] == 20.0
    definition = get(f"Datastreams({with_ten.pk})/ObservedProperty")["definition"]
    assert definition == ObservedProperty.objects.get().definition
    assert get(f"Datastreams({with_ten.pk})/ObservedProperty/Datastreams")["value"][0]["@iot.id"] == with_ten.pk
    other = a_stream("JEL-WX-02/air_temperature")
    get(f"Things({other.sensor_id})/Datastreams({with_ten.pk})", status=404)


def test_a_datastream_says_from_when_to_when(get, with_ten, now):
    start, end = get(f"Datastreams({with_ten.pk})")["phenomenonTime"].split("/")
    times = [entity["phenomenonTime"] for entity in get("Observations")["value"]]
    assert (start, end) == (times[0], times[-1])
    assert "phenomenonTime" not in get(f"Datastreams({a_stream('JEL-WX-02/air_temperature').pk})")


class TestSingleProperties:
    def test_a_property_and_its_value(self, client, get, with_ten):
        path = f"Datastreams({with_ten.pk})"
        assert get(f"{path}/name") == {"name": "JEL-WX-01/air_temperature"}
        assert client.get(f"/sta/v1.1/{path}/name/$value").content == b"JEL-WX-01/air_temperature"
        assert client.get(f"/sta/v1.1/{path}/unitOfMeasurement/$value").json()["symbol"] == "Cel"
        assert client.get(f"/sta/v1.1/{path}/id/$value").content == str(with_ten.pk).encode()
        assert get(f"{path}/@iot.id") == {"@iot.id": with_ten.pk}

    def test_one_that_is_empty_has_no_content(self, client, stream):
        response = client.get(f"/sta/v1.1/Datastreams({stream.pk})/phenomenonTime")
        assert (response.status_code, response.content) == (204, b"")

    @pytest.mark.parametrize("end", ["nonsense", "name/name", "$value", "name/$ref", "name/$value/$value", "name(1)"])
    def test_what_is_none_is_not_found(self, get, stream, end):
        get(f"Things({stream.sensor_id})/{end}", status=404)

    def test_it_takes_no_options(self, get, stream):
        get(f"Things({stream.sensor_id})/name?$top=1", status=400)

    def test_links_alone(self, get, with_ten):
        page = get(f"Datastreams({with_ten.pk})/Observations/$ref?$top=2")
        assert [set(entry) for entry in page["value"]] == [{"@iot.selfLink"}] * 2
        assert get(page["@iot.nextLink"])["value"][0].keys() == {"@iot.selfLink"}
        assert get(f"Datastreams({with_ten.pk})/Thing/$ref") == {
            "@iot.selfLink": f"{ROOT}/Things({with_ten.sensor_id})"
        }


class TestPositions:
    """A sensor that moved: where it was is history, and observations stay where they were made."""

    @pytest.fixture
    def moved(self, with_ten, now):
        with_ten.sensor.geometry = Point(23.75, 56.66, srid=4326)
        with_ten.sensor.save()
        return with_ten

    def test_the_thing_is_at_the_newest(self, get, moved):
        locations = get(f"Things({moved.sensor_id})/Locations")["value"]
        assert [entity["location"]["coordinates"] for entity in locations] == [[23.75, 56.66]]
        assert get(f"Locations({locations[0]['@iot.id']})/Things")["value"][0]["@iot.id"] == moved.sensor_id

    def test_the_former_is_history(self, get, moved):
        history = get(f"Things({moved.sensor_id})/HistoricalLocations?$expand=Locations&$orderby=time,id")["value"]
        points = [entry["Locations"][0]["location"]["coordinates"] for entry in history]
        assert points == [[23.727, 56.6511], [23.75, 56.66]]
        assert get(f"HistoricalLocations({history[0]['@iot.id']})/Thing")["@iot.id"] == moved.sensor_id
        assert get(f"Locations({history[0]['Locations'][0]['@iot.id']})/Things")["value"] == []

    def test_observations_keep_the_place_where_they_were_made(self, get, moved):
        # All ten are from before the move; in a test both positions are of one transaction, so of one instant.
        feature = get(f"Datastreams({moved.pk})/Observations?$top=1&$expand=FeatureOfInterest")["value"][0]
        assert feature["FeatureOfInterest"]["feature"]["coordinates"] == [23.727, 56.6511]
        again = get(f"FeaturesOfInterest({feature['FeatureOfInterest']['@iot.id']})/Observations?$count=true")
        assert again["@iot.count"] == 10

    def test_a_change_of_name_is_no_move(self, get, stream):
        stream.sensor.name_en = "Another name"
        stream.sensor.save()
        assert len(get(f"Things({stream.sensor_id})/HistoricalLocations")["value"]) == 1

    def test_where_it_was_as_a_draft_is_nobodys_business(self, get, db, city_of_jelgava):
        sensor = a_sensor(status="draft")
        sensor.geometry, sensor.status = Point(23.75, 56.66, srid=4326), "published"
        sensor.save()
        locations = get("Locations")["value"]
        assert [entity["location"]["coordinates"] for entity in locations] == [[23.75, 56.66]]


def test_sensors_that_are_not_published_are_not_there(get, with_ten):
    sensor = with_ten.sensor
    sensor.status = "draft"
    sensor.save()
    for path in set(SETS) - {"ObservedProperties"}:
        assert get(path)["value"] == [], path
    observed = ObservedProperty.objects.get()
    assert get(f"ObservedProperties({observed.pk})/Datastreams")["value"] == []
    assert get("ObservedProperties?$filter=Datastreams/Observations/result gt 0")["value"] == []
    get(f"Things({sensor.pk})", status=404)
    get(f"Datastreams({with_ten.pk})", status=404)
    get(f"Datastreams({with_ten.pk})/Observations", status=404)
    get(f"Sensors({with_ten.instrument_id})", status=404)


def test_an_instrument_without_streams_is_there(get, stream):
    idle = Instrument.objects.create(name="Davis Vantage", metadata="https://example.org/sheet.pdf")
    assert get(f"Sensors({idle.pk})")["metadata"] == "https://example.org/sheet.pdf"


def test_names_come_in_the_language_that_is_asked_for(client, stream):
    for language, name in (("lv", "Meteostacija"), ("en", "Weather station")):
        thing = client.get(f"/sta/v1.1/Things({stream.sensor_id})", headers={"accept-language": language}).json()
        assert thing["name"] == name
        found = client.get(f"/sta/v1.1/Things?$filter=name eq '{name}'", headers={"accept-language": language}).json()
        assert len(found["value"]) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Nothing", 404),
        ("things", 404),
        ("Things(999999)", 404),
        ("Things(9223372036854775807)", 404),
        ("Things(9223372036854775808)", 400),
        ("Things(999999)/Datastreams", 404),
        ("Things(x)", 400),
        ("Things(1 or 1=1)", 400),
        ("Things(99999999999999999999)", 400),
        ("Things(-1)", 400),
        ("Observations(5)", 400),
        ("Observations('1--99999999999999999999')", 400),
        ("Observations('1-99999999999999999999')", 400),
        ("Observations('1--9999999999999999')", 404),
        ("Observations('1-0')", 404),
        ("Observations('1-0)", 400),
        ("Observations(')", 400),
        ("Datastreams/Observations", 404),
        ("Things(", 400),
        ("/".join(["Things(1)"] * 11), 400),
        ("$metadata", 501),
        ("$batch", 501),
        ("MultiDatastreams", 501),
        ("$value", 404),
        ("Things/$ref/$ref", 404),
        ("Things/name", 404),
    ],
)
def test_paths_that_lead_nowhere(get, stream, path, status):
    problem = get(path, status=status)
    assert len(problem["detail"]) > 10


@pytest.mark.parametrize("method", ["put", "options", "trace"])
def test_other_methods_are_not_offered(client, stream, method):
    response = getattr(client, method)(f"/sta/v1.1/Things({stream.sensor_id})")
    assert (response.status_code, response.json()["code"]) == (501, "not-offered")


def test_a_month_without_observations_is_no_obstacle(get, stream):
    assert not Observation.objects.filter(phenomenon_time=NOON).exists()
    assert get("Observations?$orderby=phenomenonTime desc")["value"] == []
