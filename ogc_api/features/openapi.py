"""The paths of the features in the OpenAPI document."""

from typing import Any

from gis_platform.core.crs import CRS_OFFERED
from layers.catalog import LayerSpec, PropertyType
from ogc_api.formats.offered import GEOJSON, HTML, ITEMS, JSON_FG
from ogc_api.openapi.shapes import ANY_OBJECT
from ogc_api.openapi.words import BINARY, READING, TEXT, get, ref, schema_ref, schema_type, text, write
from ogc_api.parameters import Counting

SCHEMA_JSON = "application/schema+json"
MERGE_PATCH = "application/merge-patch+json"
NEGOTIATED = (*READING, 406, 503)

CRS = text("crs", "query", "The coordinate system of the answer", enum=list(CRS_OFFERED))
# GDAL counts by resultType=hits where it finds it here.
ASKING = (
    CRS,
    text("bbox-crs", "query", "The coordinate system of bbox", enum=list(CRS_OFFERED)),
    text("filter", "query", "A condition over the queryables, in CQL2"),
    text("filter-lang", "query", "The language of filter", enum=["cql2-text", "cql2-json"], default="cql2-text"),
    text("filter-crs", "query", "The coordinate system of the geometries in filter", enum=list(CRS_OFFERED)),
    text("sortby", "query", "Names of sortables, each with + or - before it"),
    text("properties", "query", "Names of the properties to answer"),
    text("exclude-properties", "query", "Names of properties to leave out"),
    text("skipGeometry", "query", "Answer without geometries", enum=["true", "false"]),
    text("after", "query", "The place where a link next begins; opaque"),
    text("count", "query", "How numberMatched is found", enum=[mode.value for mode in Counting]),
    text("resultType", "query", "The features, or their exact number alone", enum=["results", "hits"]),
)


def features_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    return {path: operations for spec in specs for path, operations in _collection(spec).items()}


def _collection(spec: LayerSpec) -> dict[str, Any]:
    at = f"/collections/{spec.id}"
    tag = spec.id
    filters = [
        {
            "name": p.name,
            "in": "query",
            "required": False,
            "description": str(p.title),
            "schema": {"type": schema_type(p.type)},
        }
        for p in spec.public_properties
        if p.type not in (PropertyType.OBJECT, PropertyType.ARRAY)
    ]
    shared = [*(ref(name) for name in ("limit", "offset", "bbox", "datetime", "q", "lang")), *ASKING]
    names = [known.name for known in ITEMS]
    items = get(
        f"Features of {spec.id}",
        f"{tag}.items",
        tag=tag,
        parameters=shared + filters,
        content=_content(schema_ref(f"{spec.id}.features")),
        formats=names,
        refused=NEGOTIATED,
    )
    item = get(
        "One feature",
        f"{tag}.item",
        tag=tag,
        parameters=[ref("featureId"), ref("lang"), CRS],
        content=_content(schema_ref(f"{spec.id}.feature")),
        formats=names,
        refused=NEGOTIATED,
        unchanged=True,
    )
    return {
        f"{at}/items": items | ({"post": _creation(spec)} if spec.writable else {}),
        f"{at}/items/{{featureId}}": item | (_edits(spec) if spec.writable else {}),
        f"{at}/queryables": _schema("What can be asked for", f"{tag}.queryables", tag),
        f"{at}/sortables": _schema("What can be sorted by", f"{tag}.sortables", tag),
        f"{at}/search": {"post": _search(spec)},
        f"{at}/schema": _schema("What a feature holds", f"{tag}.schema", tag),
    }


def _content(geojson: dict[str, Any]) -> dict[str, Any]:
    """Every format's media type; the schema is GeoJSON's."""
    shapes = {GEOJSON.media_type: geojson, JSON_FG.media_type: geojson, HTML.media_type: TEXT}
    return {known.media_type: shapes.get(known.media_type, BINARY) for known in ITEMS}


def _schema(summary: str, operation: str, tag: str) -> dict[str, Any]:
    parameters = [text("f", "query"), ref("lang")]
    return get(summary, operation, tag=tag, parameters=parameters, content={SCHEMA_JSON: ANY_OBJECT}, formats=())


def _search(spec: LayerSpec) -> dict[str, Any]:
    """Reads, though it is a POST: everybody may who may read the layer."""
    operation = write(
        "Features by a question in the body: the parameters of the items, the filter as CQL2 JSON",
        f"{spec.id}.search",
        spec.id,
        body={"application/json": ANY_OBJECT},
        content={GEOJSON.media_type: schema_ref(f"{spec.id}.features")},
        refused=(*READING, 413),
    )
    return {name: value for name, value in operation.items() if name != "security"}


def _creation(spec: LayerSpec) -> dict[str, Any]:
    return write("Add a feature", f"{spec.id}.create", spec.id, created=True)


def _edits(spec: LayerSpec) -> dict[str, Any]:
    tag = spec.id
    where = [ref("featureId"), ref("If-Match")]
    patch = {MERGE_PATCH: ANY_OBJECT, GEOJSON.media_type: ANY_OBJECT}
    return {
        "put": write("Replace the feature", f"{tag}.replace", tag, parameters=where),
        "patch": write("Change some of the feature (RFC 7396)", f"{tag}.update", tag, parameters=where, body=patch),
        "delete": write("Remove the feature", f"{tag}.delete", tag, parameters=where),
    }
