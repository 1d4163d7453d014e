"""What the map's script starts from, so that the page asks for nothing that the server already knows."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from maps.map_layers import map_layers
from maps.texts import texts


def language() -> str:
    """The reader's language, one of lv, lt, en."""
    return (get_language() or settings.CITY.language)[:2]


def start() -> dict[str, Any]:
    """The city, its layers and texts, and addresses in which the script fills in `{...}`."""
    city = settings.CITY
    return {
        "id": city.id,
        "name": city.name,
        "centre": city.centre,
        "zoom": city.zoom,
        "bounds": city.bounds,
        "language": language(),
        "languages": city.languages,
        "layers": map_layers(),
        "texts": texts(),
        "baseMapStyle": settings.BASE_MAP_STYLE_URL,
        "urls": {
            "fonts": static("vendor/noto-sans/"),
            "icons": static("vendor/maki/icons.json"),
            "worker": static("vendor/maplibre-gl/maplibre-gl-worker.mjs"),
            "tiles": "/ogc/tiles/WebMercatorQuad/{z}/{y}/{x}",
            "items": "/ogc/collections/{layer}/items",
            "search": "/api/v1/search",
            "sensors": "/api/v1/sensors/latest",
            "place": "/places/{layer}/{id}/",
            "serviceWorker": reverse("service-worker"),
        },
    }
