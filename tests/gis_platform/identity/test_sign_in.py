import pytest
from django.core.cache import cache

from tests.people import PASSWORD, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forget_attempts():
    cache.clear()
    yield
    cache.clear()


def sign_in(client, password, username="ilze", **extra):
    return client.post("/sign-in/", {"username": username, "password": password}, **extra)


def test_the_right_password_opens_a_session(client):
    user = a_user(username="ilze", password=PASSWORD)
    response = sign_in(client, PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_signing_out_takes_a_post_and_ends_the_session(client):
    client.force_login(a_user())
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert "_auth_user_id" not in client.session


def test_it_sends_nobody_to_another_site(client):
    a_user(username="ilze", password=PASSWORD)
    response = client.post("/sign-in/?next=https://evil.example/", {"username": "ilze", "password": PASSWORD})
    assert response["Location"] == "/"


def test_after_five_failures_the_account_waits_and_the_page_says_so(client):
    a_user(username="ilze", password=PASSWORD)
    for _attempt in range(5):
        assert sign_in(client, "wrong").status_code == 200
    response = sign_in(client, PASSWORD, HTTP_ACCEPT_LANGUAGE="en")
    assert "_auth_user_id" not in client.session
    assert "Too many failed attempts" in str(response.context["form"].non_field_errors())


def test_a_success_forgets_the_failures_before_it(client):
    a_user(username="ilze", password=PASSWORD)
    for _attempt in range(4):
        sign_in(client, "wrong")
    sign_in(client, PASSWORD)
    client.post("/sign-out/")
    for _attempt in range(4):
        sign_in(client, "wrong")
    assert sign_in(client, PASSWORD).status_code == 302


def test_the_consoles_own_page_has_the_same_limit(client):
    a_user("clerk", username="ilze", password=PASSWORD, is_staff=True)
    form = {"username": "ilze", "next": "/console/"}
    for _attempt in range(5):
        client.post("/console/login/", form | {"password": "wrong"})
    client.post("/console/login/", form | {"password": PASSWORD})
    assert "_auth_user_id" not in client.session
