"""A password alone does not open the account of somebody who works for the city, wherever it is tried."""

import base64
import re
import time

import pyotp
import pytest
from django.core.cache import cache
from django.test import Client

from gis_platform.identity import authenticator_apps, entering, recovery_codes
from gis_platform.identity.models import AuthenticatorApp, OpenSession, RecoveryCode, User
from tests.people import PASSWORD, a_user

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clerk() -> User:
    user = a_user("clerk", username="ilze", password=PASSWORD, is_staff=True)
    AuthenticatorApp.objects.create(user=user, secret=SECRET)
    return user


def code(steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(int(time.time()) + 30 * steps)


def sign_in(client: Client, **more):
    return client.post("/sign-in/", {"username": "ilze", "password": PASSWORD, **more}, HTTP_ACCEPT_LANGUAGE="en")


def show(client: Client, **proof: str):
    return client.post("/sign-in/second/", proof, HTTP_ACCEPT_LANGUAGE="en")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_after_the_password_the_code_is_asked_and_opens(client, clerk):
    assert sign_in(client, next="/editor/")["Location"] == "/sign-in/second/"
    assert not is_in(client)
    assert client.get("/console/")["Location"].startswith("/console/login/")
    assert show(client, code=code())["Location"] == "/editor/"
    assert client.session["_auth_user_id"] == str(clerk.pk)


def test_the_twin_without_the_step_would_open_at_once(client, clerk, monkeypatch):
    monkeypatch.setattr(entering, "has_second_factor", lambda user: False)
    monkeypatch.setattr(entering, "must_have_second_factor", lambda user: False)
    sign_in(client)
    assert is_in(client)


@pytest.mark.parametrize("wrong", ["000000", "", "12", "abcdef", "9" * 400])
def test_a_wrong_code_is_refused(client, clerk, wrong):
    sign_in(client)
    assert "That code or passkey is not right" in show(client, code=wrong).content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(client, clerk, steps, opens):
    sign_in(client)
    show(client, code=code(steps))
    assert is_in(client) is opens


def test_a_code_is_good_once(client, clerk):
    shown = code()
    sign_in(client)
    show(client, code=shown)
    over_the_shoulder = Client()
    sign_in(over_the_shoulder)
    show(over_the_shoulder, code=shown)
    assert (is_in(client), is_in(over_the_shoulder)) == (True, False)


def test_the_twin_that_forgets_the_step_takes_a_code_twice(clerk, rf):
    request, shown = rf.get("/"), code()
    authenticator_apps.check(request, clerk, shown)
    AuthenticatorApp.objects.update(last_step=0)
    authenticator_apps.check(request, clerk, shown)


def test_after_five_wrong_codes_the_account_waits(client, clerk):
    sign_in(client)
    for _attempt in range(5):
        show(client, code="000000")
    assert "Too many failed attempts" in show(client, code=code()).content.decode()
    assert not is_in(client)


def test_nobody_comes_to_the_second_step_without_the_first(client, clerk):
    assert show(client, code=code())["Location"] == "/sign-in/"
    assert not is_in(client)


def test_the_second_step_waits_ten_minutes(client, clerk, monkeypatch):
    sign_in(client)
    monkeypatch.setattr(entering, "PATIENCE_S", -1)
    assert show(client, code=code())["Location"] == "/sign-in/"
    assert not is_in(client)


def test_the_secret_does_not_lie_open_in_the_database(clerk):
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM identity_authenticatorapp")
        assert SECRET.encode() not in bytes(cursor.fetchone()[0])


# --- Enrolment -------------------------------------------------------------------------------------------------------


def test_staff_without_one_enrol_before_anything_else(client):
    user = a_user("clerk", username="ilze", password=PASSWORD, is_staff=True)
    assert sign_in(client)["Location"] == "/sign-in/second/"
    page = client.get("/sign-in/second/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    assert not is_in(client)
    response = client.post("/account/app/", {"code": pyotp.TOTP(secret).now()})
    assert response["Location"] == "/account/recovery-codes/"
    assert client.session["_auth_user_id"] == str(user.pk)
    shown = re.findall(r"<code>([0-9A-Z-]{11})</code>", client.get("/account/recovery-codes/").content.decode())
    assert len(shown) == RecoveryCode.objects.filter(user=user).count() == 10
    assert client.get("/account/recovery-codes/")["Location"] == "/account/"  # once


def test_a_wrong_code_does_not_enrol(client):
    a_user("clerk", username="ilze", password=PASSWORD, is_staff=True)
    sign_in(client)
    client.get("/sign-in/second/")
    client.post("/account/app/", {"code": "000000"})
    assert (is_in(client), AuthenticatorApp.objects.count()) == (False, 0)


def test_who_has_one_cannot_enrol_another_between_the_doors(client, clerk):
    """Or the password alone would be enough after all."""
    sign_in(client)
    response = client.post("/account/app/", {"code": "000000"})
    assert response["Location"].startswith("/sign-in/")
    assert client.post("/account/passkeys/question/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("role", [[], ["clerk"]])
def test_where_it_is_not_required_the_password_opens(client, settings, role):
    settings.SECOND_FACTOR_REQUIRED = False
    a_user(*role, username="ilze", password=PASSWORD)
    sign_in(client)
    assert is_in(client)


def test_residents_may_do_without(client):
    a_user(username="ilze", password=PASSWORD)
    sign_in(client)
    assert is_in(client)


def test_the_last_one_stays_while_the_role_asks_for_it(client, clerk):
    sign_in(client)
    show(client, code=code())
    assert client.post("/account/app/remove/").status_code == 409
    assert AuthenticatorApp.objects.filter(user=clerk).exists()


# --- Recovery codes --------------------------------------------------------------------------------------------------


def test_a_recovery_code_opens_once(client, clerk):
    codes = recovery_codes.make(clerk)
    sign_in(client)
    assert show(client, recovery=codes[3].lower().replace("-", " ")).status_code == 302
    again = Client()
    sign_in(again)
    show(again, recovery=codes[3])
    assert (is_in(client), is_in(again), recovery_codes.left(clerk)) == (True, False, 9)


def test_new_recovery_codes_make_the_old_ones_void(client, clerk):
    old = recovery_codes.make(clerk)
    recovery_codes.make(clerk)
    sign_in(client)
    show(client, recovery=old[0])
    assert not is_in(client)


# --- Other doors -----------------------------------------------------------------------------------------------------


def basic(password: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"ilze:{password}".encode()).decode()}


def test_http_basic_takes_no_password_of_such_an_account(client, clerk):
    response = client.get("/ogc/", **basic(PASSWORD))
    assert (response.status_code, response.json()["code"]) == (401, "password-not-enough")


def test_the_console_has_no_door_of_its_own(client, clerk):
    response = client.post("/console/login/", {"username": "ilze", "password": PASSWORD})
    assert response["Location"].startswith("/sign-in/")
    assert not is_in(client)


# --- Sessions --------------------------------------------------------------------------------------------------------


def enter(client: Client) -> Client:
    sign_in(client)
    AuthenticatorApp.objects.update(last_step=0)
    show(client, code=code())
    assert is_in(client)
    return client


def test_signing_out_everywhere_else_ends_the_other_sessions(clerk):
    here, there = enter(Client()), enter(Client(HTTP_USER_AGENT="Mozilla/5.0 (Android 15) Firefox/133.0"))
    assert "Firefox, Android" in here.get("/account/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    here.post("/account/sessions/")
    assert there.get("/account/")["Location"].startswith("/sign-in/")
    assert here.get("/account/").status_code == 200


def test_nobody_ends_somebody_elses_session(clerk):
    here = enter(Client())
    stranger = Client()
    stranger.force_login(a_user())
    stranger.post("/account/sessions/", {"session": OpenSession.objects.get(user=clerk).pk})
    assert here.get("/account/").status_code == 200


def test_changing_the_password_signs_out_everywhere_else(clerk):
    here, there = enter(Client()), enter(Client())
    new = "another long horse battery"
    here.post("/account/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert here.get("/account/").status_code == 200
    assert there.get("/account/")["Location"].startswith("/sign-in/")


def test_a_session_left_open_cannot_change_the_locks(clerk, monkeypatch):
    here = enter(Client())
    monkeypatch.setattr(entering, "FRESH_S", -1)
    assert "again=1" in here.post("/account/app/remove/")["Location"]
    assert "again=1" in here.post("/account/recovery-codes/")["Location"]
    assert "again=1" in here.post("/account/passkeys/question/")["Location"]
    assert AuthenticatorApp.objects.filter(user=clerk).exists()
