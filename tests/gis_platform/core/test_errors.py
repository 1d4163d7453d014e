import json

import pytest
import structlog
from django.utils import translation

from gis_platform.core import errors
from gis_platform.core.errors import CityError, Conflict, InvalidInput, NotFound, TooMany, problem


class BudgetSpent(Conflict):
    code = "budget-spent"
    title = "The budget is spent"


def document(error: CityError) -> dict:
    return json.loads(problem(error).content)


def test_a_problem_has_the_members_of_rfc_9457_and_ours():
    with structlog.contextvars.bound_contextvars(request_id="abc12345", path="/api/v1/x"):
        response = problem(BudgetSpent("Nothing is left for this month.", remaining_cents=0))
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content) == {
        "type": "urn:problem-type:gis-platform:budget-spent",
        "title": "The budget is spent",
        "status": 409,
        "detail": "Nothing is left for this month.",
        "instance": "/api/v1/x",
        "code": "budget-spent",
        "remaining_cents": 0,
        "request_id": "abc12345",
    }


def test_data_cannot_forge_the_problem_s_own_members():
    assert document(NotFound("gone", status=200, code="fine"))["status"] == 404
    assert document(NotFound("gone", status=200, code="fine"))["code"] == "not-found"


def test_without_detail_the_title_tells():
    assert document(NotFound())["detail"] == document(NotFound())["title"]


def test_invalid_input_names_each_field():
    error = InvalidInput(fields={"name": "Too long", "age": "Not a number"})
    assert document(error)["fields"] == {"name": "Too long", "age": "Not a number"}
    assert document(error)["code"] == "invalid-input"


def test_a_limit_says_when_to_come_back():
    assert problem(TooMany(retry_after_s=30))["Retry-After"] == "30"


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("InvalidInput", 400, "invalid-input"),
        ("Forbidden", 403, "forbidden"),
        ("NotFound", 404, "not-found"),
        ("Conflict", 409, "conflict"),
        ("PreconditionFailed", 412, "precondition-failed"),
        ("TooLarge", 413, "too-large"),
        ("PreconditionRequired", 428, "precondition-required"),
        ("TooMany", 429, "too-many-requests"),
        ("Unavailable", 503, "unavailable"),
    ],
)
def test_codes_are_stable(name, status, code):
    kind = getattr(errors, name)
    assert (kind.status, kind.code) == (status, code)


@pytest.mark.parametrize("language", ["lv", "lt"])
def test_the_title_is_in_the_reader_s_language(language):
    with translation.override("en"):
        english = document(NotFound())["title"]
    with translation.override(language):
        assert document(NotFound())["title"] != english
