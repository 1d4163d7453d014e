"""What describes a tileset: OGC's tileset metadata (17-083r4) and TileJSON 3.0, from the layers' declarations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from layers.catalog import LayerSpec, Property, PropertyType
from ogc_api.features.queries import extent
from ogc_api.links import base_url, link
from ogc_api.tiles.attributes import CASTS, attributes
from ogc_api.tiles.matrix_sets import TileMatrixSet, limits
from ogc_api.tiles.statements import ZOOM_DETAILED, Manner, manner
from ogc_api.tiles.views import MVT

JSON = "application/json"
TILEJSON = "application/vnd.mapbox.tile+json"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DIMENSIONS = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}


@dataclass(frozen=True, kw_only=True)
class Tileset:
    """The layers of a resource, cut by one grid. `path` leads from the window to it, and is empty for the data set."""

    specs: Sequence[LayerSpec]
    grid: TileMatrixSet
    path: str
    title: str
    bounds: tuple[float, float, float, float]  # in degrees

    @property
    def matrices(self) -> range:
        first = min((spec.style.zoom_min for spec in self.specs), default=0)
        return range(self.grid.matrix(first), self.grid.matrix(ZOOM_DETAILED) + 1)

    def url(self, request: HttpRequest) -> str:
        return f"{base_url(request)}{self.path}/tiles/{self.grid.id}"


def of_city(specs: Sequence[LayerSpec], grid: TileMatrixSet) -> Tileset:
    title = _("All public layers of {city}").format(city=settings.CITY.name)
    return Tileset(specs=specs, grid=grid, path="", title=title, bounds=settings.CITY.bounds)


def of_layer(spec: LayerSpec, grid: TileMatrixSet) -> Tileset:
    bounds = extent(spec) or settings.CITY.bounds
    return Tileset(specs=[spec], grid=grid, path=f"/collections/{spec.id}", title=str(spec.title), bounds=bounds)


def matrix_set_uri(request: HttpRequest, grid: TileMatrixSet) -> str:
    """The registered address where there is one, else ours, which answers with the definition."""
    return grid.uri or matrix_set_url(request, grid)


def matrix_set_url(request: HttpRequest, grid: TileMatrixSet) -> str:
    return f"{base_url(request)}/tileMatrixSets/{grid.id}"


def metadata(request: HttpRequest, tileset: Tileset) -> dict[str, Any]:
    grid, (west, south, east, north) = tileset.grid, tileset.bounds
    return {
        "title": f"{tileset.title} ({grid.id})",
        "dataType": "vector",
        "crs": grid.crs,
        "tileMatrixSetId": grid.id,
        "tileMatrixSetURI": matrix_set_uri(request, grid),
        "mediaTypes": [MVT.media_type],
        "attribution": ", ".join(dict.fromkeys(str(spec.attribution) for spec in tileset.specs if spec.attribution)),
        "license": ", ".join(dict.fromkeys(spec.licence for spec in tileset.specs)),
        "links": links(request, tileset),
        # From the first matrix on, though the first layer may show later: what is not drawn yet is an empty tile.
        "tileMatrixSetLimits": limits(grid, range(tileset.matrices.stop)),
        "boundingBox": {"crs": CRS84, "lowerLeft": [west, south], "upperRight": [east, north]},
        "centerPoint": {
            "crs": CRS84,
            "coordinates": [round((west + east) / 2, 7), round((south + north) / 2, 7)],
            "tileMatrix": str(min(grid.matrix(round(settings.CITY.zoom)), tileset.matrices[-1])),
        },
        "layers": [_layer(spec, grid) for spec in tileset.specs],
    }


def links(request: HttpRequest, tileset: Tileset) -> list[dict[str, Any]]:
    here = tileset.url(request)
    item = link(
        f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", rel="item", media_type=MVT.media_type, title=MVT.title
    )
    found: list[dict[str, Any]] = [
        link(here, rel="self", media_type=JSON),
        link(here, rel=f"{REL}/tileset", media_type=JSON, title=tileset.title),
        link(f"{here}?f=html", rel="alternate", media_type="text/html"),
        item | {"templated": True},
        link(matrix_set_url(request, tileset.grid), rel=f"{REL}/tiling-scheme", media_type=JSON, title=tileset.grid.id),
    ]
    if tileset.grid.uri:
        found.append(link(f"{here}?f=tilejson", rel="alternate", media_type=TILEJSON, title="TileJSON 3.0"))
    if tileset.path:
        resource = base_url(request) + tileset.path
        found.append(link(resource, rel=f"{REL}/geodata", media_type=JSON, title=tileset.title))
    return found


def tilejson(request: HttpRequest, tileset: Tileset) -> dict[str, Any]:
    return {
        "tilejson": "3.0.0",
        "name": tileset.title,
        "scheme": "xyz",
        "tiles": [f"{tileset.url(request)}/{{z}}/{{y}}/{{x}}"],
        "minzoom": tileset.matrices.start,
        "maxzoom": tileset.matrices[-1],
        "bounds": list(tileset.bounds),
        "attribution": ", ".join(dict.fromkeys(str(spec.attribution) for spec in tileset.specs if spec.attribution)),
        "vector_layers": [
            {
                "id": spec.id,
                "description": str(spec.title),
                "minzoom": spec.style.zoom_min,
                "maxzoom": ZOOM_DETAILED,
                "fields": {name: schema["type"].capitalize() for name, schema in _properties(spec).items()},
            }
            for spec in tileset.specs
        ],
    }


def _layer(spec: LayerSpec, grid: TileMatrixSet) -> dict[str, Any]:
    known = {"geometryDimension": DIMENSIONS[spec.geometry_type]} if spec.geometry_type in DIMENSIONS else {}
    return {
        "id": spec.id,
        "title": str(spec.title),
        "description": str(spec.description),
        "dataType": "vector",
        **known,
        "minTileMatrix": str(grid.matrix(spec.style.zoom_min)),
        "maxTileMatrix": str(grid.matrix(ZOOM_DETAILED)),
        "propertiesSchema": {"type": "object", "properties": _properties(spec)},
    }


def _properties(spec: LayerSpec) -> dict[str, dict[str, Any]]:
    """JSON Schema of what features have in tiles, by the tiles' names; `number` for whatever counts."""
    known = {attribute.name: _schema(attribute.source) for attribute in attributes(spec)}
    if manner(spec, 0) is Manner.CLUSTERED:
        known["point_count"] = {"type": "number", "title": _("How many features a cluster stands for")}
        known["categories"] = {"type": "string", "title": _("How many of each category, as JSON")}
    return known


def _schema(prop: Property) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "number" if prop.type in CASTS else "string", "title": str(prop.title)}
    if prop.choices and prop.type is PropertyType.STRING:
        schema["enum"] = [value for value, _title in prop.choices]
    return schema
