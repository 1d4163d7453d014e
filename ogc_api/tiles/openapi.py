"""The paths of the tiles in the OpenAPI document, with the operation ids that OGC API Tiles recommends."""

from typing import Any

from layers.catalog import LayerSpec
from ogc_api.openapi.shapes import ANY_OBJECT
from ogc_api.openapi.words import BINARY, HTML, JSON, READING, TEXT, get, ref
from ogc_api.tiles.matrix_sets import matrix_sets

MVT = "application/vnd.mapbox-vector-tile"
TILEJSON = "application/vnd.mapbox.tile+json"
REFUSED = (*READING, 406)
COLLECTIONS = {
    "name": "collections",
    "in": "query",
    "required": False,
    "style": "form",
    "explode": False,
    "schema": {"type": "array", "items": {"type": "string"}},
}
TILE_HEADERS = {
    "ETag": "Changes with every edit that the tile shows",
    "City-Tile-Cut": "The layers of which the tile holds only some features, for they are too many",
}


def tiles_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    paths = {
        "/tileMatrixSets": get("Grids that tiles are cut by", "getTileMatrixSetsList", refused=REFUSED),
        "/tileMatrixSets/{tileMatrixSetId}": get("One grid", "getTileMatrixSet", parameters=[_grid()], refused=REFUSED),
        **_tilesets("", "dataset.vector", "all public layers", "City", [COLLECTIONS]),
    }
    for spec in specs:
        paths |= _tilesets(f"/collections/{spec.id}", f"{spec.id}.collection.vector", spec.id, spec.id, [])
    return paths


def _tilesets(at: str, operation: str, what: str, tag: str, further: list[Any]) -> dict[str, Any]:
    place = [_number("tileMatrix"), _number("tileRow"), _number("tileCol")]
    return {
        f"{at}/tiles": get(f"Tilesets of {what}", f"{operation}.getTileSetsList", tag=tag, refused=REFUSED),
        f"{at}/tiles/{{tileMatrixSetId}}": get(
            f"Tileset of {what}",
            f"{operation}.getTileSet",
            tag=tag,
            parameters=[_grid()],
            content={JSON: ANY_OBJECT, TILEJSON: ANY_OBJECT, HTML: TEXT},
            formats=("json", "tilejson", "html"),
            refused=REFUSED,
        ),
        f"{at}/tiles/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": get(
            f"Vector tile of {what}",
            f"{operation}.getTile",
            tag=tag,
            parameters=[_grid(), *place, ref("datetime"), *further],
            content={MVT: BINARY},
            formats=("mvt",),
            refused=REFUSED,
            unchanged=True,
            headers=TILE_HEADERS,
        ),
    }


def _grid() -> dict[str, Any]:
    names = [grid.id for grid in matrix_sets()]
    return {"name": "tileMatrixSetId", "in": "path", "required": True, "schema": {"type": "string", "enum": names}}


def _number(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
