"""The data queries: position, radius, area, cube, and locations by their codes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gis_platform.core.crs import WGS84, Crs, outer_box
from gis_platform.core.errors import NotFound
from ogc_api import roots
from ogc_api.edr import stations
from ogc_api.edr.coverage import coverage_json
from ogc_api.edr.describing import COVERAGE_JSON, GEOJSON, PATH
from ogc_api.edr.geojson import series_features
from ogc_api.edr.observations import Series, observed
from ogc_api.edr.pages import data_page
from ogc_api.edr.parameters import COMMON, POINTS, POLYGONS, DataRequest, coordinates, data_request, distance_m
from ogc_api.edr.stations import Place, Stream
from ogc_api.edr.tables import csv_lines
from ogc_api.edr.views import require_readable
from ogc_api.formats import offered
from ogc_api.formats.negotiation import negotiate
from ogc_api.formats.offered import Format
from ogc_api.links import base_url, link
from ogc_api.parameters import InvalidParameter, boxes, refuse_unknown

LOCATIONS_MAX = 100  # named in one address

COVERAGE = Format(
    names=("CoverageJSON", "coveragejson", "covjson", "json"),
    title="CoverageJSON",
    media_types=(COVERAGE_JSON, "application/vnd.cov+json", roots.JSON),
)
CSV = Format(names=("CSV", "csv"), title="CSV", media_types=("text/csv",))
FEATURES = Format(names=("GeoJSON", "geojson"), title="GeoJSON", media_types=(GEOJSON,))
FORMATS = (COVERAGE, CSV, FEATURES, offered.HTML)


class UnknownLocation(NotFound):
    code = "unknown-location"


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query's own parameters, and the place that they mean."""

    parameters: tuple[str, ...]
    place: Callable[[QueryDict, Crs], Place]


def _position(query: QueryDict, crs: Crs) -> Place:
    return stations.nearest_to(coordinates(query, POINTS, crs))


def _radius(query: QueryDict, crs: Crs) -> Place:
    return stations.within_distance(coordinates(query, POINTS, crs), distance_m(query))


def _area(query: QueryDict, crs: Crs) -> Place:
    return stations.within_area(coordinates(query, POLYGONS, crs))


def _cube(query: QueryDict, crs: Crs) -> Place:
    areas = boxes(query.get("bbox", ""), crs)
    if not areas:
        raise InvalidParameter(_("cube needs bbox: west,south,east,north."))
    try:
        return stations.within_boxes(
            [area if crs.srid == WGS84 else outer_box(area, from_srid=crs.srid) for area in areas]
        )
    except ValueError as error:
        raise InvalidParameter(_("bbox lies outside of its coordinate system.")) from error


QUERIES = {
    "position": Query(parameters=("coords",), place=_position),
    "radius": Query(parameters=("coords", "within", "within-units"), place=_radius),
    "area": Query(parameters=("coords",), place=_area),
    "cube": Query(parameters=("bbox",), place=_cube),
}


@require_safe
def data(request: HttpRequest, collection_id: str, query_type: str) -> HttpResponseBase:
    query = QUERIES[query_type]
    wanted = _wanted(request, collection_id, query.parameters)
    return _answer(request, wanted, stations.streams(query.place(request.GET, wanted.crs), names=wanted.names))


@require_safe
def location(request: HttpRequest, collection_id: str, location_id: str) -> HttpResponseBase:
    """One location, or several by comma."""
    wanted = _wanted(request, collection_id, ())
    codes = location_id.split(",")
    if len(codes) > LOCATIONS_MAX:
        raise InvalidParameter(_("A list may hold at most {most} values.").format(most=LOCATIONS_MAX))
    known = stations.streams(stations.at_locations(codes))
    if missing := sorted(set(codes) - {stream.station for stream in known}):
        raise UnknownLocation(_("There is no location {names}.").format(names=", ".join(c[:40] for c in missing[:5])))
    return _answer(request, wanted, [s for s in known if not wanted.names or s.observes in wanted.names])


def _wanted(request: HttpRequest, collection_id: str, own: Iterable[str]) -> DataRequest:
    refuse_unknown(request.GET, {*COMMON, *own})
    require_readable(request, collection_id)
    return data_request(request.GET, {stream.observes for stream in stations.streams()})


def _answer(request: HttpRequest, wanted: DataRequest, streams: list[Stream]) -> HttpResponseBase:
    """204 where nothing was observed, as the standard has it. Raises TooManyValues and NotAcceptable."""
    form = negotiate(request, FORMATS)
    if form is offered.HTML:
        return data_page(request, wanted.interval, streams)
    series = observed(streams, wanted.interval)
    if not series:
        return HttpResponse(status=204)
    if form is CSV:
        return StreamingHttpResponse(csv_lines(series, wanted.crs), content_type="text/csv; charset=utf-8")
    with roots.spoken(request):
        if form is FEATURES:
            return JsonResponse(_features(request, series), content_type=GEOJSON)
        return JsonResponse(coverage_json(series, wanted.crs), content_type=COVERAGE_JSON)


def _features(request: HttpRequest, series: list[Series]) -> dict[str, object]:
    here = f"{base_url(request)}{PATH}"
    links = [
        link(request.build_absolute_uri(), rel="self", media_type=GEOJSON),
        link(here, rel="collection", media_type=roots.JSON),
    ]
    return series_features(series, endpoint=f"{here}/locations") | {"links": links}
