"""Whole MapLibre styles: our tiles and fonts around what is drawn, with absolute addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static

from layers.catalog import LayerSpec
from layers.styles.models import SavedStyle
from ogc_api.links import base_url, link
from ogc_api.styles.drawing import drawn_layers
from ogc_api.tiles.statements import ZOOM_DETAILED

STYLESHEET = "application/vnd.mapbox.style+json"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
SPECIFICATION = "https://maplibre.org/maplibre-style-spec/"
RANGES = {"latin": ["U+0020-00FF", "U+2000-206F"], "latin-ext": ["U+0100-02FF"]}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A style that is offered: a layer's own (`saved` is None) or one that a planner saved."""

    spec: LayerSpec
    saved: SavedStyle | None = None

    @property
    def name(self) -> str:
        return self.saved.name if self.saved else self.spec.id

    @property
    def title(self) -> str:
        return self.saved.title if self.saved else str(self.spec.title)

    @property
    def version(self) -> int:
        return self.saved.version if self.saved else 0

    def parts(self) -> list[dict[str, Any]]:
        if self.saved and self.saved.drawn:
            own = {"source": self.spec.id, "source-layer": self.spec.id}
            return [part | own for part in self.saved.drawn]
        return drawn_layers(self.spec, self.saved.choices if self.saved else {})


def stylesheet(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    spec = sheet.spec
    return {
        "version": 8,
        "name": sheet.title,
        "metadata": {"layer": spec.id},
        "center": list(settings.CITY.centre),
        "zoom": settings.CITY.zoom,
        "font-faces": {
            "City Regular": _font(request, 400),
            "City Bold": _font(request, 600),
        },
        "sources": {
            spec.id: {
                "type": "vector",
                "tiles": [f"{base_url(request)}/collections/{spec.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"],
                "minzoom": spec.style.zoom_min,
                "maxzoom": ZOOM_DETAILED,
                **({"attribution": str(spec.attribution)} if spec.attribution else {}),
            }
        },
        "layers": sheet.parts(),
    }


def entry(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    here = f"{base_url(request)}/styles/{sheet.name}"
    return {
        "id": sheet.name,
        "title": sheet.title,
        "links": [
            link(here, rel="stylesheet", media_type=STYLESHEET, title="MapLibre"),
            link(f"{here}/metadata", rel="describedby", media_type="application/json"),
        ],
    }


def metadata(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    here = f"{base_url(request)}/styles/{sheet.name}"
    about = f"{base_url(request)}/collections/{sheet.spec.id}"
    return {
        "id": sheet.name,
        "title": sheet.title,
        "description": str(sheet.spec.description),
        "keywords": [sheet.spec.id],
        "pointOfContact": settings.CITY.name,
        "accessConstraints": "unclassified",
        "license": sheet.spec.licence,
        "scope": "style",
        "version": str(sheet.version),
        **({"dates": {"revision": sheet.saved.updated_at.isoformat()}} if sheet.saved else {}),
        "stylesheets": [
            {
                "title": "MapLibre",
                "version": "8",
                "specification": SPECIFICATION,
                "native": True,
                "link": link(here, rel="stylesheet", media_type=STYLESHEET),
            }
        ],
        "layers": [
            {
                "id": sheet.spec.id,
                "type": _type(sheet.spec),
                "sampleData": link(f"{about}/items", rel=f"{REL}/geodata", media_type="application/geo+json"),
            }
        ],
        "links": [
            link(f"{here}/metadata", rel="self", media_type="application/json"),
            link(about, rel=f"{REL}/geodata", media_type="application/json", title=str(sheet.spec.title)),
        ],
    }


def listing(request: HttpRequest, sheets: Sequence[Sheet], *, path: str, default: str) -> dict[str, Any]:
    here = f"{base_url(request)}{path}/styles"
    return {
        "styles": [entry(request, sheet) for sheet in sheets],
        **({"default": default} if default else {}),
        "links": [
            link(here, rel="self", media_type="application/json"),
            link(f"{here}?f=html", rel="alternate", media_type="text/html"),
        ],
    }


def _type(spec: LayerSpec) -> str:
    return next((kind for kind in ("point", "line", "polygon") if kind in spec.geometry_type.lower()), "geometry")


def _font(request: HttpRequest, weight: int) -> list[dict[str, Any]]:
    return [
        {
            "url": request.build_absolute_uri(static(f"vendor/noto-sans/noto-sans-{subset}-{weight}-normal.woff2")),
            "unicode-range": ranges,
        }
        for subset, ranges in RANGES.items()
    ]
