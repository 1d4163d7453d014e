"""The photos of a feature: added with their author, licence and description, put in order, removed."""

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gis_platform.core.errors import CityError, InvalidInput
from layers.base.drafting import draft
from layers.base.models import Photo
from layers.base.photos import (
    About,
    InvalidPhoto,
    add_photo,
    describe_photo,
    photo_field,
    photos_of,
    put_first,
    remove_photo,
    takes_photos,
)
from layers.base.pictures import FILE_BYTES_MAX, SIDE_PX_MAX
from layers.catalog import LayerSpec, UnknownLayer
from maps.editor.access import editor_of, for_editors, whole_layer_to_edit
from maps.editor.history import feature_label

LICENCES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "all-rights-reserved")
ABOUT = tuple(field.name for field in fields(About))
REFUSED = 400


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def photos_page(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    """The feature's photos; a POST adds one."""
    spec = _layer(request, layer_id)
    if request.method != "POST":
        return _page(request, spec, feature_id, values={}, faults={})
    values = {name: request.POST.get(name, "") for name in ABOUT}
    try:
        file = request.FILES.get("image")
        if file is None:
            raise InvalidPhoto(_("Choose a picture."), fields={"image": _("Choose a picture.")})
        add_photo(
            spec,
            feature_id,
            file=file.open(),
            size_bytes=file.size or 0,
            about=About(**values),
            actor=editor_of(request).actor,
        )
    except InvalidInput as error:
        return _page(request, spec, feature_id, values=values, faults=error.fields, status=REFUSED)
    except CityError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The photo was added."))
    return redirect("editor-photos", spec.id, feature_id)


@require_POST
@for_editors
def photo_act(request: HttpRequest, layer_id: str, feature_id: int, photo_id: int) -> HttpResponse:
    """Describes the photo, puts it first or removes it, by the button that was pressed."""
    spec = _layer(request, layer_id)
    actor = editor_of(request).actor
    try:
        match request.POST.get("act"):
            case "describe":
                describe_photo(spec, feature_id, photo_id, about=_about(request.POST), actor=actor)
                messages.success(request, _("The photo’s description was saved."))
            case "first":
                put_first(spec, feature_id, photo_id, actor=actor)
            case "remove":
                remove_photo(spec, feature_id, photo_id, actor=actor)
                messages.success(request, _("The photo was removed."))
    except CityError as error:
        messages.error(request, str(error))
    return redirect("editor-photos", spec.id, feature_id)


def _layer(request: HttpRequest, layer_id: str) -> LayerSpec:
    spec = whole_layer_to_edit(request, layer_id)
    if not takes_photos(spec):
        raise UnknownLayer(_("The features of this layer have no photos."))
    return spec


def _about(data: QueryDict) -> About:
    return About(**{name: data.get(name, "") for name in ABOUT})


def _page(
    request: HttpRequest,
    spec: LayerSpec,
    feature_id: int,
    *,
    values: dict[str, str],
    faults: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    found = draft(spec, feature_id)
    context = {
        "layer": spec,
        "feature": found,
        "label": feature_label(spec, found.state),
        "photos": [(photo, _fields(_values(photo), {})) for photo in photos_of(spec, feature_id)],
        "new_fields": _fields(values, faults),
        "image_error": faults.get("image", ""),
        "licences": LICENCES,
        "megabytes_max": FILE_BYTES_MAX >> 20,
        "side_px_max": SIDE_PX_MAX,
    }
    return render(request, "maps/editor/photos.html", context, status=status)


def _values(photo: Photo) -> dict[str, str]:
    return {name: str(getattr(photo, name)) for name in ABOUT}


def _fields(values: dict[str, str], faults: dict[str, Any]) -> list[dict[str, Any]]:
    """Name, title, text, longest length and fault of each field that says something about a photo."""
    return [
        {
            "name": name,
            "title": photo_field(name).verbose_name,
            "value": values.get(name, ""),
            "length_max": photo_field(name).max_length,
            "error": faults.get(name, ""),
        }
        for name in ABOUT
    ]
