"""Vector tiles (OGC API Tiles, WebMercatorQuad), written by PostGIS from the stored Web Mercator geometry."""

import hashlib
import json
from collections.abc import Sequence

from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier, Literal

from gis_platform.core.errors import NotFound
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer, readable_layers
from layers.base.models import LayerRevision
from layers.catalog import Access, LayerSpec
from ogc_api.features.queries import extent
from ogc_api.links import base_url
from ogc_api.parameters import refuse_unknown

MVT = "application/vnd.mapbox-vector-tile"
ZOOM_MAX = 22
ZOOM_DETAILED = 16  # from here on the map scales the tile up by itself
FEATURES_MAX = 20_000  # of one layer in one tile
REMEMBERED_S = 300  # also bounds how late the start or end of a feature's validity is seen
TILE_UNITS = 4096
BUFFER_UNITS = 128
CLASSES = ("category", "kind", "mode")  # the property by which the map draws a feature differently


class TileOutOfRange(NotFound):
    code = "tile-out-of-range"


def layer_tile(request: HttpRequest, layer_id: str, z: int, y: int, x: int) -> HttpResponse:
    refuse_unknown(request.GET, {"f"})
    return _tile(request, [readable_layer(authenticate_request(request), layer_id)], z, y, x)


def city_tile(request: HttpRequest, z: int, y: int, x: int) -> HttpResponse:
    """All public layers in one tile, each a layer of its own in it."""
    refuse_unknown(request.GET, {"f"})
    specs = [spec for spec in readable_layers(authenticate_request(request)) if spec.access is Access.PUBLIC]
    return _tile(request, specs, z, y, x)


def layer_tilejson(request: HttpRequest, layer_id: str) -> HttpResponse:
    refuse_unknown(request.GET, {"f"})
    spec = readable_layer(authenticate_request(request), layer_id)
    bounds = extent(spec)
    return JsonResponse(
        {
            "tilejson": "3.0.0",
            "name": str(spec.title),
            "tiles": [f"{base_url(request)}/collections/{spec.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"],
            "minzoom": spec.style.zoom_min,
            "maxzoom": ZOOM_DETAILED,
            "attribution": str(spec.attribution),
            "vector_layers": [{"id": spec.id, "fields": dict.fromkeys(_attributes(spec), "String")}],
        }
        | ({"bounds": bounds} if bounds else {})
    )


def _tile(request: HttpRequest, specs: Sequence[LayerSpec], z: int, y: int, x: int) -> HttpResponse:
    if z > ZOOM_MAX or x >= 2**z or y >= 2**z:
        raise TileOutOfRange(_("There is no such tile in WebMercatorQuad."))
    drawn = [spec for spec in specs if z >= spec.style.zoom_min]
    etag = f'"{_revision_of(drawn)}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    key = f"tile:{etag}:{z}/{x}/{y}"
    body = cache.get(key)
    if body is None:
        body = b"".join(_drawn(spec, z, x, y) for spec in drawn)
        cache.set(key, body, REMEMBERED_S)
    return HttpResponse(body, content_type=MVT, headers={"ETag": etag, "Cache-Control": "no-cache"})


def _revision_of(specs: Sequence[LayerSpec]) -> str:
    """A fingerprint of what a tile shows: it changes with every edit of one of its layers or of their declaration.

    The time of the last change is in it, because a cache may outlive the database that it was filled from.
    """
    known = LayerRevision.objects.in_bulk([spec.id for spec in specs])
    shown = [
        (spec.id, _attributes(spec), (last := known.get(spec.id)) and f"{last.revision} {last.changed_at.isoformat()}")
        for spec in specs
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:20]


def _drawn(spec: LayerSpec, z: int, x: int, y: int) -> bytes:
    statement = SQL(
        "WITH box AS (SELECT ST_TileEnvelope(%s, %s, %s) AS tile, ST_TileEnvelope(%s, %s, %s, margin => %s) AS reach),"
        " features AS (SELECT {attributes}, ST_AsMVTGeom({geometry}, box.tile, {units}, {buffer}) AS geom"
        " FROM {view}, box WHERE geometry_webmercator && box.reach LIMIT {limit})"
        " SELECT ST_AsMVT(features, {layer}, {units}, 'geom', 'id') FROM features WHERE geom IS NOT NULL"
    ).format(
        geometry=_generalised(spec),
        attributes=SQL(", ").join([SQL("id"), *(_attribute(spec, name) for name in _attributes(spec))]),
        view=Identifier(*spec.view),
        layer=Literal(spec.id),
        units=Literal(TILE_UNITS),
        buffer=Literal(BUFFER_UNITS),
        limit=Literal(FEATURES_MAX),
    )
    pixel_m = 40_075_016.68557849 / 2**z / TILE_UNITS
    values = [z, x, y, z, x, y, BUFFER_UNITS / TILE_UNITS]
    if spec.geometry_type not in ("Point", "MultiPoint"):
        values.insert(7, pixel_m * 4)  # the CTE's envelopes come first
    with connections["published"].cursor() as cursor:
        cursor.execute(statement, values)
        return bytes(cursor.fetchone()[0])


def _generalised(spec: LayerSpec) -> Composable:
    """Lines and areas lose what is smaller than a quarter of a screen's pixel; points stay."""
    if spec.geometry_type in ("Point", "MultiPoint"):
        return SQL("geometry_webmercator")
    return SQL("ST_Simplify(geometry_webmercator, %s, true)")


def _attributes(spec: LayerSpec) -> list[str]:
    """What the map draws and labels by, and nothing more: attributes are most of a tile's size."""
    known = {prop.name for prop in spec.public_properties}
    drawn_by = next((name for name in CLASSES if name in known), "")
    return [name for name in (spec.label, "name_lv", "name_lt", "name_en", drawn_by) if name in known]


def _attribute(spec: LayerSpec, name: str) -> Composable:
    prop = spec.property(name)
    assert prop is not None
    alias = "name" if name == spec.label else "category" if name in CLASSES else name
    return SQL("nullif({}::text, '') AS {}").format(Identifier(prop.column), Identifier(alias))
