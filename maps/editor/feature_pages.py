"""A feature's page in the editor: its form, the way of its status, and its end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gis_platform.core.errors import CityError, InvalidInput
from layers.base.drafting import Draft, draft, past
from layers.base.editing import FeatureConflict, FeatureNotFound, StaleVersion, delete_feature, move_status
from layers.base.models import Status
from layers.base.photos import photos_of, takes_photos
from layers.base.statuses import allowed_moves, has_status
from layers.catalog import LayerSpec
from maps.editor.access import bounds_of, editor_of, for_editors, layer_to_edit
from maps.editor.fields import sections
from maps.editor.history import feature_label, recent
from maps.editor.merging import Row, merge, texts_of
from maps.editor.positions import Position, position_of, takes_points
from maps.editor.start import start
from maps.editor.submissions import REASON_LENGTH_MAX, Submission, add, reason_of, save, submission, whole_number
from maps.map_layers import shape

REFUSED = 400
CHANGED_MEANWHILE = 409
HISTORY_SHOWN = 5
# What a press on a status button does, as its text says it; the table of moves is layers.base.statuses.
MOVE_TITLES = {
    (Status.DRAFT, Status.REVIEW): gettext_lazy("Send to review"),
    (Status.DRAFT, Status.ARCHIVED): gettext_lazy("Archive"),
    (Status.REVIEW, Status.PUBLISHED): gettext_lazy("Publish"),
    (Status.REVIEW, Status.DRAFT): gettext_lazy("Back to draft"),
    (Status.PUBLISHED, Status.DRAFT): gettext_lazy("Take off the map"),
    (Status.PUBLISHED, Status.ARCHIVED): gettext_lazy("Archive"),
    (Status.ARCHIVED, Status.DRAFT): gettext_lazy("Bring back as a draft"),
}


@dataclass(frozen=True, kw_only=True)
class Form:
    """What stands in the form and what is wrong with it. `rows` compare two people's edits, where there are two."""

    version: int
    texts: Mapping[str, str]
    position: Position
    reason: str = ""
    faults: Mapping[str, Any] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    refusal: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def new_feature(request: HttpRequest, layer_id: str) -> HttpResponse:
    spec = layer_to_edit(request, layer_id)
    if request.method != "POST":
        return _new_page(request, spec, Form(version=0, texts=_usual_texts(spec), position=Position()))
    sent = submission(spec, request.POST)
    try:
        stored = add(spec, sent, actor=editor_of(request).actor, within=bounds_of(request, spec, "create"))
    except (InvalidInput, FeatureConflict) as error:
        return _new_page(request, spec, _refused(sent, error), status=REFUSED)
    note = _("Added as a draft. It is on the map as soon as it is published.") if has_status(spec) else _("Added.")
    messages.success(request, note)
    return redirect("editor-feature", spec.id, stored.id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def feature_page(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    spec = layer_to_edit(request, layer_id)
    if request.method == "POST":
        return _save(request, spec, feature_id)
    found = draft(spec, feature_id)
    form = Form(version=found.version, texts=texts_of(spec, found), position=position_of(found.geometry))
    return _page(request, spec, found, form)


@require_POST
@for_editors
def change_status(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    spec = layer_to_edit(request, layer_id)
    to = request.POST.get("to", "")
    try:
        move_status(
            spec,
            feature_id,
            to=to,
            version=whole_number(request.POST.get("version", "")),
            actor=editor_of(request).actor,
            reason=reason_of(request.POST),
            within=bounds_of(request, spec, "update"),
        )
    except CityError as error:
        messages.error(request, str(error))
    else:
        title = dict(Status.choices).get(to, to)
        messages.success(request, _("The status is now: {status}.").format(status=title))
    return redirect("editor-feature", spec.id, feature_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def delete_page(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    spec = layer_to_edit(request, layer_id)
    found = draft(spec, feature_id)
    label = feature_label(spec, found.state)
    if request.method != "POST":
        context = {"layer": spec, "feature": found, "label": label, "reason_length_max": REASON_LENGTH_MAX}
        return render(request, "maps/editor/delete.html", context)
    version = whole_number(request.POST.get("version", ""))
    try:
        delete_feature(
            spec,
            feature_id,
            version=version,
            actor=editor_of(request).actor,
            reason=reason_of(request.POST),
            within=bounds_of(request, spec, "delete"),
        )
    except CityError as error:
        messages.error(request, str(error))
        return redirect("editor-feature", spec.id, feature_id)
    messages.success(
        request,
        format_html(
            '{} <a href="{}">{}</a>',
            _("“{name}” was deleted.").format(name=label or f"#{feature_id}"),
            reverse("editor-history", args=[spec.id, feature_id]),
            _("Undo"),
        ),
    )
    return redirect("editor-layer", spec.id)


def _save(request: HttpRequest, spec: LayerSpec, feature_id: int) -> HttpResponse:
    sent = submission(spec, request.POST)
    base = past(spec, feature_id, sent.version)
    actor = editor_of(request).actor
    try:
        stored = save(
            spec, sent, base=base, version=sent.version, actor=actor, within=bounds_of(request, spec, "update")
        )
    except (InvalidInput, FeatureConflict) as error:
        return _page(request, spec, draft(spec, feature_id), _refused(sent, error), status=REFUSED)
    except StaleVersion:
        return _save_on_top(request, spec, sent, base, actor=actor)
    except FeatureNotFound:
        return _deleted_meanwhile(request, spec, sent, base)
    return _saved(request, spec, stored.id)


def _save_on_top(request: HttpRequest, spec: LayerSpec, sent: Submission, base: Draft, *, actor: str) -> HttpResponse:
    """Saves all the same where the newer versions left these fields alone; else shows who wrote what."""
    current = draft(spec, base.id)
    merged = merge(spec, base=base, current=current, texts=sent.texts, position=sent.position)
    if not merged.theirs_changed:
        try:
            within = bounds_of(request, spec, "update")
            stored = save(spec, sent, base=base, version=current.version, actor=actor, within=within)
            return _saved(request, spec, stored.id)
        except StaleVersion as error:  # a third editor, in this very moment: the form comes back as it was sent
            return _page(request, spec, current, _refused(sent, error), status=CHANGED_MEANWHILE)
    form = Form(
        version=current.version,
        texts=merged.texts,
        position=merged.position,
        reason=sent.reason,
        theirs=merged.theirs,
        rows=merged.rows,
    )
    return _page(request, spec, current, form, status=CHANGED_MEANWHILE)


def _deleted_meanwhile(request: HttpRequest, spec: LayerSpec, sent: Submission, base: Draft) -> HttpResponse:
    """The form as it was sent; once the feature is restored, the same form can be sent again."""
    refusal = format_html(
        '{} <a href="{}">{}</a>',
        _("Somebody has deleted the feature meanwhile. Restore it in another tab, then save again:"),
        reverse("editor-history", args=[spec.id, base.id]),
        _("history"),
    )
    form = Form(version=sent.version, texts=sent.texts, position=sent.position, reason=sent.reason, refusal=refusal)
    return _page(request, spec, base, form, status=CHANGED_MEANWHILE)


def _saved(request: HttpRequest, spec: LayerSpec, feature_id: int) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("editor-feature", spec.id, feature_id)


def _refused(sent: Submission, error: CityError) -> Form:
    faults = error.fields if isinstance(error, InvalidInput) else {}
    return Form(
        version=sent.version,
        texts=sent.texts,
        position=sent.position,
        reason=sent.reason,
        faults=faults,
        refusal=_("Nothing was saved. Correct what is marked.") if faults else str(error),
    )


def _usual_texts(spec: LayerSpec) -> dict[str, str]:
    """What a new feature begins with: the layer's licence; everything else is the editor's to say."""
    return {"licence": spec.licence}


def _new_page(request: HttpRequest, spec: LayerSpec, form: Form, *, status: int = 200) -> HttpResponse:
    return render(request, "maps/editor/new.html", _form_context(spec, form, geometry=None), status=status)


def _page(request: HttpRequest, spec: LayerSpec, found: Draft, form: Form, *, status: int = 200) -> HttpResponse:
    context = _form_context(spec, form, geometry=found.geometry) | {
        "feature": found,
        "label": feature_label(spec, found.state),
        "status_title": dict(Status.choices).get(found.status, found.status),
        "moves": [(move, MOVE_TITLES[Status(found.status), move]) for move in allowed_moves(spec, found.status)],
        "photos": photos_of(spec, found.id),
        "takes_photos": takes_photos(spec),
        "history": recent(spec, found.id, limit=HISTORY_SHOWN),
        "on_map": found.status == Status.PUBLISHED and spec.access == "public",
    }
    return render(request, "maps/editor/feature.html", context, status=status)


def _form_context(spec: LayerSpec, form: Form, *, geometry: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "layer": spec,
        "form": form,
        "sections": sections(spec, form.texts, faults=form.faults, theirs=form.theirs),
        "position_error": form.faults.get("geometry", ""),
        "takes_points": takes_points(spec),
        "as_text": bool(form.position.geojson) or not takes_points(spec),
        "too_large": geometry is not None and geometry["type"] != "Point" and not form.position.geojson,
        "geometry": json.dumps(geometry),
        "shape": shape(spec),
        "reason_length_max": REASON_LENGTH_MAX,
        "start": start(),
    }
