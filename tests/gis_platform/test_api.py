"""The API as a whole: its document, its reference page, and that no endpoint is open by oversight."""

import re
from itertools import pairwise
from typing import get_args

import pytest
from django.test import Client
from pydantic import BaseModel

from gis_platform.api import api
from tests.people import a_user

# Open to everybody on purpose. A new endpoint that asks for nobody's name has to be written down here.
PUBLIC = {
    "GET /api/v1/beacons/resolve",
    "GET /api/v1/check-ins/heat-map",
    "GET /api/v1/events/{event_id}/tickets",
    "GET /api/v1/reports/categories",
    "GET /api/v1/reports/{code}",
    "GET /api/v1/search",
    "GET /api/v1/sensors/latest",
    "GET /api/v1/sensors/{sensor_id}/history",
    "GET /api/v1/tickets/keys",
    "GET /api/v1/vouchers/keys",
    "POST /api/v1/devices/register",
    "POST /api/v1/reports",
}


def operations():
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def guarded():
    return [name for name, operation in operations() if "security" in operation]


def call(client, name):
    """Calls an operation with something in every place of its path."""
    method, path = name.split(" ")
    path = re.sub(r"\{[^}]*_id\}", "00000000-0000-0000-0000-000000000000" if "decision" in path else "1", path)
    return client.generic(method, re.sub(r"\{[^}]*\}", "ABCDEFGH", path), "{}", content_type="application/json")


def test_the_document_is_served_and_names_the_platform(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert document["info"] == {
        "title": "City platform",
        "version": "1.0.0",
        "description": document["info"]["description"],
    }
    assert "/api/v1/check-ins" in document["paths"]


def test_only_what_is_meant_to_be_public_is():
    assert {name for name, operation in operations() if "security" not in operation} == PUBLIC


@pytest.mark.django_db
@pytest.mark.parametrize("name", guarded())
def test_a_stranger_is_sent_away_with_a_challenge(name):
    response = call(Client(), name)
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"]
    assert response.json()["code"] == "not-signed-in"


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in guarded() if not name.startswith("GET")])
def test_a_session_without_its_token_changes_nothing(name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_user("administrator"))
    response = call(client, name)
    assert (response.status_code, response.json()["code"]) in ((403, "csrf-refused"), (401, "not-signed-in"))


@pytest.mark.django_db
def test_the_reference_page_asks_nobody_else_and_runs_no_inline_script(client):
    response = client.get("/api/v1/docs")
    page = response.content.decode()
    assert response.status_code == 200
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    scripts = re.findall(r"<script([^>]*)>", page)
    assert scripts
    assert all("src=" in attributes or "application/json" in attributes for attributes in scripts)


def test_every_operation_has_a_summary_and_a_name_of_its_own():
    names = [operation["operationId"] for _name, operation in operations()]
    assert len(names) == len(set(names))
    assert all(operation.get("summary") for _name, operation in operations())


def test_no_two_schemas_share_a_name():
    """In the document the later one would stand for both."""
    models = set()
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                bodies = [field.annotation for model in operation.models for field in model.model_fields.values()]
                models.update(*(found(model) for model in (*bodies, *operation.response_models.values()) if model))
    names = sorted((model.__name__, model.__module__) for model in models if not model.__name__.startswith("NinjaResp"))
    assert len(names) > 60
    assert [one for one, other in pairwise(names) if one[0] == other[0]] == []


def found(annotation):
    """The models of an annotation and of their fields."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = [found(field.annotation) for field in annotation.model_fields.values()]
        return {annotation}.union(*inner)
    return set().union(*map(found, get_args(annotation)))
