"""SensorThings: what is read, the ways between entities, paging, adding observations, and honest refusals."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from people import a_user
from stations import a_reading, a_stream, stored

from gis_platform.core import clock
from gis_platform.identity.roles import Role
from layers.sensors import services
from layers.sensors.models import ObservedProperty, RejectedReading, Stream

ROOT = "http://testserver/sta/v1.1"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def stream(db, city_of_jelgava) -> Stream:
    return a_stream()


@pytest.fixture
def with_ten(stream) -> Stream:
    """Ten observations, a minute apart, from 20.0 on."""
    services.ingest([a_reading(20.0 + n, time=NOW - timedelta(minutes=60 - n)) for n in range(10)])
    return stream


@pytest.fixture
def get(client):
    def get(path: str, *, status: int = 200):
        response = client.get(path if path.startswith("http") else f"/sta/v1.1/{path}")
        assert response.status_code == status, response.content
        if status >= 400:
            assert response["Content-Type"] == "application/problem+json"
        return response.json()

    return get


def test_the_root_lists_what_there_is_and_claims_no_more(get, stream):
    root = get("")
    names = [entry["name"] for entry in root["value"]]
    assert names == ["Things", "Locations", "Sensors", "ObservedProperties", "Datastreams", "Observations"]
    for entry in root["value"]:
        assert get(entry["url"])["value"] is not None
    assert not [name for name in root["serverSettings"]["conformance"] if "filter" in name or "datamodel" in name]


def test_a_thing_leads_to_its_location_and_datastreams(get, stream):
    thing = get(f"Things({stream.sensor_id})")
    assert (thing["@iot.id"], thing["@iot.selfLink"]) == (stream.sensor_id, f"{ROOT}/Things({stream.sensor_id})")
    assert thing["name"] == "Meteostacija"
    location = get(thing["Locations@iot.navigationLink"])["value"][0]
    assert location["location"] == {"type": "Point", "coordinates": [23.727, 56.6511]}
    datastream = get(thing["Datastreams@iot.navigationLink"])["value"][0]
    assert datastream["unitOfMeasurement"]["symbol"] == "Cel"
    assert datastream["name"] == "JEL-WX-01/air_temperature"


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
    assert any(link.endswith("/ObservedProperty") for link in seen)
    assert any("Observations('" in link for link in seen)


def test_a_way_may_be_followed_to_its_end(get, with_ten):
    name = get(f"Things({with_ten.sensor_id})/Datastreams({with_ten.pk})/Observations")["value"][0]
    assert name["result"] == 20.0
    definition = get(f"Datastreams({with_ten.pk})/ObservedProperty")["definition"]
    assert definition == ObservedProperty.objects.get().definition
    other = a_stream("JEL-WX-02/air_temperature")
    get(f"Things({other.sensor_id})/Datastreams({with_ten.pk})", status=404)


def test_pages_follow_each_other_by_their_links(get, with_ten):
    url, results = f"Datastreams({with_ten.pk})/Observations?$top=4&$count=true", []
    pages = 0
    while url:
        page = get(url)
        assert page["@iot.count"] == 10
        results += [entity["result"] for entity in page["value"]]
        url = page.get("@iot.nextLink", "")
        pages += 1
    assert (pages, results) == (3, [20.0 + n for n in range(10)])


def test_a_page_is_not_shifted_by_observations_that_come_meanwhile(get, with_ten):
    page = get(f"Datastreams({with_ten.pk})/Observations?$top=4&$orderby=phenomenonTime desc")
    assert [entity["result"] for entity in page["value"]] == [29.0, 28.0, 27.0, 26.0]
    services.ingest([a_reading(0.0, time=NOW)])
    following = get(unquote(page["@iot.nextLink"]))
    assert [entity["result"] for entity in following["value"]] == [25.0, 24.0, 23.0, 22.0]


def test_sets_are_paged_by_number(get, stream):
    for number in range(2, 6):
        a_stream(f"JEL-WX-0{number}/air_temperature")
    first = get("Things?$top=2&$skip=1&$count=true")
    codes = [thing["properties"]["code"] for thing in first["value"]]
    assert (first["@iot.count"], codes) == (5, ["JEL-WX-02", "JEL-WX-03"])
    second = get(first["@iot.nextLink"])
    assert [thing["properties"]["code"] for thing in second["value"]] == ["JEL-WX-04", "JEL-WX-05"]
    assert "@iot.nextLink" not in second


def test_sensors_that_are_not_published_are_not_there(get, with_ten):
    with_ten.sensor.status = "draft"
    with_ten.sensor.save()
    for path in ("Things", "Locations", "Sensors", "Datastreams", "Observations"):
        assert get(path)["value"] == []
    get(f"Datastreams({with_ten.pk})", status=404)
    get(f"Datastreams({with_ten.pk})/Observations", status=404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Nothing", 404),
        ("things", 404),
        ("Things(999999)", 404),
        ("Things(x)", 400),
        ("Things(1 or 1=1)", 400),
        ("Things(99999999999999999999)", 400),
        ("Observations(5)", 400),
        ("Observations('1-99999999999999999')", 400),
        ("Observations('1--9999999999999999')", 404),
        ("Observations('1-0')", 404),
        ("Datastreams/Observations", 404),
        ("Things(", 400),
        ("/".join(["Things(1)"] * 9), 400),
        ("FeaturesOfInterest", 501),
        ("HistoricalLocations", 501),
        ("$metadata", 501),
        ("Things/$ref", 501),
        ("Things?$expand=Datastreams", 501),
        ("Things?$filter=name eq 'x'", 501),
        ("Things?$select=name", 501),
        ("Things?$orderby=name", 501),
        ("Observations?$orderby=phenomenonTime desc", 501),
        ("Observations?$count=true", 501),
        ("Things?$top=-1", 400),
        ("Things?$top=x", 400),
        ("Things?$skip=10001", 400),
        ("Things?$count=maybe", 400),
        ("Things?$skiptoken=1", 400),
        ("Things?top=1", 400),
    ],
)
def test_what_is_wrong_or_not_offered_is_said(get, stream, path, status):
    problem = get(path, status=status)
    assert len(problem["detail"]) > 10


def test_single_properties_are_not_offered(get, stream):
    assert get(f"Things({stream.sensor_id})/name", status=501)["code"] == "not-offered"
    get(f"Things({stream.sensor_id})/nonsense", status=404)
    get(f"Things({stream.sensor_id})?$top=1", status=400)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_entities_are_changed_elsewhere(client, stream, method):
    response = getattr(client, method)(f"/sta/v1.1/Things({stream.sensor_id})")
    assert (response.status_code, response.json()["code"]) == (501, "not-offered")


class TestAddingObservations:
    BODY = {"result": 21.5, "phenomenonTime": NOW.isoformat()}

    @pytest.fixture
    def post(self, client, stream):
        def post(body, *, role: str | None = Role.OPERATOR, path: str = f"Datastreams({stream.pk})/Observations"):
            if role is not None:
                client.force_login(a_user(role))
            return client.post(f"/sta/v1.1/{path}", body, content_type="application/json")

        return post

    def test_it_is_stored_and_answered_with_its_address(self, post, stream, get):
        response = post(self.BODY)
        assert response.status_code == 201, response.content
        assert response.json()["result"] == 21.5
        assert get(response["Location"])["phenomenonTime"] == NOW.isoformat().replace("+00:00", "Z")
        assert stored(stream) == [(NOW, 21.5)]

    def test_the_datastream_may_be_named_in_the_body(self, post, stream):
        response = post(self.BODY | {"Datastream": {"@iot.id": stream.pk}}, path="Observations")
        assert response.status_code == 201
        assert post(self.BODY, path="Observations").json()["code"] == "invalid-input"
        assert post(self.BODY | {"Datastream": {"@iot.id": 999_999}}, path="Observations").status_code == 404

    def test_without_a_time_it_is_now(self, post, stream):
        with clock.frozen(NOW):
            assert post({"result": 1}).status_code == 201
        assert stored(stream) == [(NOW, 1.0)]

    def test_only_operators_and_planners_may(self, post, stream):
        assert post(self.BODY, role=None).status_code == 401
        assert post(self.BODY, role=Role.TOURISM_EDITOR).json()["code"] == "role-missing"
        assert stored(stream) == []
        assert post(self.BODY, role=Role.PLANNER).status_code == 201

    def test_the_same_again_is_a_conflict(self, post):
        post(self.BODY)
        response = post(self.BODY)
        assert (response.status_code, response.json()["code"]) == (409, "observation-exists")

    @pytest.mark.parametrize(
        ("change", "cause"),
        [
            ({"result": 99}, "out-of-range"),
            ({"result": "warm"}, "not-a-number"),
            ({"phenomenonTime": "yesterday"}, "malformed"),
            ({"phenomenonTime": "2001-01-01T00:00:00Z"}, "too-old"),
            ({"phenomenonTime": "2999-01-01T00:00:00Z"}, "in-the-future"),
        ],
    )
    def test_what_cannot_be_believed_is_refused_with_its_cause(self, post, stream, change, cause):
        response = post(self.BODY | change)
        assert (response.status_code, response.json()["code"], response.json()["cause"]) == (
            400,
            "reading-refused",
            cause,
        )
        assert RejectedReading.objects.get().cause == cause
        assert stored(stream) == []

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("{", 400),
            ("[]", 400),
            ('{"phenomenonTime": "2026-01-01T00:00:00Z"}', 400),
            ('{"result": 1, "FeatureOfInterest": {}}', 501),
            ('{"result": 1, "phenomenonTime": "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z"}', 501),
        ],
    )
    def test_bodies_that_are_no_observation(self, post, body, status):
        assert post(body).status_code == status

    def test_nothing_else_can_be_added(self, post, stream):
        assert post({}, path="Things").status_code == 501
