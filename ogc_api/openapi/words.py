"""What the descriptions of the paths are made of: operations, answers, refusals and shared parameters.

Each part of the window says what its operations answer; every status that can come is named, and no other.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from layers.catalog import PropertyType
from ogc_api.openapi.shapes import ANY_OBJECT
from ogc_api.parameters import LIMIT_DEFAULT, LIMIT_MAX

type Json = dict[str, Any]
type Content = Mapping[str, Json]  # a schema for each media type

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
PROBLEM_JSON = "application/problem+json"
TEXT: Json = {"type": "string"}
BINARY: Json = {"type": "string", "format": "binary"}
PAGE: Content = {JSON: ANY_OBJECT, HTML: TEXT}

REFUSALS: dict[int, str] = {
    400: "A parameter or the body is wrong",
    401: "The credentials are missing or wrong",
    403: "The account may not do this",
    404: "There is no such thing, or the caller may not know of it",
    406: "None of the media types that Accept names is offered",
    409: "It contradicts what is there",
    410: "The token is too old; read the layer again and go on from since=now",
    412: "Somebody changed it meanwhile",
    413: "The body is too large",
    415: "The body has a media type that is not understood",
    422: "The body is understood and cannot be carried out",
    428: "Send If-Match",
    429: "Too many requests; Retry-After says when to come back",
    503: "Busy; Retry-After says when to come back",
}
READING = (400, 401, 404, 429)
WRITING = (400, 401, 403, 404, 409, 413, 415, 429)
EDITING = (*WRITING, 412, 428)
SIGNED_IN = ("apiKey", "password", "session")


def get(
    summary: str,
    operation: str,
    *,
    tag: str = "City",
    parameters: Sequence[Json] | None = None,
    content: Content = PAGE,
    formats: Sequence[str] = ("json", "html"),
    refused: Iterable[int] = READING,
    unchanged: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Json:
    """A reading operation; `formats` are the values of `f` (none: it takes no `f`), `unchanged` adds 304."""
    return {
        "get": {
            "summary": summary,
            "operationId": operation,
            "tags": [tag],
            "parameters": [*([format_parameter(formats)] if formats else []), *(parameters or [])],
            "responses": {
                "200": answer("As asked", content, headers=headers),
                **({"304": {"description": "Unchanged since the ETag that If-None-Match names"}} if unchanged else {}),
                **refusals(*refused),
            },
        }
    }


def write(
    summary: str,
    operation: str,
    tag: str,
    *,
    created: bool = False,
    body: Content | None = None,
    content: Content | None = None,
    parameters: Sequence[Json] = (),
    refused: Iterable[int] | None = None,
) -> Json:
    """A writing operation: 201 for one that creates, 204 for one whose id ends with "delete", else 200."""
    deletes = operation.endswith("delete")
    done = "201" if created else "204" if deletes else "200"
    headers = {} if deletes else {"ETag": "The version written"}
    if created:
        headers["Location"] = "The address of what was created"
    given: Content = {GEOJSON: ANY_OBJECT} if body is None else body
    return {
        "summary": summary,
        "operationId": operation,
        "tags": [tag],
        "security": [{scheme: []} for scheme in SIGNED_IN],
        "parameters": list(parameters),
        "responses": {
            done: answer("Done", None if deletes else (content or {JSON: ANY_OBJECT}), headers=headers),
            **refusals(*(refused if refused is not None else (WRITING if created else EDITING))),
        },
    } | ({} if deletes else {"requestBody": {"required": True, "content": _schemas(given)}})


def answer(description: str, content: Content | None, *, headers: Mapping[str, str] | None = None) -> Json:
    return (
        {"description": description}
        | ({"content": _schemas(content)} if content else {})
        | (
            {"headers": {name: {"description": text, "schema": TEXT} for name, text in headers.items()}}
            if headers
            else {}
        )
    )


def refusals(*statuses: int) -> Json:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def refusal(description: str) -> Json:
    """For programs a problem document, for people a page."""
    return answer(description, {PROBLEM_JSON: {"$ref": "#/components/schemas/problem"}, HTML: TEXT})


def _schemas(content: Content) -> Json:
    return {media_type: {"schema": schema} for media_type, schema in content.items()}


def schema_type(kind: PropertyType) -> str:
    return "string" if kind in (PropertyType.DATE, PropertyType.INSTANT) else kind.value


def ref(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


def schema_ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def format_parameter(names: Sequence[str]) -> Json:
    return text("f", "query", "The format, instead of by Accept", enum=list(names))


def whole(name: str, place: str, description: str = "", **schema: Any) -> Json:
    return _parameter(name, place, description, {"type": "integer", **schema})


def text(name: str, place: str, description: str = "", **schema: Any) -> Json:
    return _parameter(name, place, description, {"type": "string", **schema})


def _parameter(name: str, place: str, description: str, schema: Json) -> Json:
    described = {"description": description} if description else {}
    style = {"style": "form"} if place == "query" else {}  # OpenAPI's default, which test suites want to read
    return {"name": name, "in": place, "required": place == "path", **described, **style, "schema": schema}


PARAMETERS: dict[str, Json] = {
    "f": text("f", "query", "The format, instead of by Accept"),
    "lang": text("lang", "query", "The language of titles", enum=["lv", "lt", "en"]),
    "q": text("q", "query", "Words of the name, without regard to case and accents", maxLength=200),
    "limit": whole("limit", "query", "Features on a page", minimum=1, maximum=LIMIT_MAX, default=LIMIT_DEFAULT),
    "offset": whole("offset", "query", "Features to leave out first", minimum=0, default=0),
    "bbox": {
        "name": "bbox",
        "in": "query",
        "required": False,
        "description": "west,south,east,north",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
    },
    "datetime": text("datetime", "query", "A day, an instant, or two of them with / between (RFC 3339; .. is open)"),
    "featureId": whole("featureId", "path", "The feature's id", minimum=0),
    "If-Match": text("If-Match", "header", "The ETag of the version that the edit was made from") | {"required": True},
    "z": whole("z", "path", "Zoom", minimum=0, maximum=22),
    "y": whole("y", "path", "Row", minimum=0),
    "x": whole("x", "path", "Column", minimum=0),
}
