"""Things, Sensors, ObservedProperties and Datastreams: added with what is inside them, changed, deleted; by whom."""

import pytest
from people import a_user
from stations import a_reading, a_stream

from gis_platform.core.models import AuditEntry
from gis_platform.identity.roles import Role
from layers.base.models import Change
from layers.sensors import services
from layers.sensors.models import Instrument, ObservedProperty, Sensor, Stream

ROOT = "http://testserver/sta/v1.1"
PLACE = {"type": "Point", "coordinates": [23.7270, 56.6511]}
LOCATION = {"name": "Quay", "description": "by the river", "encodingType": "application/geo+json", "location": PLACE}
SENSOR = {
    "name": "BME280",
    "description": "datasheet",
    "encodingType": "application/pdf",
    "metadata": "https://e.org/x",
}
OBSERVED = {"name": "Dew point", "definition": "http://example.org/DewPoint", "description": "when dew falls"}
UNIT = {"name": "degree Celsius", "symbol": "Cel", "definition": "ucum:Cel"}
DATASTREAM = {
    "name": "Dew point at the quay",
    "description": "every ten minutes",
    "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
    "unitOfMeasurement": UNIT,
    "ObservedProperty": OBSERVED,
    "Sensor": SENSOR,
}
THING = {
    "name": "Quay station",
    "description": "On the left bank",
    "properties": {"code": "JEL-QUAY", "category": "weather", "owner": "port"},
    "Locations": [LOCATION],
}


@pytest.fixture
def send(client, db, city_of_jelgava):
    def send(method: str, path: str, body=None, *, role: str | None = Role.PLANNER):
        if role is None:
            client.logout()
        else:
            client.force_login(a_user(role))
        url = path if path.startswith("http") else f"/sta/v1.1/{path}"
        return getattr(client, method)(url, body, content_type="application/json")

    return send


@pytest.fixture
def add(send):
    def add(path: str, body) -> dict:
        response = send("post", path, body)
        assert response.status_code == 201, response.content
        assert response["Location"] == response.json()["@iot.selfLink"]
        return response.json()

    return add


