import json
import logging

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from psycopg.errors import QueryCanceled
from structlog.contextvars import get_contextvars

from gis_platform.core import pages
from gis_platform.core.errors import Conflict, InvalidInput
from gis_platform.core.middleware import UPLOAD_SIZE_MAX

SLOW = OperationalError("canceling statement due to statement timeout")
SLOW.__cause__ = QueryCanceled()
ERRORS = {
    "city": Conflict("The budget is spent.", remaining_cents=0),
    "fields": InvalidInput(fields={"name": "<b>Too long</b>"}),
    "missing": Http404("no row with secret=1"),
    "denied": PermissionDenied("secret"),
    "suspicious": SuspiciousOperation("secret"),
    "slow": SLOW,
    "bug": ZeroDivisionError("secret"),
}


def fail(_: HttpRequest, kind: str) -> HttpResponse:
    raise ERRORS[kind]


def tell(_: HttpRequest) -> HttpResponse:
    return HttpResponse(json.dumps(get_contextvars()))


def read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.body)))


urlpatterns = [
    *(path(f"{prefix}fail/<kind>", fail) for prefix in ("", "api/", "ogc/", "sta/")),
    path("tell", tell),
    path("api/read", read),
    path("api/tell", tell),
]
handler400, handler403, handler404, handler500 = pages.bad_request, pages.forbidden, pages.not_found, pages.failed
pytestmark = [pytest.mark.urls(__name__)]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture(autouse=True)
def core_alone(settings):
    """The two of core, and Django's own that answers requests without a view."""
    settings.MIDDLEWARE = [
        "gis_platform.core.middleware.RequestContextMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "gis_platform.core.middleware.ProblemMiddleware",
    ]


@pytest.mark.parametrize("prefix", ["api", "ogc", "sta"])
def test_machines_get_a_problem_document(client, prefix):
    response = client.get(f"/{prefix}/fail/city")
    assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
    problem = response.json()
    assert (problem["code"], problem["remaining_cents"]) == ("conflict", 0)
    assert problem["instance"] == f"/{prefix}/fail/city"
    assert problem["request_id"] == response["X-Request-Id"]


def test_people_get_a_page(client):
    response = client.get("/fail/city")
    assert (response.status_code, response["Content-Type"]) == (409, "text/html; charset=utf-8")
    assert "The budget is spent." in response.text
    assert response["X-Request-Id"] in response.text


def test_the_page_escapes_what_it_shows(client):
    assert "&lt;b&gt;Too long" in client.get("/fail/fields").text
    assert "<b>" not in client.get("/fail/fields").text


@pytest.mark.parametrize("language", ["lv", "lt"])
def test_the_page_is_in_the_reader_s_language(client, language):
    page = client.get("/fail/denied", headers={"Accept-Language": language})
    assert f'<html lang="{language}">' in page.text
    assert "You may not" not in page.text


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("fields", 400, "invalid-input"),
        ("suspicious", 400, "invalid-input"),
        ("slow", 400, "query-too-slow"),
        ("denied", 403, "forbidden"),
        ("missing", 404, "not-found"),
        ("bug", 500, "internal-error"),
    ],
)
def test_django_s_own_exceptions_have_codes_and_tell_no_secret(client, kind, status, code):
    response = client.get(f"/api/fail/{kind}")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert "secret" not in response.text
    assert "secret" not in client.get(f"/fail/{kind}").text


def test_a_bug_is_logged_once_and_told_to_nobody(client, caplog):
    with caplog.at_level(logging.WARNING):
        response = client.get("/api/fail/bug")
    assert [(record.name, record.levelname) for record in caplog.records] == [("gis_platform.core.middleware", "ERROR")]
    assert set(response.json()) == {"type", "title", "status", "detail", "instance", "code", "request_id"}


def test_a_bug_shows_itself_to_a_test_that_did_not_expect_it():
    with pytest.raises(ZeroDivisionError):
        Client().get("/api/fail/bug")


def test_an_address_without_a_view_has_a_code_too(client):
    assert client.get("/api/nowhere").json()["code"] == "not-found"
    assert client.get("/nowhere")["Content-Type"].startswith("text/html")
    assert client.get("/nowhere").status_code == 404


def test_a_request_id_is_made_bound_and_returned(client):
    response = client.get("/tell")
    assert json.loads(response.content) == {"request_id": response["X-Request-Id"], "path": "/tell"}
    assert len(response["X-Request-Id"]) == 32
    assert get_contextvars() == {}


def test_django_s_own_lines_about_the_request_carry_its_id(client, caplog):
    seen = []
    logging.getLogger("django.request").addFilter(remember := lambda _: seen.append(get_contextvars()) or True)
    response = client.get("/api/nowhere")
    logging.getLogger("django.request").removeFilter(remember)
    assert [context["request_id"] for context in seen] == [response["X-Request-Id"]]


def test_a_caller_s_request_id_is_kept(client):
    assert client.get("/tell", headers={"X-Request-Id": "till-7.0001"})["X-Request-Id"] == "till-7.0001"


@pytest.mark.parametrize("given", ["short", "x" * 65, "has space", 'quote"quote', "ā" * 10])
def test_an_odd_request_id_is_replaced(client, given):
    assert client.get("/tell", headers={"X-Request-Id": given})["X-Request-Id"] != given


def test_a_body_beyond_the_limit_is_refused_unread(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert client.post("/api/read", b"x" * 10, content_type="text/plain").text == "10"
    response = client.post("/api/read", b"x" * 11, content_type="text/plain")
    assert (response.status_code, response.json()["code"]) == (413, "too-large")
    assert client.post("/tell", b"x" * 11, content_type="text/plain")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("length", "status"), [(str(UPLOAD_SIZE_MAX), 200), (str(UPLOAD_SIZE_MAX + 1), 413), ("2147483648", 413)]
)
def test_a_form_with_files_has_a_limit_of_its_own(client, length, status):
    # The length is only announced: a real upload of 2 GB would be refused by the same line.
    response = client.generic("POST", "/api/tell", b"x", "multipart/form-data; boundary=x", CONTENT_LENGTH=length)
    assert response.status_code == status


@pytest.mark.parametrize("length", ["-1", "many", "1e9"])
def test_a_length_that_is_no_number_is_refused(client, length):
    assert client.generic("POST", "/api/read", b"", CONTENT_LENGTH=length).status_code == 413
