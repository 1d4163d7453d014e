"""Files into layers: upload, watch it being read, look at what would change, apply or drop, undo."""

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gis_platform.core.errors import CityError, InvalidInput
from gis_platform.identity.roles import Role, require_role
from layers.catalog import LayerSpec
from layers.imports.adding import add_layer
from layers.imports.errors import LayerChanged
from layers.imports.models import ImportRun, StagedRow
from layers.imports.queries import PAGE_ROWS, notes, reasons, rows
from layers.imports.services import drop, request_apply, request_preview, start_import, undo
from layers.imports.states import move
from maps.editor.access import editable_layers, editor_of, for_editors, may_import, whole_layer_to_edit
from maps.editor.history import feature_label
from maps.editor.import_forms import FileForm, ImportForm, LayerForm
from maps.editor.people import names_of
from maps.editor.start import start
from maps.editor.submissions import whole_number

REFUSED = 400
RUNS_SHOWN = 50
SHAPES_MAX = 3000
FINGERPRINT = re.compile(r"[0-9a-f]{32,64}")
Action = StagedRow.Action
SHOWN = (Action.ADD, Action.CHANGE, Action.REMOVE, Action.REJECT)
BUSY = (ImportRun.State.UPLOADED, ImportRun.State.PREVIEWING, ImportRun.State.APPLYING)
COLORS = {Action.ADD: "#1a7040", Action.CHANGE: "#b4530a", Action.REMOVE: "#b3261e", Action.REJECT: "#6b5b95"}


@require_safe
@for_editors
def runs_page(request: HttpRequest) -> HttpResponse:
    """The latest imports into the layers that the user keeps."""
    user = editor_of(request)
    specs = {spec.id: spec for spec in editable_layers(user)}
    found = list(ImportRun.objects.filter(layer__in=specs)[:RUNS_SHOWN])
    names = names_of(run.actor for run in found)
    shown = [(run, specs[run.layer], names[run.actor]) for run in found]
    context = {"runs": shown, "layers": list(specs.values()), "may_import": may_import(user)}
    return render(request, "maps/editor/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def upload_page(request: HttpRequest, layer_id: str) -> HttpResponse:
    spec = whole_layer_to_edit(request, layer_id)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = start_import(
                form.upload,
                layer=spec.id,
                actor=editor_of(request).actor,
                file_name=form.upload.name or "",
                size_bytes=form.upload.size or 0,
                options=form.options(),
            )
        except CityError as error:
            _tell(form, error)
        else:
            request_preview(run)
            return redirect("editor-import", run.pk)
    context = {"layer": spec, "form": form}
    return render(request, "maps/editor/upload.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def add_layer_page(request: HttpRequest) -> HttpResponse:
    """A new layer from a file. The file is read at once, so that a layer that cannot be filled never comes to be."""
    require_role(editor_of(request), Role.PLANNER)
    form = LayerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            spec, run = add_layer(
                form.upload,
                form.new_layer(),
                actor=editor_of(request).actor,
                file_name=form.upload.name or "",
                size_bytes=form.upload.size or 0,
                options=form.options(),
            )
        except CityError as error:
            _tell(form, error)
        else:
            messages.success(request, _("The layer “{title}” is there.").format(title=spec.title))
            return redirect("editor-import", run.pk)
    return render(request, "maps/editor/add_layer.html", {"form": form}, status=REFUSED if form.errors else 200)


@require_safe
@for_editors
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run, spec = _run(request, run_id)
    counts = {Action.ADD: run.adds, Action.CHANGE: run.changes, Action.REMOVE: run.removes, Action.REJECT: run.rejects}
    action = _action(request, counts)
    page = max(whole_number(request.GET.get("page", "")), 1)
    busy = run.state in BUSY
    context: dict[str, Any] = {
        "run": run,
        "layer": spec,
        "actor": names_of([run.actor])[run.actor],
        "busy": busy,
        "tabs": [(member.value, member.label, counts[member]) for member in SHOWN],
        "action": action,
        "rows": [] if busy else [(row, _called(spec, row.properties, row.key)) for row in rows(run, action, page)],
        "page": page,
        "more": page * PAGE_ROWS < counts[Action(action)],
        "reasons": [] if busy else reasons(run),
        "notes": [] if busy else notes(run),
        "color": COLORS[Action(action)],
        "stale": run.error_code == LayerChanged.code,
        "start": start(),
    }
    return render(request, "maps/editor/import.html", context)


@require_safe
@for_editors
def run_state(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far the import is, for the page that waits."""
    run, _spec = _run(request, run_id)
    return JsonResponse({"state": run.state, "progress": run.progress, "message": run.message})


@require_safe
@for_editors
def run_shapes(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Where the rows of one action lie; the first SHAPES_MAX."""
    run, spec = _run(request, run_id)
    staged = StagedRow.objects.filter(run=run, action=_action(request, {}), geometry__isnull=False)
    features = [
        {
            "type": "Feature",
            "id": row.pk,
            "geometry": json.loads(row.geometry.geojson),
            "properties": {"label": _called(spec, row.properties, row.key)},
        }
        for row in staged[:SHAPES_MAX]
        if row.geometry
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_POST
@for_editors
def run_act(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Applies, drops, undoes or reads again, by the button that was pressed."""
    run, _spec = _run(request, run_id)
    try:
        match request.POST.get("act"):
            case "apply":
                request_apply(run)
            case "drop":
                drop(run)
                messages.success(request, _("The import was dropped; nothing has changed."))
            case "again":
                with transaction.atomic():
                    move(run, ImportRun.State.PREVIEWING, progress=0, error_code="", error_text="")
                    request_preview(run)
            case "undo":
                _tell_undone(request, run, undo(run, actor=editor_of(request).actor))
    except CityError as error:
        messages.error(request, str(error))
    return redirect("editor-import", run.pk)


def _tell_undone(request: HttpRequest, run: ImportRun, restored: int) -> None:
    text = ngettext("{count} feature is as it was before.", "{count} features are as they were before.", restored)
    messages.success(request, text.format(count=restored))
    if left := len(run.conflicts):
        text = ngettext(
            "{count} feature was changed since and stays as it is.",
            "{count} features were changed since and stay as they are.",
            left,
        )
        messages.warning(request, text.format(count=left))


def _run(request: HttpRequest, run_id: UUID) -> tuple[ImportRun, LayerSpec]:
    run = get_object_or_404(ImportRun, pk=run_id)
    return run, whole_layer_to_edit(request, run.layer)


def _action(request: HttpRequest, counts: dict[Action, int]) -> str:
    """The rows to show: those asked for, else the first kind of which there are any."""
    wanted = request.GET.get("action", "")
    if wanted in [member.value for member in SHOWN]:
        return wanted
    return next((member.value for member in SHOWN if counts.get(member)), Action.ADD.value)


def _called(spec: LayerSpec, properties: Mapping[str, Any], key: str) -> str:
    """A name for a row: the feature's, else its key unless that is only a fingerprint."""
    return feature_label(spec, properties) or ("" if FINGERPRINT.fullmatch(key) else key)


def _tell(form: FileForm, error: CityError) -> None:
    """The refusal beside the field that it is about; what is about none, beside the file."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    for name, text in fields.items():
        form.add_error(name if name in form.fields else "file", str(text))
    if not fields:
        form.add_error("file", str(error))
