"""The editor's first page, and for each layer the list of its features and of its latest changes."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from layers.base.drafting import Counts, Line, counts, lines, shapes
from layers.base.models import Change, Status
from layers.catalog import LayerSpec
from maps.editor.access import editable_layers, editor_of, for_editors, layer_to_edit, may_import
from maps.editor.history import feature_label
from maps.editor.listing import PAGE_SIZE, Asked, asked, class_property, column, wanted
from maps.editor.people import names_of
from maps.editor.start import start
from maps.map_layers import shape

CHANGES_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class LayerLine:
    layer: LayerSpec
    numbers: Counts
    actor: str

    @property
    def published(self) -> int:
        return self.numbers.by_status.get(Status.PUBLISHED, 0)

    @property
    def drafts(self) -> int:
        return self.numbers.by_status.get(Status.DRAFT, 0)

    @property
    def in_review(self) -> int:
        return self.numbers.by_status.get(Status.REVIEW, 0)


@dataclass(frozen=True, kw_only=True)
class FeatureLine:
    feature: Line
    kind_title: str
    status_title: str
    actor: str


@require_safe
@for_editors
def index(request: HttpRequest) -> HttpResponse:
    user = editor_of(request)
    specs = editable_layers(user)
    numbers = counts(specs)
    names = names_of(found.actor for found in numbers.values())
    groups: dict[str, list[LayerLine]] = {}
    for spec in specs:
        found = numbers[spec.id]
        line = LayerLine(layer=spec, numbers=found, actor=names.get(found.actor, ""))
        groups.setdefault(str(spec.group), []).append(line)
    return render(request, "maps/editor/index.html", {"groups": groups, "may_import": may_import(user)})


@require_safe
@for_editors
def layer_page(request: HttpRequest, layer_id: str) -> HttpResponse:
    spec = layer_to_edit(request, layer_id)
    question = asked(spec, request.GET)
    found, matched = lines(spec, wanted(spec, question))
    names = names_of(line.actor for line in found)
    kinds = class_property(spec)
    kind_titles = {value: str(title) for value, title in kinds.choices} if kinds else {}
    statuses = {value: str(title) for value, title in Status.choices}
    context = {
        "layer": spec,
        "asked": question,
        "lines": [
            FeatureLine(
                feature=line,
                kind_title=kind_titles.get(line.kind, line.kind),
                status_title=statuses.get(line.status, line.status),
                actor=names.get(line.actor, ""),
            )
            for line in found
        ],
        "matched": matched,
        "first": (question.page - 1) * PAGE_SIZE + 1,
        "last": (question.page - 1) * PAGE_SIZE + len(found),
        "columns": _columns(question, kinds is not None),
        "statuses": statuses.items(),
        "kinds": sorted(kind_titles.items(), key=lambda entry: entry[1]),
        "before": question.query(page=question.page - 1) if question.page > 1 else None,
        "after": question.query(page=question.page + 1) if question.page * PAGE_SIZE < matched else None,
        "shapes_query": question.query(page=1),
        "shape": shape(spec),
        "may_style": may_import(editor_of(request)),
        "start": start(),
    }
    return render(request, "maps/editor/layer.html", context)


@require_safe
@for_editors
def layer_shapes(request: HttpRequest, layer_id: str) -> HttpResponse:
    """The features of the list, all its pages, for the map beside it."""
    spec = layer_to_edit(request, layer_id)
    return HttpResponse(shapes(spec, wanted(spec, asked(spec, request.GET))), content_type="application/geo+json")


@require_safe
@for_editors
def layer_changes(request: HttpRequest, layer_id: str) -> HttpResponse:
    """The layer's latest changes, of features that were deleted too."""
    spec = layer_to_edit(request, layer_id)
    changes = list(Change.objects.filter(layer=spec.id).defer("geometry")[:CHANGES_SHOWN])
    names = names_of(change.actor for change in changes)
    shown = [(change, feature_label(spec, change.state), names[change.actor]) for change in changes]
    return render(request, "maps/editor/changes.html", {"layer": spec, "changes": shown})


def _columns(question: Asked, with_kinds: bool) -> list[object]:
    heads = [(_("Name"), "label"), (_("Category"), "kind"), (_("Status"), "status"), (_("Changed"), "changed")]
    return [column(title, sort, question) for title, sort in heads if with_kinds or sort != "kind"]
