"""The OpenAPI 3.0 document, without a reference to anywhere else."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from layers.catalog import LayerSpec
from ogc_api.features.openapi import features_paths
from ogc_api.openapi.words import PARAMETERS, PROBLEM, get
from ogc_api.tiles.openapi import tiles_paths

type Paths = dict[str, Any]

PARTS: tuple[Callable[[tuple[LayerSpec, ...]], Paths], ...] = (features_paths, tiles_paths)


def openapi_document(specs: tuple[LayerSpec, ...], url: str) -> dict[str, Any]:
    paths: Paths = {
        "/": get("Landing page", "landingPage"),
        "/conformance": get("Conformance classes", "conformance"),
        "/openapi": get("This document", "openapi"),
        "/collections": get("The layers of the city", "collections"),
    }
    for spec in specs:
        paths[f"/collections/{spec.id}"] = get(str(spec.title), f"{spec.id}.collection", tag=spec.id)
    for part in PARTS:
        paths |= part(specs)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{settings.CITY.name}: OGC API",
            "version": "1.0.0",
            "license": {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": url}],
        "paths": paths,
        "components": {"schemas": {"problem": PROBLEM}, "parameters": PARAMETERS},
    }
