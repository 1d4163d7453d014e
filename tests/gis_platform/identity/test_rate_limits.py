"""Limits of requests: separate budgets, honest headers, and a city that answers without Redis."""

import itertools
import time

import pytest
from django.test import Client
from redis import RedisError

from gis_platform.core import queues
from gis_platform.identity import services
from gis_platform.identity.budgets import HELD_FOR_S, Budget, Counter, take
from gis_platform.identity.rate_limits import budget_name
from tests.people import PASSWORD, a_user

_addresses = (f"203.0.{high}.{low}" for high, low in itertools.product(range(114, 255), range(1, 255)))
_seed = int(time.time()) % 100_000
LAYER = "/ogc/collections/tourism/queryables"


@pytest.fixture
def limits(settings):
    settings.RATE_LIMITS = {"reads": 5, "tiles": 3, "edits": 2, "processes": 1, "sign-in": 3}


@pytest.fixture
def address():
    """One that no other test, nor an earlier run, has used."""
    for key in queues.redis().scan_iter("budget:*"):
        queues.redis().delete(key)
    return next(itertools.islice(_addresses, _seed % 50, None))


def reads(client, address, number, **headers):
    return [client.get(LAYER, REMOTE_ADDR=address, **headers) for _ in range(number)]


# --- The bucket ------------------------------------------------------------------------------------------------------


def test_a_budget_gives_what_it_holds_and_then_says_how_long_to_wait(address):
    budget = Budget(name="test", most=10, window_s=60)
    assert take(budget, address, 4)[:2] == (4, 6)
    assert take(budget, address, 9)[:2] == (6, 0)
    given, left, wait_ms = take(budget, address, 1)
    assert (given, left) == (0, 0)
    assert 5000 < wait_ms <= 6001  # one of ten in a minute


def test_it_fills_again_with_time(address):
    budget = Budget(name="test", most=20, window_s=1)
    assert take(budget, address, 20)[0] == 20
    time.sleep(0.3)
    assert 3 <= take(budget, address, 20)[0] <= 12


def test_two_processes_draw_on_one_budget(address):
    budget = Budget(name="test", most=100, window_s=600)
    counters = [Counter(take), Counter(take)]
    allowed = sum(not counters[turn % 2].spend(budget, address).wait_s for turn in range(300))
    assert 96 <= allowed <= 101  # a process may hold two tokens that the other one would have used


def test_most_requests_do_not_ask_redis():
    asked = []

    def answer(budget, caller, wanted):
        asked.append(wanted)
        return wanted, 900, 0

    budget = Budget(name="test", most=1000)
    counter = Counter(answer)
    for _ in range(100):
        counter.spend(budget, "somebody")
    assert asked == [20] * 5


def test_what_is_held_is_given_up_after_a_while():
    clock = itertools.count(0, HELD_FOR_S + 1)
    asked = []

    def answer(budget, caller, wanted):
        asked.append(wanted)
        return wanted, 900, 0

    counter = Counter(answer, now=lambda: float(next(clock)))
    for _ in range(3):
        counter.spend(Budget(name="test", most=1000), "somebody")
    assert len(asked) == 3


def test_without_redis_everything_goes_on_and_the_log_says_so_once(caplog):
    def fail(budget, caller, wanted):
        raise RedisError("away")

    clock = itertools.count(0, 10)
    counter = Counter(fail, now=lambda: float(next(clock)))
    verdicts = [counter.spend(Budget(name="test", most=1), "somebody") for _ in range(20)]
    assert all(not verdict.wait_s for verdict in verdicts)
    assert sum("not counted" in record.getMessage() for record in caplog.records) == 1


def test_counting_costs_almost_nothing():
    """Five per cent of a page of ten features, which takes some 700 microseconds, would be 35."""
    counter = Counter(lambda budget, caller, wanted: (wanted, 10**6, 0))
    budget = Budget(name="test", most=1_000_000)
    started = time.process_time()
    for _ in range(20_000):
        counter.spend(budget, "somebody")
    assert (time.process_time() - started) / 20_000 < 20e-6