class TestAdding:
    def test_a_thing_with_all_that_is_inside_it(self, add, get):
        thing = add("Things", THING | {"Datastreams": [DATASTREAM]})
        assert thing["properties"] == THING["properties"]
        found = get(thing["@iot.selfLink"] + "?$expand=Locations,Datastreams($expand=Sensor,ObservedProperty)")
        (location,), (datastream,) = found["Locations"], found["Datastreams"]
        assert location["location"] == PLACE
        assert datastream["name"] == DATASTREAM["name"]
        assert datastream["unitOfMeasurement"] == UNIT
        assert datastream["properties"]["key"] == "JEL-QUAY/dew-point"
        assert {name: datastream["Sensor"][name] for name in SENSOR} == SENSOR
        assert {name: datastream["ObservedProperty"][name] for name in OBSERVED} == OBSERVED

    def test_one_by_one_as_simple_clients_do(self, add, get):
        thing = add("Things", THING)
        sensor = add("Sensors", SENSOR | {"properties": {"serial": "7"}})
        observed = add("ObservedProperties", OBSERVED)
        assert sensor["properties"] == {"serial": "7"}
        links = {
            "Thing": {"@iot.id": thing["@iot.id"]},
            "Sensor": {"@iot.id": sensor["@iot.id"]},
            "ObservedProperty": {"@iot.id": observed["@iot.id"]},
        }
        datastream = add("Datastreams", DATASTREAM | links)
        assert get(f"Datastreams({datastream['@iot.id']})/Sensor")["@iot.id"] == sensor["@iot.id"]
        assert Instrument.objects.count() == ObservedProperty.objects.count() == 1

    def test_under_what_is_there(self, add, stream):
        created = add(f"Things({stream.sensor_id})/Datastreams", DATASTREAM | {"properties": {"minimum": -5}})
        found = Stream.objects.get(pk=created["@iot.id"])
        assert (found.sensor_id, found.minimum, found.expected_every_s) == (stream.sensor_id, -5, 600)

    def test_history_and_audit_know_who(self, add):
        thing = add("Things", THING | {"Datastreams": [DATASTREAM]})
        change = Change.objects.get(layer="sensors", feature_id=thing["@iot.id"])
        actions = list(AuditEntry.objects.filter(actor=change.actor).values_list("action", flat=True))
        assert change.actor.startswith("user:")
        assert {"sensors.instrument-added", "sensors.observedproperty-added", "sensors.stream-added"} <= set(actions)

    def test_a_new_location_moves_the_thing(self, add, get, stream):
        moved = {"type": "Point", "coordinates": [23.75, 56.66]}
        location = add(f"Things({stream.sensor_id})/Locations", LOCATION | {"location": moved})
        assert location["location"] == moved
        assert len(get(f"Things({stream.sensor_id})/HistoricalLocations")["value"]) == 2
        assert get(f"Things({stream.sensor_id})/Locations")["value"] == [location]

    def test_all_or_nothing(self, send):
        broken = DATASTREAM | {"properties": {"key": "x" * 500}}
        assert send("post", "Things", THING | {"Datastreams": [DATASTREAM, broken]}).status_code == 400
        assert [model.objects.count() for model in (Sensor, Stream, Instrument)] == [0, 0, 0]

    @pytest.mark.parametrize("role", [None, Role.OPERATOR, Role.TOURISM_EDITOR])
    @pytest.mark.parametrize(
        ("path", "body"), [("Things", THING), ("Sensors", SENSOR), ("ObservedProperties", OBSERVED)]
    )
    def test_only_planners_may(self, send, role, path, body):
        assert send("post", path, body, role=role).status_code == (401 if role is None else 403)
        assert [model.objects.count() for model in (Sensor, Instrument, ObservedProperty)] == [0, 0, 0]

    def test_a_code_is_given_once(self, add, send):
        add("Things", THING | {"Datastreams": [DATASTREAM]})
        assert send("post", "Things", THING).status_code == 409
        assert send("post", "ObservedProperties", OBSERVED).status_code == 400

    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [
            ("Things", "{", 400),
            ("Things", "[]", 400),
            ("Things", "null", 400),
            ("Things", "[" * 20_000, 400),
            ("Things", {"a": {"b": {}}} | {"x": [[[[[[[[[[[[[[1]]]]]]]]]]]]]]}, 400),
            ("Things", THING | {"name": None}, 400),
            ("Things", THING | {"name": 5}, 400),
            ("Things", THING | {"name": "x\0"}, 400),
            ("Things", '{"name": "\\ud800"}', 400),
            ("Things", '{"name": "x", "properties": {"a": NaN}}', 400),
            ("Things", THING | {"Locations": []}, 400),
            ("Things", THING | {"Locations": [LOCATION, LOCATION]}, 400),
            ("Things", THING | {"Locations": [{"@iot.id": 1}]}, 400),
            ("Things", THING | {"Locations": [LOCATION | {"location": {"type": "Point"}}]}, 400),
            ("Things", THING | {"Locations": [LOCATION | {"location": {"type": "Polygon", "coordinates": []}}]}, 400),
            ("Things", THING | {"Locations": [LOCATION | {"location": PLACE | {"coordinates": [500, 0]}}]}, 400),
            ("Things", THING | {"Locations": [LOCATION | {"encodingType": "text/plain"}]}, 400),
            ("Things", THING | {"properties": {"category": "nonsense"}}, 400),
            ("Things", THING | {"properties": []}, 400),
            ("Things", THING | {"Datastreams": 5}, 400),
            ("Things", THING | {"HistoricalLocations": [{}]}, 501),
            ("Things", THING | {"colour": "red"}, 501),
            ("Locations", LOCATION, 501),
            ("FeaturesOfInterest", {}, 501),
            ("HistoricalLocations", {}, 501),
            ("Sensors", {}, 400),
            ("Sensors", SENSOR | {"name": "x" * 300}, 400),
            ("Sensors", SENSOR | {"metadata": {"a": 1}}, 400),
            ("ObservedProperties", {"definition": "x"}, 400),
            ("ObservedProperties", OBSERVED | {"properties": {"code": "no code!"}}, 400),
            ("Datastreams", DATASTREAM, 400),
            ("Datastreams", DATASTREAM | {"Thing": {"@iot.id": 999_999}}, 404),
            ("Datastreams", DATASTREAM | {"Thing": {"@iot.id": "x"}}, 400),
            ("Datastreams", DATASTREAM | {"Thing": {"name": "inline"}}, 400),
            ("Datastreams", DATASTREAM | {"observationType": "OM_TruthObservation"}, 501),
            ("Datastreams", DATASTREAM | {"Observations": [{"result": 1}]}, 501),
            ("Things({thing})/Datastreams", DATASTREAM | {"Sensor": None}, 400),
            ("Things({thing})/Datastreams", DATASTREAM | {"Sensor": {"@iot.id": 2**70}}, 400),
            ("Things({thing})/Datastreams", DATASTREAM | {"properties": {"expected_every_s": "soon"}}, 400),
            ("Things({thing})/Datastreams", DATASTREAM | {"properties": {"minimum": 5, "maximum": 1}}, 400),
            ("Things({thing})/Datastreams", DATASTREAM | {"unitOfMeasurement": {"power": 9000}}, 501),
            ("Things({thing})/Locations", {"location": None}, 400),
            ("Things({thing})", THING, 501),
            ("Things?$top=1", THING, 501),
            ("Things({thing})/name", THING, 501),
        ],
    )
    def test_what_cannot_be_added(self, send, stream, path, body, status):
        before = (Sensor.objects.count(), Stream.objects.count(), Instrument.objects.count())
        response = send("post", path.format(thing=stream.sensor_id), body)
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/problem+json"
        assert before == (Sensor.objects.count(), Stream.objects.count(), Instrument.objects.count())


