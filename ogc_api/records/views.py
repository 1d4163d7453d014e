"""OGC API Records, a searchable catalogue (20-004r1): one record for each layer that the caller may read."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gis_platform.core import clock
from gis_platform.core.errors import NotFound
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layers
from layers.catalog import UnknownLayer
from ogc_api import roots
from ogc_api.conformance import RECORDS_CLASSES
from ogc_api.features.schemas import SCHEMA_JSON
from ogc_api.links import base_url, link
from ogc_api.parameters import refuse_unknown
from ogc_api.records.distributions import OGC_REL
from ogc_api.records.facts import facts_of
from ogc_api.records.queryables import SORTABLE, schema
from ogc_api.records.record import CATALOGUE, contacts, languages, record, utc
from ogc_api.records.searching import Found, RecordsRequest, entries, records_request, search
from ogc_api.records.vocabularies import FREQUENCIES, LICENCES, THEMES

GEOJSON = "application/geo+json"
CATALOGUE_JSON = "application/ogc-catalog+json"
CATALOGUE_PROFILE = "http://www.opengis.net/def/profile/OGC/0/ogc-catalog"
DOCUMENT_PARAMETERS = ("f", "lang")

ROOT = roots.Root(
    path="/records",
    title=gettext_lazy("Catalogue"),
    description=gettext_lazy(
        "A record for each layer: what it holds, who keeps it, under which licence, how to get it."
    ),
    conforms_to=RECORDS_CLASSES,
)


class UnknownCatalogue(NotFound):
    code = "unknown-catalogue"


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, DOCUMENT_PARAMETERS)
    with roots.spoken(request):
        base = base_url(request)
        catalogue = link(f"{base}{CATALOGUE}/items", rel=f"{OGC_REL}/ogc-catalog", media_type=GEOJSON)
        portals = link(f"{base}/dcat", rel="related", media_type="application/ld+json", title="DCAT-AP")
        return roots.answer(request, roots.landing(request, ROOT, catalogue, portals), title=ROOT.title)


@require_safe
def conformance(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, DOCUMENT_PARAMETERS)
    with roots.spoken(request):
        return roots.answer(request, roots.conformance(ROOT), title=_("Standards"))


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, DOCUMENT_PARAMETERS)
    with roots.spoken(request):
        return roots.answer(request, roots.collections(request, ROOT, [_catalogue(request)]), title=ROOT.title)


@require_safe
def catalogue(request: HttpRequest, catalogue_id: str) -> HttpResponse:
    refuse_unknown(request.GET, DOCUMENT_PARAMETERS)
    _require_known(catalogue_id)
    with roots.spoken(request):
        return roots.answer(request, _catalogue(request), title=ROOT.title, media_type=CATALOGUE_JSON)


@require_safe
def queryables(request: HttpRequest, catalogue_id: str) -> HttpResponse:
    return _schema(request, catalogue_id, "queryables", None)


@require_safe
def sortables(request: HttpRequest, catalogue_id: str) -> HttpResponse:
    return _schema(request, catalogue_id, "sortables", SORTABLE)


@require_safe
def records(request: HttpRequest, catalogue_id: str) -> HttpResponse:
    _require_known(catalogue_id)
    wanted = records_request(request)
    with roots.spoken(request):
        specs = readable_layers(authenticate_request(request))
        found = search(entries(specs, facts_of(specs), base=base_url(request)), wanted)
        document = {
            "type": "FeatureCollection",
            "timeStamp": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "numberMatched": found.matched,
            "numberReturned": len(found.records),
            "features": found.records,
            "links": _page_links(request, wanted, found),
        }
        context = {
            "themes": THEMES,
            "orders": (
                ("title", _("by title")),
                ("-updated", _("newest change first")),
                ("-features", _("largest first")),
            ),
            "specs": {spec.id: spec for spec in specs},
            "wanted": wanted,
            "searched": bool(set(request.GET) - {"f", "lang", "limit", "offset"}),
        }
        return roots.answer(
            request, document, title=ROOT.title, template="records", media_type=GEOJSON, context=context
        )


@require_safe
def one_record(request: HttpRequest, catalogue_id: str, record_id: str) -> HttpResponse:
    refuse_unknown(request.GET, DOCUMENT_PARAMETERS)
    _require_known(catalogue_id)
    spec = next((s for s in readable_layers(authenticate_request(request)) if s.id == record_id), None)
    if spec is None:
        raise UnknownLayer(_("No layer is called “{layer}”.").format(layer=record_id[:60]))
    with roots.spoken(request):
        facts = facts_of([spec])[spec.id]
        document = record(spec, facts, base=base_url(request))
        context = {"layer": spec, "facts": facts, "theme": THEMES[spec.theme], "frequency": FREQUENCIES[spec.frequency]}
        return roots.answer(request, document, title=spec.title, template="record", media_type=GEOJSON, context=context)


def _require_known(catalogue_id: str) -> None:
    """Raises UnknownCatalogue."""
    if catalogue_id != CATALOGUE.rpartition("/")[2]:
        raise UnknownCatalogue(_("There is one catalogue here: {name}.").format(name=CATALOGUE.rpartition("/")[2]))


def _schema(request: HttpRequest, catalogue_id: str, resource: str, names: tuple[str, ...] | None) -> HttpResponse:
    refuse_unknown(request.GET, DOCUMENT_PARAMETERS)
    _require_known(catalogue_id)
    with roots.spoken(request):
        document = schema(f"{base_url(request)}{CATALOGUE}/{resource}", title=str(ROOT.title), names=names)
        return roots.answer(request, document, title=resource, media_type=SCHEMA_JSON)


def _catalogue(request: HttpRequest) -> dict[str, Any]:
    base = base_url(request)
    here = f"{base}{CATALOGUE}"
    specs = readable_layers(authenticate_request(request))
    updated = max((f.updated for f in facts_of(specs).values() if f.updated), default=None)
    licence = LICENCES["CC-BY-4.0"]
    linked = partial(link, media_type=roots.JSON)
    return {
        "id": CATALOGUE.rpartition("/")[2],
        "type": "Collection",
        "itemType": "record",
        "title": f"{settings.CITY.name}: {ROOT.title}",
        "description": str(ROOT.description),
        "keywords": ["OGC API", "DCAT-AP", settings.CITY.name],
        "language": languages()[0],
        "languages": languages(),
        "extent": {
            "spatial": {
                "bbox": [list(settings.CITY.bounds)],
                "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            }
        },
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "contacts": contacts(),
        "license": licence.spdx,
        "defaultSortOrder": [{"field": name, "direction": "asc"} for name, _descending in RecordsRequest.order],
        **({"updated": utc(updated)} if updated else {}),
        "links": [
            link(f"{here}?f=json", rel="self", media_type=CATALOGUE_JSON),
            link(f"{here}?f=html", rel="alternate", media_type=roots.HTML),
            link(f"{here}/items", rel="items", media_type=GEOJSON),
            link(f"{here}/items?f=html", rel="items", media_type=roots.HTML),
            link(f"{here}/queryables", rel=f"{OGC_REL}/queryables", media_type=SCHEMA_JSON),
            link(f"{here}/sortables", rel=f"{OGC_REL}/sortables", media_type=SCHEMA_JSON),
            link(f"{base}/dcat", rel="alternate", media_type="application/ld+json", title="DCAT-AP"),
            link(licence.url, rel="license", media_type=roots.HTML),
            linked(CATALOGUE_PROFILE, rel="profile"),
            linked(f"{base}/records/", rel="root"),
        ],
    }


def _page_links(request: HttpRequest, wanted: RecordsRequest, found: Found) -> list[dict[str, str]]:
    here = f"{base_url(request)}{CATALOGUE}"

    def at(**changes: Any) -> str:
        query = urlencode({**request.GET.dict(), **changes})
        return f"{here}/items?{query}" if query else f"{here}/items"

    links = [
        link(at(), rel="self", media_type=GEOJSON),
        link(at(f="html"), rel="alternate", media_type=roots.HTML),
        link(here, rel="collection", media_type=roots.JSON),
        link(CATALOGUE_PROFILE, rel="profile", media_type=roots.JSON),
    ]
    if wanted.offset + len(found.records) < found.matched and found.records:
        links.append(link(at(offset=wanted.offset + wanted.limit), rel="next", media_type=GEOJSON))
    if wanted.offset:
        links.append(link(at(offset=max(wanted.offset - wanted.limit, 0)), rel="prev", media_type=GEOJSON))
    return links
