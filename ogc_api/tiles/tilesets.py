"""Tilesets and the grids they are cut by: lists and descriptions (OGC API Tiles), for programs and for people."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer
from layers import catalog
from layers.catalog import Access, LayerSpec
from ogc_api.formats.negotiation import negotiate
from ogc_api.formats.offered import HTML, Format
from ogc_api.links import base_url, link
from ogc_api.pages.showing import page
from ogc_api.parameters import refuse_unknown
from ogc_api.tiles.answers import caching, for_reading
from ogc_api.tiles.describing import REL, TILEJSON, Tileset, matrix_set_uri, matrix_set_url, metadata, of_city, of_layer
from ogc_api.tiles.describing import tilejson as tilejson_of
from ogc_api.tiles.matrix_sets import document, matrix_set, matrix_sets

JSON_FORMAT = Format(names=("json",), title="JSON", media_types=("application/json",))
TILEJSON_FORMAT = Format(names=("tilejson",), title="TileJSON", media_types=(TILEJSON, "application/tilejson+json"))
PARAMETERS = {"f", "lang"}


@for_reading
def city_tilesets(request: HttpRequest) -> HttpResponse:
    specs = _public()
    return _list(request, [of_city(specs, grid) for grid in matrix_sets()], path="", layer=None)


@for_reading
def layer_tilesets(request: HttpRequest, layer_id: str) -> HttpResponse:
    spec = readable_layer(authenticate_request(request), layer_id)
    found = [of_layer(spec, grid) for grid in matrix_sets()]
    return _list(request, found, path=f"/collections/{spec.id}", layer=spec)


@for_reading
def city_tileset(request: HttpRequest, grid: str) -> HttpResponse:
    return _tileset(request, of_city(_public(), matrix_set(grid)), layer=None)


@for_reading
def layer_tileset(request: HttpRequest, layer_id: str, grid: str) -> HttpResponse:
    spec = readable_layer(authenticate_request(request), layer_id)
    return _tileset(request, of_layer(spec, matrix_set(grid)), layer=spec)


@for_reading
def matrix_sets_page(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, PARAMETERS)
    if negotiate(request, [JSON_FORMAT, HTML]) is HTML:
        return page(request, "tile_matrix_sets", {"grids": matrix_sets()})
    found = [
        {
            "id": grid.id,
            "title": str(grid.title),
            "uri": matrix_set_uri(request, grid),
            "crs": grid.crs,
            "links": [link(matrix_set_url(request, grid), rel=f"{REL}/tiling-scheme", media_type="application/json")],
        }
        for grid in matrix_sets()
    ]
    here = link(f"{base_url(request)}/tileMatrixSets", rel="self", media_type="application/json")
    return _json({"tileMatrixSets": found, "links": [here]}, [])


@for_reading
def matrix_set_page(request: HttpRequest, grid: str) -> HttpResponse:
    refuse_unknown(request.GET, PARAMETERS)
    known = matrix_set(grid)
    described = document(known, uri=matrix_set_uri(request, known))
    if negotiate(request, [JSON_FORMAT, HTML]) is HTML:
        return page(request, "tile_matrix_set", {"grid": known, "document": described})
    return _json(described, [])


def _public() -> list[LayerSpec]:
    return [spec for spec in catalog.layers() if spec.access is Access.PUBLIC]


def _list(request: HttpRequest, tilesets: Sequence[Tileset], *, path: str, layer: LayerSpec | None) -> HttpResponse:
    refuse_unknown(request.GET, PARAMETERS)
    if negotiate(request, [JSON_FORMAT, HTML]) is HTML:
        return page(request, "tilesets", {"tilesets": tilesets, "layer": layer, "path": path})
    here = f"{base_url(request)}{path}/tiles"
    links = [
        link(here, rel="self", media_type="application/json"),
        link(f"{here}?f=html", rel="alternate", media_type="text/html"),
    ]
    found = [metadata(request, tileset) for tileset in tilesets]
    return _json({"links": links, "tilesets": found}, tilesets[0].specs)


def _tileset(request: HttpRequest, tileset: Tileset, *, layer: LayerSpec | None) -> HttpResponse:
    refuse_unknown(request.GET, PARAMETERS)
    # TileJSON knows no grid but Web Mercator's.
    offered = [JSON_FORMAT, *([TILEJSON_FORMAT] if tileset.grid.uri else []), HTML]
    match negotiate(request, offered):
        case wanted if wanted is HTML:
            described = metadata(request, tileset)
            return page(request, "tileset", {"tileset": tileset, "layer": layer, "document": described})
        case wanted if wanted is TILEJSON_FORMAT:
            return _json(tilejson_of(request, tileset), tileset.specs, media_type=TILEJSON)
    return _json(metadata(request, tileset), tileset.specs)


def _json(body: dict[str, Any], specs: Sequence[LayerSpec], *, media_type: str = "application/json") -> HttpResponse:
    return JsonResponse(body, content_type=media_type, headers=caching(list(specs)))
