"""The OpenAPI document is valid, whole and true: it names every path of the window, and every answer it gives."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, resolve
from openapi_spec_validator import OpenAPIV30SpecValidator

from gis_platform.identity.roles import Role
from ogc_api import urls

from .conftest import person

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def document(client, city_of_jelgava) -> dict[str, Any]:
    return client.get("/ogc/openapi", {"f": "json"}).json()


def operations(document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def parameter(document, given):
    return document["components"]["parameters"][given["$ref"].rsplit("/", 1)[1]] if "$ref" in given else given


def address(document, path, operation) -> str:
    """A path with an example for each of its parameters."""
    for given in operation.get("parameters", []):
        known = parameter(document, given)
        if known["in"] == "path":
            schema = known["schema"]
            value = known.get("example", schema.get("example", schema.get("default")))
            if value is None:
                value = schema["enum"][0] if "enum" in schema else 1 if schema["type"] == "integer" else "unknown"
            path = path.replace(f"{{{known['name']}}}", str(value))
    return f"/ogc{path}"


def test_it_is_valid_and_refers_to_nothing_outside(document):
    OpenAPIV30SpecValidator(document).validate()
    references = set(re.findall(r"'\$ref': '([^']*)'", repr(document)))
    assert references
    assert not [reference for reference in references if not reference.startswith("#/")]


def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(names) == len(set(names))


def test_every_parameter_of_a_path_is_described_and_no_other(document):
    for path, method, operation in operations(document):
        known = [parameter(document, given) for given in operation.get("parameters", [])]
        described = {entry["name"] for entry in known if entry["in"] == "path"}
        assert described == set(re.findall(r"{(\w+)}", path)), (method, path)
        assert len({(entry["in"], entry["name"]) for entry in known}) == len(known), (method, path)


def routes(patterns, prefix="ogc/") -> Iterator[str]:
    for entry in patterns:
        route = prefix + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route


def test_every_path_leads_to_a_view_and_every_view_has_a_path(document):
    addresses = [address(document, path, operation) for path, _method, operation in operations(document)]
    documented = {resolve(url).route.rstrip("/") for url in addresses}
    assert documented == {route.rstrip("/") for route in routes(urls.urlpatterns)}


def test_what_is_read_answers_as_the_document_says(client, document, castle):
    for path, method, operation in operations(document):
        if method == "get":
            url = address(document, path, operation)
            response = client.get(url, headers={"Accept": "*/*"})
            assert_documented(document, operation, response, url)
            list(response)  # a file holds a place until it has been read


def test_writing_asks_everybody_to_sign_in(client, document, castle):
    client.force_login(person("resident"))
    for path, method, operation in operations(document):
        if method != "get" and "security" in operation and {} not in operation["security"]:
            url = address(document, path, operation)
            stranger = client.generic(method.upper(), url, "{}", content_type="application/json")
            assert stranger.status_code in {401, 403, 404}, (method, url)
            assert_documented(document, operation, stranger, url)


def assert_documented(document, operation, response, url):
    given = operation["responses"].get(str(response.status_code))
    assert given is not None, (url, response.status_code, operation["operationId"])
    if "$ref" in given:
        given = document["components"]["responses"][given["$ref"].rsplit("/", 1)[1]]
    known = {media_type.split(";")[0] for media_type in given.get("content", {})}
    if response.get("Content-Type") and known:
        assert response["Content-Type"].split(";")[0] in known, (url, response["Content-Type"])


def test_a_layer_of_staff_is_in_the_document_of_staff_alone(client, city_of_jelgava):
    def paths():
        return client.get("/ogc/openapi", {"f": "json"}).json()["paths"]

    assert "/collections/beacons" not in paths()
    client.force_login(person("clerk", Role.CLERK))
    assert "/collections/beacons" in paths()


def test_people_read_it_as_a_page(client, city_of_jelgava):
    page = client.get("/ogc/openapi", {"f": "html"})
    assert page["Content-Type"].startswith("text/html")
    assert 'data-reference="/ogc/openapi?f=json"' in page.content.decode()
