"""The paths of the tiles in the OpenAPI document."""

from typing import Any

from layers.catalog import LayerSpec
from ogc_api.openapi.words import get, ref


def tiles_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    paths = {"/tiles/WebMercatorQuad/{z}/{y}/{x}": _tile("All public layers in one vector tile", "cityTile")}
    for spec in specs:
        at = f"/collections/{spec.id}/tiles/WebMercatorQuad"
        paths[at] = get("TileJSON", f"{spec.id}.tilejson", tag=spec.id)
        paths[f"{at}/{{z}}/{{y}}/{{x}}"] = _tile(f"Vector tile of {spec.id}", f"{spec.id}.tile", tag=spec.id)
    return paths


def _tile(summary: str, operation: str, *, tag: str = "City") -> dict[str, Any]:
    path = get(summary, operation, tag=tag, parameters=[ref("z"), ref("y"), ref("x")])
    path["get"]["responses"]["200"]["content"] = {"application/vnd.mapbox-vector-tile": {}}
    return path
