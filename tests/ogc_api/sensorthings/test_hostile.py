"""Whatever is sent, the answer is 2xx or a refusal with a code, never a failure of ours, and nothing is changed."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stations import stored

LIMITS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
SETS = st.sampled_from(["Things", "Locations", "Datastreams", "Observations", "FeaturesOfInterest", "Sensors"])
WORDS = [
    *("result", "phenomenonTime", "name", "id", "@iot.id", "Datastream", "Datastreams", "Observations", "location"),
    *("feature", "properties/x", "Thing/name", "unitOfMeasurement", "eq", "ne", "lt", "and", "or", "not", "add", "mod"),
    *(
        "div",
        "mul",
        "(",
        ")",
        ",",
        "-",
        ";",
        "$top=1",
        "$filter=",
        "$expand=",
        "null",
        "true",
        "'x'",
        "''''",
        "1",
        "-0",
    ),
    *("1e308", "9999999999999999999", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "12:00:00"),
    *("duration'P999999D'", "geography'POINT(1 1)'", "geometry'LINESTRING(0 0,1 1)'", "now()", "round(", "substring("),
    *("st_within(", "st_relate(", "geo.distance(", "date(", "time(", "concat(", "length(", "year(", "tolower("),
    *("'; DROP TABLE sensors_stream; --", "pg_sleep(9)", "%s", "{t}", "%", "\\", "\0", "\ud800", "ā", "🌧", "\n"),
]
MEMBERS = [
    *("name", "result", "Datastream", "@iot.id", "Locations", "location", "properties", "components", "dataArray"),
    *("phenomenonTime", "Thing", "Sensor", "type", "coordinates", "unitOfMeasurement", "encodingType"),
]
mixed = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
texts = st.one_of(mixed, mixed.map(lambda text: text.replace(" ", "")), st.text(max_size=60))
options = st.dictionaries(
    st.sampled_from(
        ["$filter", "$orderby", "$expand", "$select", "$top", "$skip", "$count", "$skiptoken", "$resultFormat", "x"]
    ),
    texts,
    min_size=1,
    max_size=3,
)


@pytest.fixture
def send(client, with_ten):
    def send(method: str, path: str, data=None, **extra):
        if method == "get":
            with transaction.atomic():
                response = client.get(f"/sta/v1.1/{path}", data)
                transaction.set_rollback(True)  # a statement that PostgreSQL refuses ends its transaction
        else:
            response = getattr(client, method)(f"/sta/v1.1/{path}", data, **extra)
        assert response.status_code < 500 or response.status_code == 501, response.content
        if response.status_code >= 400:
            assert response.json()["code"]
        return response

    return send


def sendable(text: str) -> str:
    """Half of a surrogate pair cannot be written in UTF-8; what arrives for it is something else."""
    return text.encode(errors="surrogatepass").decode(errors="replace")


@LIMITS
@given(name=SETS, options=options)
def test_options(send, name, options):
    send("get", name, {key: sendable(value) for key, value in options.items()})


@LIMITS
@given(
    path=st.one_of(st.text(max_size=40), st.lists(st.sampled_from([*WORDS, "/", "Things", "(1)", "$ref"])).map("".join))
)
def test_paths(send, path):
    send("get", sendable(path).replace("?", "").replace("#", "").replace("\\", ""))


@LIMITS
@given(
    path=st.sampled_from(["Observations", "CreateObservations", "Things", "Datastreams", "Sensors"]),
    body=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(
                st.sampled_from(MEMBERS),
                inner,
                max_size=5,
            ),
        ),
        max_leaves=12,
    ),
)
def test_bodies(send, client, admin_user, path, body):
    client.force_login(admin_user)
    send("post", path, body, content_type="application/json")


@pytest.mark.parametrize("text", ["%FF", "%C0%80", "%ED%A0%80", "%00", "%", "%2", "+", "%27", "\u202e"])
@pytest.mark.parametrize("option", ["$filter", "$expand", "$orderby", "$select", "$skiptoken", "$top"])
def test_bad_escapes(send, with_ten, option, text):
    send("get", f"Observations?{option}={text}")
    assert len(stored(with_ten)) == 10
