"""The service root, and every resource under it: read, add, change, remove."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gis_platform.core.errors import NotFound
from gis_platform.identity.authentication import authenticate_request
from ogc_api.sensorthings.conformance import CONFORMANCE
from ogc_api.sensorthings.creating import create, delete, modify
from ogc_api.sensorthings.entities import OBSERVATIONS, identifier
from ogc_api.sensorthings.errors import InvalidOption, NotOffered
from ogc_api.sensorthings.observing import observe, observe_many, sender
from ogc_api.sensorthings.options import Options, of_request
from ogc_api.sensorthings.reading import Found, read, source_row, the_one
from ogc_api.sensorthings.resources import Selection, ending, entered, followed, segments
from ogc_api.sensorthings.shaping import Shaper, known_sets, value_of

GEOJSON = "application/geo+json"


def service_root(request: HttpRequest) -> HttpResponse:
    _require_get(request)
    if request.GET:
        raise InvalidOption(next(iter(request.GET))[:40] or "?", _("There is no such query option here."))
    return JsonResponse(
        {
            "value": known_sets(_root(request)),
            "serverSettings": {"conformance": list(CONFORMANCE)},
        }
    )


@csrf_exempt  # authenticate_request checks the token of a session
def resource(request: HttpRequest, resource: str) -> HttpResponse:
    selection = _selected(resource)
    if request.method in ("GET", "HEAD"):
        return _get(request, selection)
    if selection.part or selection.links or request.GET:
        raise NotOffered(_("An entity is changed as a whole, and without query options."))
    match request.method:
        case "POST":
            return _post(request, selection)
        case "PATCH":
            node = modify(authenticate_request(request), selection, request.body)
            return JsonResponse(Shaper(_root(request)).entity(node, Options()))
        case "DELETE":
            delete(authenticate_request(request), selection)
            return HttpResponse(status=204)
    raise _not_offered(request)


@csrf_exempt
def create_observations(request: HttpRequest) -> HttpResponse:
    """The data array extension: the links of the new observations, "error" where one was not stored."""
    if request.method != "POST":
        raise _not_offered(request)
    root = _root(request)
    found = observe_many(sender(request), request.body)
    links = ["error" if each is None else f"{root}/{OBSERVATIONS}('{each}')" for each in found]
    return JsonResponse(links, safe=False, status=201)


def _get(request: HttpRequest, selection: Selection) -> HttpResponse:
    if selection.part:
        return _part(request, selection)
    options = of_request(request.GET, selection.entities, one=selection.one)
    return _one(request, selection, options) if selection.one else _page(request, selection, options)


def _selected(path: str) -> Selection:
    first, *rest = segments(path)
    selection = entered(first)
    for segment in rest:
        if selection.links or selection.raw or (selection.part and segment != "$value"):
            raise NotFound(_("Nothing follows “%(name)s”.") % {"name": selection.part or "$ref"})
        if ended := ending(selection, segment):
            selection = ended
        elif not selection.one:
            raise NotFound(_("Say which of the %(name)s is meant.") % {"name": selection.entities.name})
        else:
            selection = followed(selection, segment, source_row(selection))
    return selection


def _page(request: HttpRequest, selection: Selection, options: Options) -> HttpResponse:
    found, shaper = read(selection, options), Shaper(_root(request))
    link = request.build_absolute_uri(request.path)
    if options.format == "GeoJSON" and not selection.links:
        response = JsonResponse(shaper.features(found, options, link), content_type=GEOJSON)
    else:
        response = JsonResponse(shaper.page(found, options, link, links=selection.links))
    return _with_count(response, found)


def _with_count(response: HttpResponse, found: Found) -> HttpResponse:
    if found.count is not None and found.count.estimated:
        response["Count-Estimated"] = "true"
    return response


def _one(request: HttpRequest, selection: Selection, options: Options) -> HttpResponse:
    node, shaper = the_one(selection, options), Shaper(_root(request))
    if selection.links:
        return JsonResponse({"@iot.selfLink": shaper.link(node)})
    if options.format == "GeoJSON":
        return JsonResponse(shaper.feature(node, options), content_type=GEOJSON)
    return JsonResponse(shaper.entity(node, options))


def _part(request: HttpRequest, selection: Selection) -> HttpResponse:
    """A single property, or its bare value; 204 where there is none."""
    if request.GET:
        raise InvalidOption(next(iter(request.GET))[:40] or "?", _("A property takes no query options."))
    if selection.part == "id":
        node = the_one(selection, Options(select=()))
        name, value = "@iot.id", identifier(node.entities, node.row)
    else:
        name, prop = selection.part, selection.entities.by_name[selection.part]
        value = value_of(prop, the_one(selection, Options(select=(name,))).row[f".{name}"])
    if value is None:
        return HttpResponse(status=204)
    if not selection.raw:
        return JsonResponse({name: value})
    if isinstance(value, dict):
        return JsonResponse(value)
    return HttpResponse(str(value), content_type="text/plain; charset=utf-8")


def _post(request: HttpRequest, selection: Selection) -> HttpResponse:
    if selection.one:
        raise NotOffered(_("A new entity is added to a set, not to an entity."))
    if selection.entities.name == OBSERVATIONS:
        found = observe(sender(request), selection, request.body)
    else:
        found = create(authenticate_request(request), selection, request.body)
    entity = Shaper(_root(request)).entity(found, Options())
    return JsonResponse(entity, status=201, headers={"Location": entity["@iot.selfLink"]})


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/sta/v1.1")


def _require_get(request: HttpRequest) -> None:
    if request.method not in ("GET", "HEAD"):
        raise _not_offered(request)


def _not_offered(request: HttpRequest) -> NotOffered:
    return NotOffered(_("%(method)s is not offered here.") % {"method": request.method or ""})
