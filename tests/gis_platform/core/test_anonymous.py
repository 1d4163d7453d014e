"""Who reads as nobody gets no session, and all of the security headers; everybody else is looked for."""

import pytest
from django.test import RequestFactory

from gis_platform.core.anonymous import is_anonymous_reading

URL = "/ogc/collections/tourism/items"


@pytest.mark.parametrize(
    ("made", "anonymous"),
    [
        (lambda make: make.get(URL), True),
        (lambda make: make.head(URL), True),
        (lambda make: make.get("/sta/v1.1/Things"), True),
        (lambda make: make.get(URL, headers={"Authorization": "Bearer x"}), True),  # has no session either
        (lambda make: make.post(URL), False),
        (lambda make: make.get("/"), False),
        (lambda make: make.get("/api/v1/x"), False),
        (lambda make: make.get(URL, {"f": "html"}), False),
        (lambda make: make.get(URL, headers={"Accept": "text/html,*/*"}), False),
        (lambda make: make.get(URL, headers={"Cookie": "sessionid=x"}), False),
    ],
)
def test_a_program_without_a_cookie_reads_as_nobody(made, anonymous):
    assert is_anonymous_reading(made(RequestFactory())) is anonymous


@pytest.mark.django_db
def test_the_headers_that_protect_are_there_all_the_same(client):
    answer = client.get("/ogc/conformance")
    for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "X-Request-Id", "Vary"):
        assert answer.headers[name]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.django_db
def test_a_session_is_still_known(client, django_user_model):
    user = django_user_model.objects.create_user("clerk", email="c@example.org", password="a long enough password")
    client.force_login(user)
    assert client.get("/ogc/conformance").wsgi_request.user == user


@pytest.mark.django_db
def test_a_page_for_people_has_the_token_of_its_forms(client):
    assert "csrftoken" in client.get("/ogc/conformance", {"f": "html"}).cookies
