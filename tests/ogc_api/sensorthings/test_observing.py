"""New observations, one by one and as data arrays: who may bring them, what is believed, what is answered."""

from datetime import UTC, datetime, timedelta

import pytest
from people import a_device, a_user, device_header
from stations import a_stream, stored

from gis_platform.core import clock
from gis_platform.identity.roles import Role
from layers.sensors.models import ReadingCount, RejectedReading

NOW = datetime.now(UTC).replace(microsecond=0)
BODY = {"result": 21.5, "phenomenonTime": NOW.isoformat()}


@pytest.fixture
def post(client, stream):
    def post(body, *, role: str | None = Role.OPERATOR, path: str = f"Datastreams({stream.pk})/Observations", **extra):
        if role is not None:
            client.force_login(a_user(role))
        return client.post(f"/sta/v1.1/{path}", body, content_type="application/json", **extra)

    return post


def outcomes() -> dict[str, int]:
    return dict(ReadingCount.objects.values_list("outcome", "total"))


def test_it_is_stored_and_answered_with_its_address(post, stream, get):
    response = post(BODY)
    assert response.status_code == 201, response.content
    assert response.json()["result"] == 21.5
    assert get(response["Location"])["phenomenonTime"] == NOW.isoformat().replace("+00:00", "Z")
    assert stored(stream) == [(NOW, 21.5)]


def test_the_datastream_may_be_named_in_the_body(post, stream):
    assert post(BODY | {"Datastream": {"@iot.id": stream.pk}}, path="Observations").status_code == 201
    assert post(BODY, path="Observations").json()["code"] == "invalid-input"
    assert post(BODY | {"Datastream": {"@iot.id": 999_999}}, path="Observations").status_code == 404


def test_path_and_body_must_not_name_different_ones(post, stream):
    other = a_stream("JEL-WX-02/air_temperature")
    assert post(BODY | {"Datastream": {"@iot.id": other.pk}}).status_code == 400
    assert stored(stream) == stored(other) == []


def test_without_a_time_it_is_now(post, stream):
    with clock.frozen(NOW):
        assert post({"result": 1}).status_code == 201
    assert stored(stream) == [(NOW, 1.0)]


def test_only_operators_and_planners_may(post, stream):
    assert post(BODY, role=None).status_code == 401
    assert post(BODY, role=Role.TOURISM_EDITOR).json()["code"] == "role-missing"
    assert stored(stream) == []
    assert post(BODY, role=Role.PLANNER).status_code == 201


def test_a_gateway_may_and_a_till_may_not(post, stream):
    assert post(BODY, role=None, **device_header(a_device("till"))).json()["code"] == "device-role-missing"
    assert post(BODY, role=None, HTTP_AUTHORIZATION="Device dev_wrong").status_code == 401
    assert stored(stream) == []
    assert post(BODY, role=None, **device_header(a_device("gateway"))).status_code == 201


def test_the_same_again_is_a_conflict(post):
    post(BODY)
    response = post(BODY)
    assert (response.status_code, response.json()["code"]) == (409, "observation-exists")
    assert outcomes() == {"accepted": 1, "duplicate": 1}


def test_a_late_one_is_stored_and_counted(post, stream):
    post(BODY)
    late = (NOW - timedelta(hours=1)).isoformat()
    assert post(BODY | {"phenomenonTime": late}).status_code == 201
    assert outcomes() == {"accepted": 2, "late": 1}


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
def test_what_cannot_be_believed_is_refused_with_its_cause(post, stream, change, cause):
    response = post(BODY | change)
    assert (response.status_code, response.json()["code"], response.json()["cause"]) == (400, "reading-refused", cause)
    assert RejectedReading.objects.get().cause == cause
    assert stored(stream) == []
    assert outcomes() == {cause: 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ("5", 400),
        ("[" * 20_000, 400),
        (b"\xff", 400),
        ('{"phenomenonTime": "2026-01-01T00:00:00Z"}', 400),
        ('{"result": 1, "Datastream": 7}', 400),
        ('{"result": 1, "FeatureOfInterest": {"@iot.id": 1}}', 501),
        ('{"result": 1, "resultTime": "2020-01-01T00:00:00Z"}', 501),
        ('{"result": 1, "phenomenonTime": "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z"}', 501),
    ],
)
def test_bodies_that_are_no_observation(post, stream, body, status):
    assert post(body).status_code == status
    assert stored(stream) == []


