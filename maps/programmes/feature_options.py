"""Features by name, for the inputs that ask for an area or a place: `<layer>/<code or id>` with what people call it."""

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gis_platform.core.languages import active_language
from layers import catalog
from layers.base.reading import features
from maps.programmes.access import for_readers
from maps.search import search

FOUND_MAX = 20
WORDS_LENGTH_MAX = 100


@require_safe
@for_readers
def feature_options(request: HttpRequest) -> HttpResponse:
    """The options of a list for what has been typed so far; nothing for less than two letters."""
    words = request.GET.get("q", "").strip()[:WORDS_LENGTH_MAX]
    options = _options(words) if len(words) > 1 else []
    return render(request, "maps/programmes/feature_options.html", {"options": options})


def _options(words: str) -> list[tuple[str, str]]:
    found = search(words, language=active_language(), limit=FOUND_MAX)
    ids: dict[str, list[int]] = defaultdict(list)
    for one in found:
        ids[one["layer"]].append(one["id"])
    codes = {
        (layer, feature.id): str(feature.properties.get("code") or feature.id)
        for layer, wanted in ids.items()
        for feature in features(catalog.layer(layer), wanted)
    }
    return [
        (f"{one['layer']}/{codes[one['layer'], one['id']]}", f"{one['name']} ({one['layer_title']})")
        for one in found
        if (one["layer"], one["id"]) in codes
    ]
