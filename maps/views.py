"""The city map, and a page for each of its places. Both work without JavaScript."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from layers.base.editing import FeatureNotFound
from layers.base.reading import feature
from maps import check_in
from maps import place_card as cards
from maps.map_layers import is_listed, public_layer, public_layers, shape
from maps.place_card import PlaceCard
from maps.reading import entries, labels
from maps.start import language, start

BIGINT_MAX = 2**63 - 1
WORDS_LENGTH_MAX = 100
PAGE_MAX = 1000


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The map, and beneath it the list of places that those see who have no JavaScript."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:WORDS_LENGTH_MAX]
    page = _page(request.GET.get("page", ""))
    found, more = entries(
        [spec for spec in public_layers() if is_listed(spec)], language=language(), words=words, page=page
    )
    context = {
        "start": start() | {"labels": _ground_labels()},
        "credits": _credits(),
        "entries": found,
        "words": words,
        "next_page": page + 1 if more else 0,
    }
    return _page_for(request, "maps/map.html", context)


@require_safe
def place_page(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    place, offer = _card(layer_id, feature_id), check_in.card(request, layer_id, feature_id)
    return _page_for(request, "maps/place.html", {"start": start(), "place": place, "check_in": offer})


@require_safe
@cache_control(no_cache=True)
@vary_on_headers("Accept-Language", "Cookie")
def place_card(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    """The part of the place's page that the map shows in its panel."""
    return render(request, "maps/place_card.html", {"place": _card(layer_id, feature_id)})


def _page_for(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page; one that names who is signed in is marked private, and the service worker does not keep it."""
    response = render(request, template, context)
    if request.user.is_authenticated:
        patch_cache_control(response, private=True)
    return response


def _card(layer_id: str, feature_id: int) -> PlaceCard:
    spec = public_layer(layer_id)
    if feature_id > BIGINT_MAX:
        raise FeatureNotFound(_("There is no such feature."))
    return cards.place_card(spec, feature(spec, feature_id))


def _ground_labels() -> list[dict[str, Any]]:
    """Where the names of districts, parks and waters are written."""
    ground = [spec for spec in public_layers() if not is_listed(spec) and shape(spec) == "Polygon"]
    return [asdict(label) for spec in ground for label in labels(spec, language=language())]


def _credits() -> list[str]:
    """Whom the map's data is owed to, each once."""
    return sorted({str(spec.attribution) for spec in public_layers() if spec.attribution})


def _page(text: str) -> int:
    return min(max(int(text), 1), PAGE_MAX) if text.isascii() and text.isdecimal() else 1
