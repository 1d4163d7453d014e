"""What describes the observations: landing page, conformance, the collection, the list of locations."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gis_platform.core.errors import NotFound
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.layer_access import readable_layer
from ogc_api import roots
from ogc_api.conformance import EDR_CLASSES
from ogc_api.edr import stations
from ogc_api.edr.describing import COLLECTION, GEOJSON, PATH, collection
from ogc_api.edr.geojson import locations as locations_of
from ogc_api.edr.geojson import property_name
from ogc_api.edr.parameters import COMMON, data_request
from ogc_api.formats import offered
from ogc_api.formats.negotiation import negotiate
from ogc_api.formats.offered import Format
from ogc_api.links import base_url, link
from ogc_api.parameters import Interval, boxes, refuse_unknown
from ogc_api.records.distributions import OBSERVED_LAYER

DOCUMENT_PARAMETERS = ("f", "lang")
LOCATIONS = Format(names=("GeoJSON", "geojson", "json"), title="GeoJSON", media_types=(GEOJSON, roots.JSON))

ROOT = roots.Root(
    path="/edr",
    title=gettext_lazy("Observations"),
    description=gettext_lazy("What the city’s sensors observe, by place and time (OGC API EDR)."),
    conforms_to=EDR_CLASSES,
)


class UnknownCollection(NotFound):
    code = "unknown-collection"


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, DOCUMENT_PARAMETERS)
    with roots.spoken(request):
        stations_page = link(f"{base_url(request)}{PATH}/locations?f=html", rel="related", media_type=roots.HTML)
        document = roots.landing(request, ROOT, stations_page | {"title": _("Stations")})
        return roots.answer(request, document, title=ROOT.title)


@require_safe
def conformance(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, DOCUMENT_PARAMETERS)
    with roots.spoken(request):
        return roots.answer(request, roots.conformance(ROOT), title=_("Standards"))


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    refuse_unknown(request.GET, {*DOCUMENT_PARAMETERS, "bbox", "datetime", "limit"})
    require_readable(request, COLLECTION)
    with roots.spoken(request):
        document = roots.collections(request, ROOT, [collection(stations.streams(), base=base_url(request))])
        return roots.answer(request, document, title=ROOT.title)


@require_safe
def one_collection(request: HttpRequest, collection_id: str) -> HttpResponse:
    refuse_unknown(request.GET, DOCUMENT_PARAMETERS)
    require_readable(request, collection_id)
    with roots.spoken(request):
        document = collection(stations.streams(), base=base_url(request))
        return roots.answer(request, document, title=document["title"])


@require_safe
def locations(request: HttpRequest, collection_id: str) -> HttpResponse:
    """The stations that observe in the place and the time asked for, by default all."""
    refuse_unknown(request.GET, {*COMMON, "bbox"})
    require_readable(request, collection_id)
    wanted_format = negotiate(request, (LOCATIONS, offered.HTML))
    with roots.spoken(request):
        known = stations.streams()
        wanted = data_request(request.GET, {stream.observes for stream in known})
        areas = boxes(request.GET.get("bbox", ""))
        if areas or wanted.names:
            place = stations.within_boxes(areas) if areas else stations.EVERYWHERE
            known = stations.streams(place, names=wanted.names)
        known = [stream for stream in known if _spoke(stream, wanted.interval)]
        here = f"{base_url(request)}{PATH}/locations"
        document = locations_of(known, endpoint=here) | {
            "links": [
                link(request.build_absolute_uri(), rel="self", media_type=GEOJSON),
                link(f"{here}?f=html", rel="alternate", media_type=roots.HTML),
                link(f"{base_url(request)}{PATH}", rel="collection", media_type=roots.JSON),
            ]
        }
        if wanted_format is LOCATIONS:
            return JsonResponse(document, content_type=GEOJSON)
        names = {stream.observes: property_name(stream) for stream in known}
        context = {"document": document, "title": str(ROOT.title), "names": names}
        return render(request, "ogc_api/observations/locations.html", context)


def require_readable(request: HttpRequest, collection_id: str) -> None:
    """Raises UnknownCollection, or UnknownLayer where the caller may not read the sensors."""
    readable_layer(authenticate_request(request), OBSERVED_LAYER)
    if collection_id != COLLECTION:
        raise UnknownCollection(_("There is one collection here: {name}.").format(name=COLLECTION))


def _spoke(stream: stations.Stream, interval: Interval) -> bool:
    start, end = interval
    if stream.first_at is None or stream.last_at is None:
        return interval == (None, None)
    return not ((start and stream.last_at < start) or (end and stream.first_at > end))
