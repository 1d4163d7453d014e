"""The history of a feature, the difference between two of its versions, and the way back to one of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core.errors import CityError
from layers.base.drafting import past
from layers.base.editing import FeatureNotFound, restore_feature
from layers.base.models import Change
from maps.editor.access import bounds_of, editor_of, for_editors, layer_to_edit
from maps.editor.differences import differences
from maps.editor.history import feature_label, recent
from maps.editor.submissions import reason_of, whole_number


@require_safe
@for_editors
def history_page(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    """The versions, and the difference of two: `older` and `newer`, or else what the last change did."""
    spec = layer_to_edit(request, layer_id)
    versions = recent(spec, feature_id)
    if not versions:
        raise FeatureNotFound(_("There is no such feature."))
    latest = versions[0].change
    numbers = [version.change.version for version in versions]
    newer = whole_number(request.GET.get("newer", "")) or numbers[0]
    older = whole_number(request.GET.get("older", "")) or next((n for n in numbers if n < newer), newer)
    older, newer = sorted((older, newer))
    context = {
        "layer": spec,
        "feature_id": feature_id,
        "label": feature_label(spec, latest.state),
        "versions": versions,
        "latest": latest,
        "deleted": latest.operation == Change.Operation.DELETE,
        "older": older,
        "newer": newer,
        "differences": differences(spec, past(spec, feature_id, older), past(spec, feature_id, newer)),
    }
    return render(request, "maps/editor/history.html", context)


@require_POST
@for_editors
def restore(request: HttpRequest, layer_id: str, feature_id: int) -> HttpResponse:
    spec = layer_to_edit(request, layer_id)
    to_version = whole_number(request.POST.get("to_version", ""))
    reason = reason_of(request.POST) or _("version {version} restored").format(version=to_version)
    try:
        restore_feature(
            spec,
            feature_id,
            to_version=to_version,
            version=whole_number(request.POST.get("version", "")),
            actor=editor_of(request).actor,
            reason=reason,
            within=bounds_of(request, spec, "update"),
        )
    except CityError as error:
        messages.error(request, str(error))
        return redirect("editor-history", spec.id, feature_id)
    messages.success(request, _("Version {version} is there again.").format(version=to_version))
    return redirect("editor-feature", spec.id, feature_id)
