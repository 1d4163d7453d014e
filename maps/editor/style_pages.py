"""How a layer is drawn: its styles, a form for the simple choices, and the JSON for experts, beside a live map."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gis_platform.core.errors import CityError
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, require_role
from layers import catalog
from layers.catalog import LayerSpec
from layers.styles.checking import BYTES_MAX, InvalidStyle, StyleTooLarge
from layers.styles.models import SavedStyle
from layers.styles.queries import style, styles_of, versions_of
from layers.styles.services import (
    UnknownStyle,
    Wanted,
    choose_default,
    create_style,
    delete_style,
    name_for,
    replace_style,
    undo_style,
)
from maps.editor.access import editor_of, for_editors
from maps.editor.people import names_of
from maps.editor.start import start
from maps.editor.submissions import whole_number
from maps.map_layers import kinds, map_layer, styled
from maps.templatetags.city import icon_names

LABEL_ZOOM = 14.5  # as the map's script has it where a style says nothing


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def styles_page(request: HttpRequest, layer_id: str) -> HttpResponse:
    """Raises RoleMissing for whoever is no planner."""
    user = require_role(editor_of(request), Role.PLANNER)
    spec = catalog.layer(layer_id)
    if request.method == "POST":
        return _posted(request, spec, user)
    name = request.GET.get("style", "")
    return _page(request, spec, _saved(spec, name) if name else None)


def _posted(request: HttpRequest, spec: LayerSpec, user: User) -> HttpResponse:
    name = request.POST.get("name", "")
    try:
        return _at(spec, _act(request, spec, name, actor=user.actor))
    except CityError as error:
        return _page(request, spec, _saved(spec, name) if name else None, error=error)


def _act(request: HttpRequest, spec: LayerSpec, name: str, *, actor: str) -> str:
    """Does what the button says, and returns the name of the style to show next."""
    version = whole_number(request.POST.get("version", ""))
    if name:
        _saved(spec, name)
    match request.POST.get("act"):
        case "save" if name:
            replace_style(name, _wanted(request, spec), version=version, actor=actor)
        case "save":
            wanted = _wanted(request, spec)
            return create_style(spec.id, name_for(wanted.title, layer=spec.id), wanted, actor=actor).name
        case "undo":
            undo_style(name, version=version, actor=actor)
        case "delete":
            delete_style(name, version=version, actor=actor)
            return ""
        case "default":
            choose_default(spec.id, name or None)
    return name


def _wanted(request: HttpRequest, spec: LayerSpec) -> Wanted:
    sent = request.POST
    choices: dict[str, Any] = {
        "color": sent.get("color", spec.style.color).lower(),
        "icon": sent.get("icon", spec.style.icon),
        "size": _number(sent.get("size", "1")),
        "labels": "labels" in sent,
        "label_zoom": _number(sent.get("label_zoom", str(LABEL_ZOOM))),
        "classes": {kind: sent.get(f"class:{kind}", "").lower() for kind in kinds(spec) if f"class-on:{kind}" in sent},
    }
    return Wanted(title=sent.get("title", ""), choices=choices, drawn=_drawn(sent.get("drawn", "")))


def _drawn(text: str) -> list[dict[str, Any]]:
    if not text.strip():
        return []
    if len(text) > BYTES_MAX:
        raise StyleTooLarge(_("A style may be {limit} kB long.").format(limit=BYTES_MAX // 1024))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidStyle(_("The body is not JSON.")) from error
    drawn: list[dict[str, Any]] = found.get("layers", []) if isinstance(found, dict) else found
    return drawn


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InvalidStyle(_("“{text}” is not a number.").format(text=text[:20])) from error


def _saved(spec: LayerSpec, name: str) -> SavedStyle:
    found = style(name)
    if found.layer != spec.id:
        raise UnknownStyle(_("There is no such style."))
    return found


def _at(spec: LayerSpec, name: str) -> HttpResponseRedirect:
    address = reverse("editor-styles", args=[spec.id])
    return HttpResponseRedirect(f"{address}?style={name}" if name else address)


def _page(
    request: HttpRequest, spec: LayerSpec, chosen: SavedStyle | None, *, error: CityError | None = None
) -> HttpResponse:
    choices = chosen.choices if chosen else {}
    classes = choices.get("classes", {})
    versions = versions_of(chosen.name) if chosen else []
    names = names_of(version.actor for version in versions)
    color = choices.get("color", spec.style.color)
    known = styles_of([spec.id])
    context = {
        "layer": spec,
        "styles": known,
        "drawn_as_declared": not any(found.is_default for found in known),
        "chosen": chosen,
        "choices": {"color": color, "icon": spec.style.icon, "size": 1, "labels": True, "label_zoom": LABEL_ZOOM}
        | choices,
        "classes": [(kind, title, classes.get(kind)) for kind, title in kinds(spec).items()],
        "drawn": json.dumps(chosen.drawn, indent=2, ensure_ascii=False) if chosen and chosen.drawn else "",
        "versions": [(version, names.get(version.actor, "")) for version in versions],
        "icons": icon_names(),
        "error": error,
        "start": start(),
        "drawing": styled(map_layer(spec), chosen),
    }
    return render(request, "maps/editor/styles.html", context, status=error.status if error else 200)