# --- The window ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_asks_too_often_is_told_when_to_come_back(limits, address, city_of_jelgava):
    answers = reads(Client(), address, 6)
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"reads";q=5;w=60'
    assert answers[0].headers["RateLimit"].startswith('"reads";r=4;')
    refused = answers[-1]
    assert (refused.json()["code"], refused.headers["Content-Type"]) == (
        "too-many-requests",
        "application/problem+json",
    )
    assert 1 <= int(refused.headers["Retry-After"]) <= 13
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.django_db
def test_an_address_has_its_own_budget_and_so_has_each_account(limits, address, city_of_jelgava):
    reads(Client(), address, 6)
    assert reads(Client(), next(_addresses), 1)[0].status_code == 200
    signed_in = Client()
    signed_in.force_login(a_user("clerk"))
    assert reads(signed_in, address, 1)[0].status_code == 200
    _record, key = services.issue_api_key(a_user("planner"), label="desk", scopes=["read"])
    assert reads(Client(), address, 1, HTTP_AUTHORIZATION=f"Bearer {key}")[0].status_code == 200


@pytest.mark.django_db
def test_a_made_up_session_buys_nothing(limits, address, city_of_jelgava):
    statuses = []
    for number in range(7):
        client = Client()
        client.cookies["sessionid"] = f"made-up-{number}"
        statuses.append(reads(client, address, 1)[0].status_code)
    assert statuses == [200] * 5 + [429] * 2


@pytest.mark.django_db
def test_made_up_keys_use_up_the_budget_for_signing_in(limits, address, city_of_jelgava):
    statuses = [
        reads(Client(), address, 1, HTTP_AUTHORIZATION=f"Bearer api_0000000{number}_x")[0].status_code
        for number in range(6)
    ]
    assert statuses == [401] * 4 + [429] * 2 or statuses == [401] * 3 + [429] * 3


@pytest.mark.django_db
def test_the_sign_in_page_has_a_budget_of_its_own(limits, address):
    a_user("planner", username="ilze", password=PASSWORD)
    form = {"username": "ilze", "password": "wrong"}
    statuses = [Client().post("/sign-in/", form, REMOTE_ADDR=address).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


@pytest.mark.django_db
def test_nothing_limits_the_machine_itself_or_what_is_switched_off(limits, settings, address, city_of_jelgava):
    assert {a.status_code for a in reads(Client(), "127.0.0.1", 8)} == {200}
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 0)
    answers = reads(Client(), address, 8)
    assert {a.status_code for a in answers} == {200}
    assert "RateLimit" not in answers[0].headers


@pytest.mark.django_db
def test_behind_a_proxy_the_address_it_names_is_counted(limits, settings, address, city_of_jelgava):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    forged = {"HTTP_X_FORWARDED_FOR": f"198.51.100.1, {address}"}
    assert [a.status_code for a in reads(Client(), "127.0.0.1", 6, **forged)] == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("get", "/ogc/collections/tourism/items", "reads"),
        ("get", "/sta/v1.1/Things", "reads"),
        ("get", "/ogc/tiles/WebMercatorQuad/1/1/1", "tiles"),
        ("get", "/ogc/collections/tourism/tiles/WebMercatorQuad/1/1/1", "tiles"),
        ("post", "/ogc/collections/tourism/items", "edits"),
        ("delete", "/ogc/collections/tourism/items/1", "edits"),
        ("post", "/ogc/processes/buffer/execution", "processes"),
        ("post", "/sign-in/", "sign-in"),
        ("get", "/sign-in/", None),
        ("get", "/static/map.js", None),
        ("get", "/", None),
    ],
)
def test_each_request_draws_on_one_budget(rf, method, path, name):
    assert budget_name(getattr(rf, method)(path)) == name


# --- Other origins ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_pages_of_other_origins_may_read_as_nobody(client, city_of_jelgava):
    response = client.get(LAYER, HTTP_ORIGIN="https://example.org")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.django_db
def test_a_preflight_allows_reading_and_nothing_else(client, city_of_jelgava):
    asked = {"HTTP_ORIGIN": "https://example.org", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"}
    response = client.options("/ogc/collections/tourism/items/1", **asked)
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Authorization" not in response.headers["Access-Control-Allow-Headers"]


@pytest.mark.django_db
def test_an_edit_is_never_shared_with_another_origin(client, city_of_jelgava):
    response = client.post("/ogc/collections/tourism/items", "{}", "application/geo+json", HTTP_ORIGIN="https://e.org")
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Access-Control-Allow-Origin" not in client.get("/").headers