def test_members_without_a_value_are_no_obstacle(post):
    body = BODY | {"resultTime": BODY["phenomenonTime"], "validTime": None, "resultQuality": None, "parameters": {}}
    assert post(body).status_code == 201


class TestDataArrays:
    def an_array(self, stream, *rows, components=("phenomenonTime", "result")):
        return {
            "Datastream": {"@iot.id": stream.pk},
            "components": list(components),
            "dataArray@iot.count": len(rows),
            "dataArray": [list(row) for row in rows],
        }

    @pytest.fixture
    def send(self, post):
        return lambda *arrays, **extra: post(list(arrays), path="CreateObservations", **extra)

    def test_each_is_stored_and_answered_in_its_order(self, send, stream, get):
        other = a_stream("JEL-WX-02/wind_speed")
        earlier = NOW - timedelta(minutes=10)
        response = send(
            self.an_array(stream, (NOW.isoformat(), 20), (earlier.isoformat(), 21)),
            self.an_array(other, (3.5,), components=("result",)),
        )
        assert response.status_code == 201, response.content
        assert [get(link)["result"] for link in response.json()] == [20, 21, 3.5]
        assert stored(stream) == [(earlier, 21.0), (NOW, 20.0)]

    def test_one_that_cannot_be_believed_stops_nobody_else(self, send, stream):
        response = send(self.an_array(stream, (NOW.isoformat(), 20), ("2001-01-01T00:00:00Z", 20), ("never", 1)))
        assert response.status_code == 201
        assert response.json()[1:] == ["error", "error"]
        assert outcomes() == {"accepted": 1, "malformed": 1, "too-old": 1}

    def test_it_may_be_sent_again(self, send, stream):
        first = send(self.an_array(stream, (NOW.isoformat(), 20)))
        again = send(self.an_array(stream, (NOW.isoformat(), 20)))
        contradicting = send(self.an_array(stream, (NOW.isoformat(), 25)))
        assert first.json() == again.json()
        assert contradicting.json() == ["error"]
        assert stored(stream) == [(NOW, 20.0)]

    def test_an_unknown_datastream_refuses_all(self, send, stream):
        stream.sensor.status = "draft"
        stream.sensor.save()
        assert send(self.an_array(stream, (NOW.isoformat(), 20))).status_code == 404
        assert stored(stream) == []

    def test_only_those_who_may(self, send, stream):
        assert send(self.an_array(stream, (NOW.isoformat(), 20)), role=None).status_code == 401
        assert send(self.an_array(stream, (NOW.isoformat(), 20)), role=Role.CLERK).status_code == 403
        assert stored(stream) == []

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"components": None}, 400),
            ({"components": ["phenomenonTime"]}, 400),
            ({"components": ["result", "result"]}, 400),
            ({"components": ["result", ["x"]]}, 501),
            ({"components": ["result", "FeatureOfInterest/id"]}, 501),
            ({"dataArray": 5}, 400),
            ({"dataArray": [[1, 2, 3]]}, 400),
            ({"dataArray": [["2026-01-01T00:00:00Z", 1]] * 1001}, 413),
            ({"Datastream": None}, 400),
            ({"more": 1}, 501),
        ],
    )
    def test_what_is_no_data_array(self, send, stream, change, status):
        assert send(self.an_array(stream, (NOW.isoformat(), 20)) | change).status_code == status
        assert stored(stream) == []

    def test_it_is_only_for_posting(self, get):
        get("CreateObservations", status=501)
