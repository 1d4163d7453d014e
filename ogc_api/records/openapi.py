"""The paths of the catalogue in the OpenAPI document."""

from typing import Any

from layers.catalog import Access, LayerSpec
from ogc_api.openapi.shapes import ANY_OBJECT
from ogc_api.openapi.words import GEOJSON, HTML, JSON, READING, TEXT, get, ref, schema_ref, text
from ogc_api.records.dcat_views import FORMS
from ogc_api.records.queryables import SORTABLE
from ogc_api.records.record import CATALOGUE
from ogc_api.records.searching import VALUES_MAX
from ogc_api.records.vocabularies import THEMES

TAG = "Records"
REFUSED = (*READING, 406)
FOUND = {GEOJSON: ANY_OBJECT, HTML: TEXT}
SCHEMA = {"application/schema+json": ANY_OBJECT, HTML: TEXT}


def records_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    record_id = text("recordId", "path", "A layer's id", enum=[spec.id for spec in specs])
    public = [spec for spec in specs if spec.access is Access.PUBLIC]
    return {
        "/records/": _get("The catalogue's landing page", "landingPage", {JSON: schema_ref("landingPage"), HTML: TEXT}),
        "/records/conformance": _get("Its conformance", "conformance", {JSON: schema_ref("conformance"), HTML: TEXT}),
        "/records/collections": _get("The catalogues", "catalogues", {JSON: schema_ref("collections"), HTML: TEXT}),
        CATALOGUE: _get("The city's catalogue", "catalogue", {"application/ogc-catalog+json": ANY_OBJECT, HTML: TEXT}),
        f"{CATALOGUE}/items": _get("Search the records", "search", FOUND, *_search_parameters()),
        f"{CATALOGUE}/items/{{recordId}}": _get("One record", "record", FOUND, record_id),
        f"{CATALOGUE}/queryables": _get("What can be filtered by", "queryables", SCHEMA),
        f"{CATALOGUE}/sortables": _get("What can be sorted by", "sortables", SCHEMA),
        "/dcat": _rdf("The catalogue by DCAT-AP 3.0", "catalogue"),
        **{f"/dcat/{spec.id}": _rdf(f"The data set {spec.id} by DCAT-AP 3.0", spec.id) for spec in public},
    }


def _get(summary: str, operation: str, content: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    return get(
        summary,
        f"records.{operation}",
        tag=TAG,
        content=content,
        parameters=[*parameters, ref("lang")],
        refused=REFUSED,
    )


def _rdf(summary: str, operation: str) -> dict[str, Any]:
    return get(
        summary,
        f"dcat.{operation}",
        tag=TAG,
        content={form.media_type: {} if name == "json-ld" else TEXT for name, form in FORMS.items()},
        formats=[form.name for form in FORMS.values()],
        refused=REFUSED,
    )


def _search_parameters() -> list[dict[str, Any]]:
    return [
        *(ref("q"), ref("bbox"), ref("datetime"), ref("limit"), ref("offset")),
        *(_list_of(name) for name in ("type", "ids", "externalIds")),
        _list_of("sortby", pattern=f"^[+-]?({'|'.join(SORTABLE)})$"),
        text("theme", "query", "A code of the EU's data themes", enum=list(THEMES)),
        text("filter", "query", "CQL2"),
        text("filter-lang", "query", "How the filter is written", enum=["cql2-text", "cql2-json"]),
    ]


def _list_of(name: str, **item: Any) -> dict[str, Any]:
    schema = {"type": "array", "items": {"type": "string", **item}, "maxItems": VALUES_MAX}
    return {"name": name, "in": "query", "required": False, "style": "form", "explode": False, "schema": schema}
