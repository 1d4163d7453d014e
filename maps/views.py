"""The city map, and a page for each of its places. Both work without JavaScript."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from maps import reading
from maps.map_layers import is_listed, map_layers, public_layer, public_layers
from maps.place_card import PlaceCard, place_card as card_of
from maps.texts import texts

WORDS_LENGTH_MAX = 100
PAGE_MAX = 1000


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The map, and beneath it the list of places that those see who have no JavaScript."""
    words = request.GET.get("q", "").strip()[:WORDS_LENGTH_MAX]
    page = _page(request.GET.get("page", ""))
    listed = [spec for spec in public_layers() if is_listed(spec)]
    entries, more = reading.entries(listed, language=_language(), words=words, page=page)
    context = {"start": _start(), "entries": entries, "words": words, "page": page, "next_page": page + 1 if more else 0}
    return render(request, "maps/map.html", context)


@require_safe
def place_page(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    return render(request, "maps/place.html", {"start": _start(), "place": _card(layer_id, feature_id)})


@require_safe
@cache_control(no_cache=True)
@vary_on_headers("Accept-Language", "Cookie")
def place_card(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    """The part of the place's page that the map shows in its panel."""
    return render(request, "maps/place_card.html", {"place": _card(layer_id, feature_id)})


def _card(layer_id: str, feature_id: int) -> PlaceCard:
    spec = public_layer(layer_id)
    return card_of(spec, reading.feature(spec, feature_id))


def _language() -> str:
    return (get_language() or settings.CITY.language)[:2]


def _page(text: str) -> int:
    return min(max(int(text), 1), PAGE_MAX) if text.isascii() and text.isdecimal() else 1


def _start() -> dict[str, Any]:
    """What the map's script starts from; `{...}` in the addresses is filled in by the script."""
    city = settings.CITY
    return {
        "id": city.id,
        "name": city.name,
        "centre": city.centre,
        "zoom": city.zoom,
        "bounds": city.bounds,
        "language": _language(),
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