class TestChanging:
    def test_what_is_named_and_nothing_else(self, add, send, get):
        thing = add("Things", THING | {"Datastreams": [DATASTREAM]})
        changed = send("patch", thing["@iot.selfLink"], {"name": "Bridge", "properties": {"owner": "city"}}).json()
        assert (changed["name"], changed["description"]) == ("Bridge", THING["description"])
        assert changed["properties"] == THING["properties"] | {"owner": "city"}
        assert Change.objects.filter(layer="sensors", feature_id=thing["@iot.id"]).count() == 2
        datastream = get(f"Things({thing['@iot.id']})/Datastreams")["value"][0]
        changed = send("patch", datastream["@iot.selfLink"], {"description": "hourly"}).json()
        assert changed == datastream | {"description": "hourly"}

    def test_instruments_and_what_is_observed(self, send, stream):
        assert send("patch", f"Sensors({stream.instrument_id})", SENSOR).json()["metadata"] == SENSOR["metadata"]
        path = f"ObservedProperties({stream.observed_property_id})"
        assert send("patch", path, {"definition": "urn:x"}).json()["definition"] == "urn:x"
        entry = AuditEntry.objects.filter(action="sensors.observedproperty-changed").get()
        assert entry.data["former"]["definition"].startswith("http://vocab.nerc.ac.uk/")

    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [
            ("Things({thing})", {"Locations": [LOCATION]}, 501),
            ("Things({thing})", {"properties": {"category": "nonsense"}}, 400),
            ("Things(999999)", {"name": "x"}, 404),
            ("Things", {"name": "x"}, 501),
            ("Datastreams({stream})", {"Thing": {"@iot.id": 1}}, 501),
            ("Datastreams({stream})", {"name": 5}, 400),
            ("Datastreams({stream})", {"properties": {"key": ""}}, 400),
            ("Observations('{stream}-0')", {"result": 1}, 501),
            ("Locations(1)", {"name": "x"}, 501),
        ],
    )
    def test_what_cannot_be_changed(self, send, stream, path, body, status):
        response = send("patch", path.format(thing=stream.sensor_id, stream=stream.pk), body)
        assert response.status_code == status, response.content
        stream.refresh_from_db()
        assert stream.key == "JEL-WX-01/air_temperature"

    @pytest.mark.parametrize("role", [None, Role.OPERATOR])
    def test_only_planners_may(self, send, stream, role):
        for path in (f"Things({stream.sensor_id})", f"Datastreams({stream.pk})"):
            assert send("patch", path, {"name": "x"}, role=role).status_code in (401, 403)
            assert send("delete", path, role=role).status_code in (401, 403)


class TestDeleting:
    def test_what_nothing_refers_to(self, send, get, stream):
        for path in (
            f"Datastreams({stream.pk})",
            f"Sensors({stream.instrument_id})",
            f"ObservedProperties({stream.observed_property_id})",
            f"Things({stream.sensor_id})",
        ):
            assert send("delete", path).status_code == 204, path
            get(path, status=404)
        # The history of the Thing stays.
        assert Change.objects.filter(layer="sensors", feature_id=stream.sensor_id, operation="delete").exists()

    def test_what_others_refer_to_stays(self, send, with_ten):
        for path in (
            f"Datastreams({with_ten.pk})",
            f"Sensors({with_ten.instrument_id})",
            f"ObservedProperties({with_ten.observed_property_id})",
            f"Things({with_ten.sensor_id})",
        ):
            assert send("delete", path).status_code == 409, path
        assert Stream.objects.filter(pk=with_ten.pk).exists()

    def test_observations_stay(self, send, with_ten, get):
        link = get("Observations?$top=1")["value"][0]["@iot.selfLink"]
        assert send("delete", link).json()["code"] == "not-offered"
        assert send("delete", "Things").status_code == 501

    def test_a_hidden_one_is_not_there(self, send, stream):
        stream.sensor.status = "draft"
        stream.sensor.save()
        assert send("delete", f"Things({stream.sensor_id})").status_code == 404
        assert send("delete", f"Datastreams({stream.pk})").status_code == 404


def test_a_stream_added_elsewhere_has_an_instrument(stream):
    second = a_stream("JEL-WX-01/wind_speed")
    assert stream.instrument == second.instrument
    assert stream.instrument.name == "JEL-WX-01"


def test_readings_come_in_by_the_key_of_a_new_datastream(add, get):
    thing = add("Things", THING | {"Datastreams": [DATASTREAM]})
    services.ingest([a_reading(4.5, stream="JEL-QUAY/dew-point", time=services.clock.now())])
    datastream = get(f"Things({thing['@iot.id']})/Datastreams?$expand=Observations")["value"][0]
    assert datastream["Observations"][0]["result"] == 4.5
