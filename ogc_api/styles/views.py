"""Styles: listed and read by everybody who may read the layer, written by planners (OGC 20-009)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gis_platform.core.errors import Forbidden
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.errors import NotSignedIn
from gis_platform.identity.layer_access import Caller, readable_layer, readable_layers
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, has_role, require_role
from layers import catalog
from layers.styles.checking import BYTES_MAX, InvalidStyle, StyleTooLarge
from layers.styles.models import SavedStyle
from layers.styles.queries import styles_of
from layers.styles.services import UnknownStyle, Wanted, create_style, delete_style, name_for, replace_style
from ogc_api.features.editing import MethodNotAllowed
from ogc_api.features.versions import etag, required_version
from ogc_api.formats.negotiation import negotiate
from ogc_api.formats.offered import HTML, Format
from ogc_api.links import base_url
from ogc_api.pages.showing import page
from ogc_api.parameters import refuse_unknown
from ogc_api.styles.documents import STYLESHEET, Sheet, listing, metadata, stylesheet
from ogc_api.tiles.answers import caching, for_reading
from ogc_api.tiles.tilesets import JSON_FORMAT

MAPBOX = Format(names=("mapbox", "json"), title="MapLibre", media_types=(STYLESHEET, "application/json"))
PARAMETERS = {"f", "lang"}


class OwnStyle(Forbidden):
    code = "own-style"


@csrf_exempt
def styles(request: HttpRequest) -> HttpResponse:
    user = authenticate_request(request)
    match request.method:
        case "GET" | "HEAD":
            specs = readable_layers(user)
            return _list(request, [Sheet(spec=spec) for spec in specs] + _saved([s.id for s in specs]), path="")
        case "POST":
            return _create(request, user)
        case "OPTIONS":
            return _allow(user, "POST")
    raise _not_allowed(user, "POST")


@for_reading
def layer_styles(request: HttpRequest, layer_id: str) -> HttpResponse:
    spec = readable_layer(authenticate_request(request), layer_id)
    return _list(request, [Sheet(spec=spec), *_saved([spec.id])], path=f"/collections/{spec.id}")


@csrf_exempt
def one_style(request: HttpRequest, name: str) -> HttpResponse:
    user = authenticate_request(request)
    sheet = _sheet(user, name)
    match request.method:
        case "GET" | "HEAD":
            return _read(request, sheet)
        case "PUT" | "DELETE":
            return _change(request, sheet, _planner(user))
        case "OPTIONS":
            return _allow(user, *(("PUT", "DELETE") if sheet.saved else ()))
    raise _not_allowed(user, *(("PUT", "DELETE") if sheet.saved else ()))


@for_reading
def style_metadata(request: HttpRequest, name: str) -> HttpResponse:
    refuse_unknown(request.GET, PARAMETERS)
    negotiate(request, [JSON_FORMAT])
    sheet = _sheet(authenticate_request(request), name)
    return JsonResponse(metadata(request, sheet), headers=caching([sheet.spec]))


def _list(request: HttpRequest, sheets: list[Sheet], *, path: str) -> HttpResponse:
    refuse_unknown(request.GET, PARAMETERS)
    chosen = {sheet.spec.id: sheet.name for sheet in sheets if sheet.saved and sheet.saved.is_default}
    default = chosen.get(sheets[0].spec.id, sheets[0].name) if path else ""
    if negotiate(request, [JSON_FORMAT, HTML]) is HTML:
        context = {"sheets": sheets, "layer": sheets[0].spec if path else None, "defaults": set(chosen.values())}
        return page(request, "styles", context)
    document = listing(request, sheets, path=path, default=default)
    return JsonResponse(document, headers=caching([sheet.spec for sheet in sheets]))


def _read(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    refuse_unknown(request.GET, PARAMETERS)
    if negotiate(request, [MAPBOX, HTML]) is HTML:
        return page(request, "style", {"sheet": sheet, "document": stylesheet(request, sheet)})
    headers = {**caching([sheet.spec]), **({"ETag": etag(sheet.version)} if sheet.saved else {})}
    if sheet.saved and request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponse(status=304, headers=headers)
    return JsonResponse(stylesheet(request, sheet), content_type=STYLESHEET, headers=headers)


def _create(request: HttpRequest, user: Caller) -> HttpResponse:
    actor = _planner(user)
    document = _body(request)
    layers = {part.get("source-layer") for part in document["layers"] if isinstance(part, dict)} - {None}
    if len(layers) != 1:
        raise InvalidStyle(_("A style draws one layer, which its parts name as source-layer."))
    spec = readable_layer(user, str(layers.pop()))
    wanted = _wanted(document, title=str(document.get("name") or spec.title))
    saved = create_style(spec.id, name_for(wanted.title, layer=spec.id), wanted, actor=actor.actor)
    return _written(request, saved, status=201)


def _change(request: HttpRequest, sheet: Sheet, actor: User) -> HttpResponse:
    if sheet.saved is None:
        raise OwnStyle(_("A layer's own style follows from its declaration; save one of your own beside it."))
    version = required_version(request, sheet.version)
    if request.method == "DELETE":
        delete_style(sheet.name, version=version, actor=actor.actor)
        return HttpResponse(status=204)
    document = _body(request)
    wanted = _wanted(document, title=str(document.get("name") or sheet.title))
    return _written(request, replace_style(sheet.name, wanted, version=version, actor=actor.actor), status=204)


def _wanted(document: dict[str, Any], *, title: str) -> Wanted:
    """The drawn layers of a MapLibre style. Sources, fonts and images are ours, whatever the document calls them.

    Addresses of ours, as they come with a style that was read here, are left out; others nobody would follow, and a
    style that needs them would not look as its author meant.
    """
    for name in ("sprite", "glyphs", "imports", "terrain", "sky"):
        if document.get(name):
            raise InvalidStyle(_("A style has no {name} of its own.").format(name=name), fields={name: _("Remove it.")})
    return Wanted(title=title, drawn=document["layers"])


def _body(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > BYTES_MAX:
        raise StyleTooLarge(_("A style may be {limit} kB long.").format(limit=BYTES_MAX // 1024))
    try:
        document = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise InvalidStyle(_("The body is not JSON.")) from error
    if not isinstance(document, dict) or document.get("version") != 8 or not isinstance(document.get("layers"), list):
        raise InvalidStyle(_("The body must be a MapLibre style of version 8 with layers."))
    if not document["layers"]:
        raise InvalidStyle(_("The style draws nothing."))
    for name, source in (document.get("sources") or {}).items():
        _refuse_foreign_source(request, name, source)
    return document


def _refuse_foreign_source(request: HttpRequest, name: str, source: Any) -> None:
    addresses = [source.get("url", ""), *source.get("tiles", [])] if isinstance(source, dict) else [""]
    ours = base_url(request) + "/"
    if any(not isinstance(text, str) or (text and not text.startswith((ours, "/ogc/"))) for text in addresses):
        raise InvalidStyle(_("The source {name} is not one of ours.").format(name=str(name)[:60]))


def _sheet(user: Caller, name: str) -> Sheet:
    """Raises UnknownStyle, also for a style of a layer that the caller may not know of."""
    try:
        saved = SavedStyle.objects.filter(name=name).first()
        return Sheet(spec=readable_layer(user, saved.layer if saved else name), saved=saved)
    except catalog.UnknownLayer as error:
        raise UnknownStyle(_("There is no such style.")) from error


def _saved(layers: list[str]) -> list[Sheet]:
    return [Sheet(spec=catalog.layer(found.layer), saved=found) for found in styles_of(layers)]


def _written(request: HttpRequest, saved: SavedStyle, *, status: int) -> HttpResponse:
    response = HttpResponse(status=status, headers={"ETag": etag(saved.version)})
    response["Location"] = f"{base_url(request)}/styles/{saved.name}"
    return response


def _planner(user: Caller) -> User:
    if not isinstance(user, User):
        raise NotSignedIn(_("Sign in, or send an API key, to edit this layer."))
    return require_role(user, Role.PLANNER)


def _methods(user: Caller, *writing: str) -> str:
    return ", ".join(["GET", "HEAD", "OPTIONS", *(writing if has_role(user, Role.PLANNER) else ())])


def _allow(user: Caller, *writing: str) -> HttpResponse:
    return HttpResponse(headers={"Allow": _methods(user, *writing)})


def _not_allowed(user: Caller, *writing: str) -> MethodNotAllowed:
    return MethodNotAllowed(_("Use one of: {methods}.").format(methods=_methods(user, *writing)))
