"""Vector tiles (OGC API Tiles): a tile that is kept, and one that the client has, cost no query."""

import gzip
from hashlib import sha256

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from gis_platform.core.database import PUBLISHED
from layers import catalog
from layers.catalog import Access
from ogc_api.formats.negotiation import negotiate
from ogc_api.formats.offered import Format
from ogc_api.parameters import Interval, InvalidParameter, interval, refuse_unknown
from ogc_api.tiles import freshness, statements
from ogc_api.tiles.answers import caching, for_reading
from ogc_api.tiles.keeping import Kept, keep, kept
from ogc_api.tiles.matrix_sets import Tile, matrix_set
from ogc_api.tiles.rows import readable
from ogc_api.tiles.statements import Shown

MVT = Format(
    names=("mvt", "pbf"),
    title="Mapbox Vector Tile",
    media_types=("application/vnd.mapbox-vector-tile", "application/x-protobuf", "application/octet-stream"),
)
GZIP_FROM = 1_000  # bytes
GZIP_LEVEL = 4
CUT_HEADER = "City-Tile-Cut"  # names the layers of which a tile holds only some features


@for_reading
def layer_tile(request: HttpRequest, layer_id: str, grid: str, matrix: int, row: int, column: int) -> HttpResponse:
    refuse_unknown(request.GET, {"f", "datetime"})
    return _answer(request, [readable(request, layer_id)], matrix_set(grid).tile(matrix, row, column))


@for_reading
def city_tile(request: HttpRequest, grid: str, matrix: int, row: int, column: int) -> HttpResponse:
    """All public layers in one tile, or those that `collections` names, each a layer of its own in it."""
    refuse_unknown(request.GET, {"f", "datetime", "collections"})
    return _answer(request, _chosen(request.GET.get("collections", "")), matrix_set(grid).tile(matrix, row, column))


def _chosen(text: str) -> list[Shown]:
    """Collections by id or by address (OGC API Tiles, /req/collections-selection/query-collections)."""
    public = [spec for spec in catalog.layers() if spec.access is Access.PUBLIC]
    if not text:
        return [Shown(spec) for spec in public]
    wanted = {part.strip().rstrip("/").rpartition("/")[2] for part in text.split(",")}
    if unknown := sorted(wanted - {spec.id for spec in public}):
        raise InvalidParameter(_("There are no tiles of: {names}.").format(names=", ".join(unknown)))
    return [Shown(spec) for spec in public if spec.id in wanted]


def _answer(request: HttpRequest, asked: list[Shown], tile: Tile) -> HttpResponse:
    negotiate(request, [MVT])
    when = interval(request.GET.get("datetime", ""))
    drawn = [shown for shown in asked if tile.zoom >= shown.spec.style.zoom_min]
    key = _key(drawn, tile, when)
    headers = {"ETag": f'W/"{key}"', **caching([shown.spec for shown in asked])}
    if _has(request, key):
        return _varied(HttpResponse(status=304, headers=headers))
    body, cut = _written(key, drawn, tile, when)
    if cut:
        headers[CUT_HEADER] = ", ".join(cut)
    if len(body) >= GZIP_FROM and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        body, headers["Content-Encoding"] = _packed(key, body), "gzip"
    return _varied(HttpResponse(body, content_type=MVT.media_type, headers=headers))


def _has(request: HttpRequest, key: str) -> bool:
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    return known.strip() == "*" or f'"{key}"' in known


def _varied(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _key(drawn: list[Shown], tile: Tile, when: Interval) -> str:
    """A fingerprint of the tile's content: of how it is written and of the last change of what it shows."""
    texts = [(statements.statement(shown, tile, timed=any(when)).fingerprint, shown.values) for shown in drawn]
    tokens = freshness.tokens([shown.spec.id for shown in drawn], tile)
    place = (tile.grid.id, tile.matrix, tile.row, tile.column, str(when))
    return sha256(repr((place, texts, tokens)).encode()).hexdigest()[:32]


def _written(key: str, drawn: list[Shown], tile: Tile, when: Interval) -> Kept:
    found = kept(f"tile:{key}")
    if found is None:
        parts = [_part(shown, tile, when) for shown in drawn]
        body = b"".join(part for part, _ in parts)
        found = (body, tuple(shown.spec.id for shown, (_, whole) in zip(drawn, parts, strict=True) if not whole))
        keep(f"tile:{key}", found)
    return found


def _packed(key: str, body: bytes) -> bytes:
    found = kept(f"tile:{key}:gzip")
    if found is None:
        found = (gzip.compress(body, GZIP_LEVEL, mtime=0), ())
        keep(f"tile:{key}:gzip", found)
    return found[0]


def _part(shown: Shown, tile: Tile, when: Interval) -> tuple[bytes, bool]:
    """The layer in the tile, and whether that is all of it."""
    written = statements.statement(shown, tile, timed=any(when))
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(written.text, statements.values(shown, tile, when))
        body, number = cursor.fetchone()
    return bytes(body), number <= statements.FEATURES_MAX
