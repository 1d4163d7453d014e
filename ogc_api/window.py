"""pygeoapi configured from the catalogue: one `API` for each catalogue, kept until a layer is added or removed."""

import json
import logging
from collections.abc import Callable
from copy import copy
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext, override
from pygeoapi import api as pages
from pygeoapi.api import API, F_HTML, APIRequest

from gis_platform.core.crs import CRS_OFFERED
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer, readable_layers
from layers.catalog import LayerSpec
from ogc_api.conformance import CONFORMANCE_CLASSES
from ogc_api.features.queries import extent
from ogc_api.features.schemas import SCHEMA_JSON
from ogc_api.links import base_url, collection_links, link
from ogc_api.openapi.document import openapi_document
from ogc_api.pages import showing
from ogc_api.pages.preference import wants_html
from ogc_api.parameters import LIMIT_DEFAULT, LIMIT_MAX, InvalidParameter, refuse_unknown
from ogc_api.roots import other_roots
from ogc_api.tiles.statements import ZOOM_DETAILED

type PageFunction = Callable[..., tuple[dict[str, str], int, str]]

LANGUAGES = ("lv", "lt", "en")
OGC_REL = "http://www.opengis.net/def/rel/ogc/1.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
APIS_MAX = 8  # catalogues kept at a time: the public one and those of staff, for each address

# What of pygeoapi's landing page is not served here, by the end of the link's relation.
NOT_SERVED = ("tiling-schemes",)

logging.getLogger("pygeoapi").setLevel(logging.ERROR)


# Which page of ours shows what one of pygeoapi's functions answers.
PAGES: dict[PageFunction, Callable[..., HttpResponse]] = {
    pages.landing_page: showing.landing,
    pages.conformance: showing.conformance,
    pages.openapi_: showing.api_reference,
    pages.describe_collections: showing.collections,
}


def landing_page(request: HttpRequest) -> HttpResponse:
    return _page(request, pages.landing_page)


def conformance(request: HttpRequest) -> HttpResponse:
    return _page(request, pages.conformance)


def openapi(request: HttpRequest) -> HttpResponse:
    return _page(request, pages.openapi_)


def collections(request: HttpRequest) -> HttpResponse:
    return _page(request, pages.describe_collections)


def collection(request: HttpRequest, layer_id: str) -> HttpResponse:
    readable_layer(authenticate_request(request), layer_id)
    return _page(request, pages.describe_collections, layer_id)


def _page(request: HttpRequest, function: PageFunction, *arguments: str) -> HttpResponse:
    refuse_unknown(request.GET, {"f", "lang", "ui"})
    specs = tuple(readable_layers(authenticate_request(request)))
    api = _api(specs, base_url(request))
    if wants_html(request):
        _headers, _status, content = function(api, _as_data(request, api), *arguments)
        show = showing.collection if arguments else PAGES[function]
        return show(request, specs, _refined(function, json.loads(content), specs, base_url(request)))
    wanted = APIRequest.from_django(request, api.locales)
    if wanted.format == F_HTML:  # it reads Accept otherwise than we do, and its own pages load scripts from elsewhere
        wanted = _as_data(request, api)
    if not wanted.is_valid():
        raise InvalidParameter(gettext("f must be one of: {names}.").format(names="json, jsonld, html"))
    headers, status, content = function(api, wanted, *arguments)
    if status == 200 and headers["Content-Type"].startswith("application/json"):
        content = json.dumps(_refined(function, json.loads(content), specs, base_url(request)), ensure_ascii=False)
    return HttpResponse(content, status=status, headers=headers)


def _as_data(request: HttpRequest, api: API) -> APIRequest:
    """The same request for JSON, whose facts our own pages show."""
    twin = copy(request)
    query = request.GET.copy()
    query["f"] = "json"
    twin.GET = query  # type: ignore[assignment]
    return APIRequest.from_django(twin, api.locales)


@lru_cache(maxsize=APIS_MAX)
def _api(specs: tuple[LayerSpec, ...], url: str) -> API:
    config = _config(specs, url)
    return API(config, openapi_document(specs, url))


