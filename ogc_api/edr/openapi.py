"""The paths of the observations in the OpenAPI document."""

from typing import Any

from layers.catalog import LayerSpec
from ogc_api.edr.describing import COVERAGE_JSON, GEOJSON, PATH
from ogc_api.edr.parameters import CRS_NAMES, METRES
from ogc_api.edr.queries import FORMATS
from ogc_api.openapi.shapes import ANY_OBJECT
from ogc_api.openapi.words import HTML, JSON, PARAMETERS, READING, TEXT, get, ref, schema_ref, text
from ogc_api.records.distributions import OBSERVED_LAYER

TAG = "EDR"
REFUSED = (*READING, 406, 413)
DATA = {COVERAGE_JSON: ANY_OBJECT, "text/csv": TEXT, GEOJSON: ANY_OBJECT, HTML: TEXT}
COORDS = {
    "position": "POINT(23.72 56.65)",
    "radius": "POINT(23.72 56.65)",
    "area": "POLYGON((23.6 56.6,23.8 56.6,23.8 56.7,23.6 56.6))",
}


def edr_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    if all(spec.id != OBSERVED_LAYER for spec in specs):
        return {}
    return {
        "/edr/": _page("The landing page of the observations", "landingPage", "landingPage"),
        "/edr/conformance": _page("Their conformance classes", "conformance", "conformance"),
        "/edr/collections": _page("The collections of observations", "collections", "collections"),
        PATH: _page("The observations", "collection", "collection"),
        f"{PATH}/locations": _query("Where is observed", "locations", [ref("bbox")], {GEOJSON: ANY_OBJECT, HTML: TEXT}),
        f"{PATH}/locations/{{locationId}}": _query(
            "What was observed at a location", "location", [text("locationId", "path", "Codes, by comma")]
        ),
        f"{PATH}/position": _query("What was observed near a position", "position", [_coords("position")]),
        f"{PATH}/radius": _query(
            "What was observed within a distance",
            "radius",
            [
                _coords("radius"),
                text("within", "query", "The distance") | {"required": True},
                text("within-units", "query", "Its unit", enum=list(METRES)) | {"required": True},
            ],
        ),
        f"{PATH}/area": _query("What was observed in an area", "area", [_coords("area")]),
        f"{PATH}/cube": _query("What was observed in a box", "cube", [PARAMETERS["bbox"] | {"required": True}]),
    }


def _page(summary: str, operation: str, shape: str) -> dict[str, Any]:
    content = {JSON: schema_ref(shape), HTML: TEXT}
    return get(summary, f"edr.{operation}", tag=TAG, content=content, parameters=[ref("lang")], refused=(*READING, 406))


def _query(
    summary: str, operation: str, own: list[dict[str, Any]], content: dict[str, Any] | None = None
) -> dict[str, Any]:
    names = ["GeoJSON", "html"] if content else [form.name for form in FORMATS]
    described = get(
        summary,
        f"edr.{operation}",
        tag=TAG,
        content=content or DATA,
        formats=names,
        parameters=[
            *own,
            ref("datetime"),
            text("parameter-name", "query", "What is observed, by comma; everything if left out"),
            text("crs", "query", "Of coords and of the answer", enum=list(CRS_NAMES)),
            text("z", "query", "Has no effect: the stations have no heights"),
            text("limit", "query", "Has no effect: there are no pages"),
            ref("lang"),
        ],
        refused=REFUSED,
    )
    if not content:
        described["get"]["responses"]["204"] = {"description": "Nothing was observed"}
    return described


def _coords(query: str) -> dict[str, Any]:
    return text("coords", "query", "Well Known Text", example=COORDS[query]) | {"required": True}
