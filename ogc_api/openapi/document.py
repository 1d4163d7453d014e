"""The OpenAPI 3.0 document, without a reference to anywhere else."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import override

from layers.catalog import LayerSpec
from layers.exports.files import FORMATS
from ogc_api.changes.openapi import changes_paths
from ogc_api.edr.openapi import edr_paths
from ogc_api.features.openapi import features_paths
from ogc_api.openapi.shapes import ANY_OBJECT, SHARED, layer_shapes
from ogc_api.openapi.words import (
    BINARY,
    HTML,
    JSON,
    PARAMETERS,
    READING,
    REFUSALS,
    TEXT,
    get,
    ref,
    refusal,
    schema_ref,
    text,
)
from ogc_api.processes.openapi import processes_paths
from ogc_api.records.openapi import records_paths
from ogc_api.styles.openapi import styles_paths
from ogc_api.tiles.openapi import tiles_paths

type Paths = dict[str, Any]

OPENAPI_JSON = "application/vnd.oai.openapi+json;version=3.0"
JSON_LD = "application/ld+json"
SECURITY_SCHEMES: dict[str, Any] = {
    "apiKey": {"type": "http", "scheme": "bearer", "description": "An API key, made in the console"},
    "password": {"type": "http", "scheme": "basic", "description": "Name and password, or an API key as the password"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "Of a browser that signed in"},
}

PARTS: tuple[Callable[[tuple[LayerSpec, ...]], Paths], ...] = (
    features_paths,
    changes_paths,
    tiles_paths,
    styles_paths,
    records_paths,
    edr_paths,
    processes_paths,
)


def openapi_document(specs: tuple[LayerSpec, ...], url: str) -> dict[str, Any]:
    """Of these layers, in English; one document for all parts of the window under that address."""
    with override("en"):
        paths = _own_paths(specs)
        for part in PARTS:
            paths |= part(specs)
        shapes = {name: shape for spec in specs for name, shape in layer_shapes(spec).items()}
        return {
            "openapi": "3.0.3",
            "info": {
                "title": f"{settings.CITY.name}: OGC API",
                "version": "1.0.0",
                "license": {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
            },
            "servers": [{"url": url}],
            "security": [{}, *({name: []} for name in SECURITY_SCHEMES)],
            "tags": [{"name": "City"}, *({"name": spec.id, "description": str(spec.title)} for spec in specs)],
            "paths": paths,
            "components": {
                "schemas": SHARED | shapes,
                "parameters": PARAMETERS,
                "responses": {str(status): refusal(text) for status, text in REFUSALS.items()},
                "securitySchemes": SECURITY_SCHEMES,
            },
        }


def _own_paths(specs: tuple[LayerSpec, ...]) -> Paths:
    paths: Paths = {
        "/": _described("Landing page", "landingPage", "landingPage"),
        "/conformance": _described("Conformance classes", "conformance", "conformance", linked=False),
        "/openapi": get(
            "This document",
            "openapi",
            content={OPENAPI_JSON: ANY_OBJECT, HTML: TEXT},
            parameters=[ref("lang")],
        ),
        "/collections": _described("The layers of the city", "collections", "collections"),
    }
    for spec in specs:
        at = f"/collections/{spec.id}"
        paths[at] = _described(str(spec.title), f"{spec.id}.collection", "collection", tag=spec.id)
        paths[f"{at}/download/{spec.id}.{{ending}}"] = get(
            f"All of {spec.id} as a file",
            f"{spec.id}.download",
            tag=spec.id,
            formats=(),
            content={known.media_type: {} if "json" in known.media_type else BINARY for known in FORMATS},
            parameters=[text("ending", "path", "The format", enum=[known.ending for known in FORMATS])],
            refused=(*READING, 503),
        )
    return paths


def _described(summary: str, operation: str, shape: str, *, tag: str = "City", linked: bool = True) -> dict[str, Any]:
    """A resource for people and programs; `linked` ones speak JSON-LD too."""
    content = {JSON: schema_ref(shape), HTML: TEXT} | ({JSON_LD: ANY_OBJECT} if linked else {})
    formats = ("json", "jsonld", "html") if linked else ("json", "html")
    return get(summary, operation, tag=tag, content=content, formats=formats, parameters=[ref("lang")])
