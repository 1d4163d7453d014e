"""Vouchers over HTTP, as a resident, a till and strangers meet them."""

import json

import pytest

from gis_platform.core import clock
from gis_platform.devices import services as devices
from rules.benefits import vouchers
from tests.people import a_device, a_place, a_resident, a_user, device_header
from tests.rules.benefits.issuing import ISSUED_AT, a_voucher
from tests.rules.benefits.programmes import a_budget, a_programme

pytestmark = pytest.mark.django_db

PATH = "/api/v1/vouchers"


@pytest.fixture(autouse=True)
def autumn():
    with clock.frozen(ISSUED_AT):
        yield


@pytest.fixture
def anna():
    return a_resident()


@pytest.fixture
def voucher(anna):
    programme = a_programme("meals", name_en="School meals")
    a_budget(programme)
    return a_voucher(programme, holder=f"resident:{anna.handle}", categories=("meal",))


@pytest.fixture
def till():
    return a_device("till", place=a_place())


def redeem(client, device, *uses, **headers):
    body = json.dumps({"redemptions": list(uses)})
    sent = headers or device_header(device)
    return client.post(f"{PATH}/redemptions", body, content_type="application/json", **sent)


def a_use(voucher, **parts):
    use = {"key": "1", "token": vouchers.token_of(voucher), "cents": 250, "used_at": ISSUED_AT.isoformat()}
    return use | parts


def test_anybody_may_have_the_public_keys(client):
    keys = client.get(f"{PATH}/keys").json()["keys"]
    # A voucher may be valid for ten years, so that a till needs the keys of the years in which one was issued.
    assert [key["kid"] for key in keys] == [str(2026 - back) for back in range(12)]
    assert all(key.keys() == {"kty", "crv", "kid", "x", "use", "alg"} for key in keys)  # no private part `d`


def test_a_resident_sees_their_own_and_nobody_elses(client, anna, voucher):
    client.force_login(anna.user)
    (shown,) = client.get(PATH).json()
    assert (shown["programme"], shown["cents"], shown["categories"]) == ("School meals", 300, ["meal"])
    assert (shown["status"], shown["token"]) == ("issued", vouchers.token_of(voucher))
    client.force_login(a_resident().user)
    assert client.get(PATH).json() == []


def test_one_that_has_ended_has_no_token_any_more(client, anna, voucher):
    client.force_login(anna.user)
    with clock.frozen(voucher.expires_at):
        (shown,) = client.get(PATH).json()
    assert (shown["status"], shown["token"]) == ("expired", "")


def test_an_account_that_is_nobodys_is_told_so(client):
    client.force_login(a_user("clerk"))
    refused = client.get(PATH)
    assert (refused.status_code, refused.json()["code"]) == (403, "resident-profile-missing")


def test_a_till_sends_what_it_took_and_learns_what_became_of_it(client, voucher, till):
    answer = redeem(client, till, a_use(voucher), a_use(voucher, key="2")).json()
    assert answer["redemptions"] == [
        {"key": "1", "outcome": "accepted", "paid_cents": 250, "loss_cents": 0, "loss_owner": ""},
        {
            "key": "2",
            "outcome": "doubled",
            "paid_cents": 0,
            "loss_cents": 250,
            "loss_owner": f"place:{till.place_id}",
        },
    ]


def test_a_till_finds_the_vouchers_that_it_may_give_out(client, till):
    programme = a_programme("meals")
    a_budget(programme)
    a_voucher(programme, holder=till.actor, bound_to=till.actor)
    assert len(client.get(f"{PATH}/terminal", **device_header(till)).json()) == 1
    assert client.get(f"{PATH}/terminal", **device_header(a_device("till"))).json() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cents": 0}, "redemptions.0.cents"),
        ({"cents": -5}, "redemptions.0.cents"),
        ({"cents": 2.5}, "redemptions.0.cents"),
        ({"used_at": "2026-09-01T12:00:00"}, "redemptions.0.used_at"),
        ({"key": ""}, "redemptions.0.key"),
        ({"token": "x" * 1_001}, "redemptions.0.token"),
    ],
)
def test_bad_input_is_named_and_nothing_is_paid(client, voucher, till, change, field):
    response = redeem(client, till, a_use(voucher, **change))
    assert (response.status_code, response.json()["code"]) == (400, "invalid-input")
    assert list(response.json()["fields"]) == [field]
    voucher.refresh_from_db()
    assert voucher.status == "issued"


def test_a_batch_has_a_limit(client, voucher, till):
    uses = [a_use(voucher, key=str(number)) for number in range(vouchers.BATCH_MAX + 1)]
    assert redeem(client, till, *uses).status_code == 400
    assert redeem(client, till).status_code == 400


def test_a_sensor_gateway_or_a_revoked_till_redeems_nothing(client, voucher, till):
    gateway = redeem(client, a_device("gateway"), a_use(voucher))
    assert (gateway.status_code, gateway.json()["code"]) == (403, "device-role-missing")
    header = device_header(till)
    devices.revoke(till, actor="user:1")
    assert redeem(client, till, a_use(voucher), **header).status_code == 401
