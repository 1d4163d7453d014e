"""The service root, collections and single entities of SensorThings, and POST of observations."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gis_platform.identity.authentication import authenticate_request
from ogc_api.sensorthings.entities import SETS, EntitySet, Row, observation_id
from ogc_api.sensorthings.errors import NotOffered
from ogc_api.sensorthings.observing import observe
from ogc_api.sensorthings.options import Options, read_options
from ogc_api.sensorthings.resources import OBSERVATIONS, Selection, count, rows, select, the_one

CONFORMANCE = "http://www.opengis.net/spec/iot_sensing/1.1/req"
CLASSES = (
    "resource-path/resource-path-to-entities",
    "request-data/top",
    "request-data/skip",
    "request-data/count",
    "request-data/pagination",
)


def service_root(request: HttpRequest) -> HttpResponse:
    _require_get(request)
    url = _root(request)
    return JsonResponse(
        {
            "value": [{"name": name, "url": f"{url}/{name}"} for name in SETS],
            "serverSettings": {"conformance": [f"{CONFORMANCE}/{name}" for name in CLASSES]},
        }
    )


@csrf_exempt  # authenticate_request checks the token of a session
def resource(request: HttpRequest, resource: str) -> HttpResponse:
    selection = select(resource)
    if request.method == "POST":
        return _post(request, selection)
    _require_get(request)
    options = read_options(request.GET, selection)
    if selection.one:
        return JsonResponse(_entity(request, selection.entities, the_one(selection)))
    return JsonResponse(_page(request, selection, options))


def _post(request: HttpRequest, selection: Selection) -> HttpResponse:
    row = observe(authenticate_request(request), selection, request.body)
    entity = _entity(request, SETS[OBSERVATIONS], row)
    return JsonResponse(entity, status=201, headers={"Location": entity["@iot.selfLink"]})


def _page(request: HttpRequest, selection: Selection, options: Options) -> dict[str, Any]:
    found = rows(
        selection,
        limit=options.top + 1,  # one more tells whether a page follows
        skip=options.skip,
        newest_first=options.newest_first,
        after=options.after,
    )
    shown = found[: options.top]
    page: dict[str, Any] = {"@iot.count": count(selection)} if options.count else {}
    if len(found) > len(shown) and shown:
        page["@iot.nextLink"] = _next_link(request, selection, options, shown[-1])
    return page | {"value": [_entity(request, selection.entities, row) for row in shown]}


def _next_link(request: HttpRequest, selection: Selection, options: Options, last: Row) -> str:
    query = request.GET.dict()
    if selection.value("stream_id") is not None and selection.entities.name == OBSERVATIONS:
        # By time, not by number: a page far on is as quick as the first, and new observations shift nothing.
        query.pop("$skip", None)
        query["$skiptoken"] = observation_id(last).partition("-")[2]
    else:
        query["$skip"] = str(options.skip + options.top)
    return f"{request.build_absolute_uri(request.path)}?{urlencode(query, safe='$')}"


def _entity(request: HttpRequest, entities: EntitySet, row: Row) -> dict[str, Any]:
    identifier: int | str = row["id"] if "id" in row else observation_id(row)
    quoted = f"'{identifier}'" if isinstance(identifier, str) else identifier
    link = f"{_root(request)}/{entities.name}({quoted})"
    ways = {f"{name}@iot.navigationLink": f"{link}/{name}" for name in entities.ways}
    return {"@iot.id": identifier, "@iot.selfLink": link} | entities.write(row) | ways


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/sta/v1.1")


def _require_get(request: HttpRequest) -> None:
    if request.method not in ("GET", "HEAD"):
        raise NotOffered(
            _("%(method)s is not offered here; POST of Observations is.") % {"method": request.method or ""}
        )
