"""Who a request is from. The endpoint asked is the label to print, which planners and tourism editors may have."""

import base64
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from gis_platform.core import clock
from gis_platform.core.errors import Forbidden
from gis_platform.identity import services
from gis_platform.identity.models import ApiKey
from tests.people import PASSWORD, a_beacon, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forget_attempts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def planner():
    return a_user("planner", username="ilze", password=PASSWORD)


@pytest.fixture
def label_path():
    return f"/api/v1/beacons/{a_beacon().pk}/label.svg"


def bearer(text):
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def basic(username, password):
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()}


def code_of(response):
    assert response["Content-Type"] == "application/problem+json"
    return response.json()["code"]


def test_an_api_key_acts_for_its_owner(client, planner, label_path):
    _record, text = services.issue_api_key(planner, label="desk", scopes=["read"])
    assert client.get(label_path, **bearer(text)).status_code == 200


def test_only_a_hash_of_the_key_is_kept(planner):
    record, text = services.issue_api_key(planner, label="desk", scopes=["read"])
    kept = str(ApiKey.objects.filter(pk=record.pk).values().get())
    assert text not in kept
    assert text.split("_", 2)[2] not in kept


SPOILT = [lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"), lambda text: "api_00000000_x", str.upper]
GARBAGE = ["", "%%%", base64.b64encode(b"\xff\xfe").decode(), base64.b64encode(b"x").decode()]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_wrong_key_is_refused_even_beside_a_good_session(client, planner, label_path, spoil):
    _record, text = services.issue_api_key(planner, label="desk", scopes=["read"])
    client.force_login(planner)
    response = client.get(label_path, **bearer(spoil(text)))
    assert (response.status_code, code_of(response)) == (401, "credentials-refused")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_key_is_refused(client, planner, label_path):
    _record, text = services.issue_api_key(
        planner, label="desk", scopes=["read"], expires_at=clock.now() + timedelta(days=1)
    )
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        assert code_of(client.get(label_path, **bearer(text))) == "credentials-refused"


def test_a_revoked_key_is_refused(client, planner, label_path):
    record, text = services.issue_api_key(planner, label="desk", scopes=["read"])
    services.revoke_api_key(record, by=planner)
    assert code_of(client.get(label_path, **bearer(text))) == "credentials-refused"


def test_a_key_of_a_closed_account_is_refused(client, planner, label_path):
    _record, text = services.issue_api_key(planner, label="desk", scopes=["read"])
    planner.is_active = False
    planner.save()
    assert code_of(client.get(label_path, **bearer(text))) == "credentials-refused"


def test_residents_get_no_api_keys():
    with pytest.raises(Forbidden):
        services.issue_api_key(a_user(), label="mine", scopes=["read"])


def test_a_password_is_accepted_from_this_machine_and_over_https(client, planner, label_path):
    assert client.get(label_path, **basic("ilze", PASSWORD)).status_code == 200
    assert client.get(label_path, **basic("ilze", PASSWORD), REMOTE_ADDR="203.0.113.5", secure=True).status_code == 200


def test_a_password_in_the_clear_from_elsewhere_is_refused(client, planner, label_path):
    response = client.get(label_path, **basic("ilze", PASSWORD), REMOTE_ADDR="203.0.113.5")
    assert code_of(response) == "encryption-required"


@override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_behind_a_proxy_the_loopback_address_proves_nothing(client, planner, label_path):
    response = client.get(label_path, **basic("ilze", PASSWORD), REMOTE_ADDR="127.0.0.1")
    assert code_of(response) == "encryption-required"


def test_an_api_key_may_stand_in_for_the_password(client, planner, label_path):
    _record, text = services.issue_api_key(planner, label="QGIS", scopes=["read"])
    assert client.get(label_path, **basic("ilze", text)).status_code == 200
    assert code_of(client.get(label_path, **basic("somebody", text))) == "credentials-refused"


def test_a_remembered_password_ends_with_its_change(client, planner, label_path):
    assert client.get(label_path, **basic("ilze", PASSWORD)).status_code == 200
    planner.set_password("another good passphrase")
    planner.save()
    assert code_of(client.get(label_path, **basic("ilze", PASSWORD))) == "credentials-refused"


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(client, planner, label_path):
    for _attempt in range(5):
        assert code_of(client.get(label_path, **basic("ilze", "wrong"))) == "credentials-refused"
    response = client.get(label_path, **basic("ilze", PASSWORD))
    assert (response.status_code, code_of(response)) == (429, "too-many-attempts")
    assert response["Retry-After"] == "900"


def test_the_limit_holds_for_one_address_and_not_for_the_others(client, planner, label_path):
    for _attempt in range(5):
        client.get(label_path, **basic("ilze", "wrong"))
    assert client.get(label_path, **basic("ilze", PASSWORD), REMOTE_ADDR="127.0.0.2").status_code == 200


@pytest.mark.parametrize("credentials", GARBAGE)
def test_garbage_is_refused_and_not_an_error(client, label_path, credentials):
    assert code_of(client.get(label_path, HTTP_AUTHORIZATION=f"Basic {credentials}")) == "credentials-refused"


def test_owner_colleague_and_stranger_of_a_label(client, planner, label_path):
    answers = {}
    for name, user in {"planner": planner, "editor": a_user("tourism_editor"), "clerk": a_user("clerk")}.items():
        client.force_login(user)
        answers[name] = client.get(label_path).status_code
    answers["stranger"] = Client().get(label_path).status_code
    assert answers == {"planner": 200, "editor": 200, "clerk": 403, "stranger": 401}