def _config(specs: tuple[LayerSpec, ...], url: str) -> dict[str, Any]:
    city = settings.CITY
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 0},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": list(city.languages),
            "pretty_print": False,
            "limits": {"default_items": LIMIT_DEFAULT, "max_items": LIMIT_MAX},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": {language: f"{city.name}: {_('open data of the city', language)}" for language in LANGUAGES},
                "description": {
                    language: _("Every layer of the city's spatial model, by the OGC API standards.", language)
                    for language in LANGUAGES
                },
                "keywords": ["OGC API", "geodata", city.name],
                "keywords_type": "theme",
                "terms_of_service": "https://creativecommons.org/licenses/by/4.0/",
                "url": settings.PUBLIC_URL,
            },
            "license": {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
            "provider": {"name": city.name, "url": settings.PUBLIC_URL},
            "contact": {"name": city.name, "url": settings.PUBLIC_URL},
        },
        "resources": {spec.id: _resource(spec, url) for spec in specs},
    }


def _resource(spec: LayerSpec, url: str) -> dict[str, Any]:
    here = f"{url}/collections/{spec.id}"
    return {
        "type": "collection",
        "title": {language: _(spec.title, language) for language in LANGUAGES},
        "description": {language: _(spec.description, language) or spec.id for language in LANGUAGES},
        "keywords": [spec.id],
        "links": [
            link(f"{here}/items", rel="items", media_type="application/geo+json", title="Features"),
            link(f"{here}/queryables", rel=f"{OGC_REL}/queryables", media_type=SCHEMA_JSON, title="Queryables"),
            link(f"{here}/sortables", rel=f"{OGC_REL}/sortables", media_type=SCHEMA_JSON, title="Sortables"),
            link(f"{here}/schema", rel=f"{OGC_REL}/schema", media_type=SCHEMA_JSON, title="Schema"),
            link(f"{here}/changes", rel="monitor", media_type="application/geo+json", title="Changes"),
            link(
                f"{here}/tiles", rel=f"{OGC_REL}/tilesets-vector", media_type="application/json", title="Vector tiles"
            ),
            link(f"{here}/styles", rel=f"{OGC_REL}/styles", media_type="application/json", title="Styles"),
        ],
        "extents": {"spatial": {"bbox": list(settings.CITY.bounds), "crs": CRS84}},
        "providers": [
            {"type": "feature", "name": "ogc_api.features.provider.LayerProvider", "data": spec.id, "id_field": "id"}
        ],
    }


def _(text: Any, language: str) -> str:
    """The text in a language, whatever language is active."""
    with override(language):
        return str(text)


def _refined(
    function: PageFunction, document: dict[str, Any], specs: tuple[LayerSpec, ...], url: str
) -> dict[str, Any]:
    """What pygeoapi says, without what it offers and we do not, and with what we know better."""
    if function is pages.conformance:
        document["conformsTo"] = list(CONFORMANCE_CLASSES)
    if function is pages.landing_page:
        document["links"] = [entry for entry in document["links"] if not entry["rel"].endswith(NOT_SERVED)]
        document["links"] += [
            link(f"{url}/tiles", rel=f"{OGC_REL}/tilesets-vector", media_type="application/json", title="Vector tiles"),
            link(
                f"{url}/tileMatrixSets", rel=f"{OGC_REL}/tiling-schemes", media_type="application/json", title="Grids"
            ),
            link(f"{url}/styles", rel=f"{OGC_REL}/styles", media_type="application/json", title="Styles"),
            *other_roots(url),
        ]
    if function is pages.describe_collections:
        known = {spec.id: spec for spec in specs}
        for entry in document.get("collections", [document]):
            spec = known[entry["id"]]
            if box := extent(spec):
                entry["extent"]["spatial"]["bbox"] = [list(box)]
            entry["x-city-map"] = map_hints(spec)
            entry["links"] = collection_links(entry["links"], f"{url}/collections/{spec.id}")
            entry["crs"] = list(CRS_OFFERED)
            entry["storageCrs"] = CRS84
    return document


def map_hints(spec: LayerSpec) -> dict[str, Any]:
    """How the map draws a layer, in the active language."""
    return {
        "geometry": spec.geometry_type,
        "color": spec.style.color,
        "icon": spec.style.icon,
        "minzoom": spec.style.zoom_min,
        "maxzoom": ZOOM_DETAILED,
        "visible": spec.style.visible,
        "order": spec.style.order,
        "group": {"id": _(spec.group, "en").lower().replace(" ", "-"), "title": _(spec.group, get_language() or "en")},
    }
