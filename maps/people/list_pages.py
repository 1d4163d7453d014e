"""A list on its way into a group: uploaded, looked at, applied or dropped, undone."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from gis_platform.core.errors import CityError
from gis_platform.residents.lists import services
from gis_platform.residents.lists.errors import REASONS
from gis_platform.residents.lists.reading import require_size
from gis_platform.residents.models import Group, GroupImport, GroupImportRow
from maps.people.tables import as_csv
from maps.settlement.access import clerk_of, for_clerks

ROWS = 50
WAITING = (GroupImport.State.UPLOADED, GroupImport.State.APPLYING)


@require_POST
@for_clerks
def upload(request: HttpRequest, code: str) -> HttpResponse:
    group, file = get_object_or_404(Group, code=code), request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file."))
        return redirect("group", code)
    try:
        run = services.start(
            group,
            _content(file),
            file_name=file.name or "list",
            mode=request.POST.get("mode", ""),
            actor=clerk_of(request).actor,
        )
    except CityError as error:
        messages.error(request, str(error))
        return redirect("group", code)
    return redirect("group-import", code, run.pk)


@require_safe
@for_clerks
def run_page(request: HttpRequest, code: str, run_id: str) -> HttpResponse:
    run = get_object_or_404(GroupImport.objects.select_related("group"), pk=run_id, group__code=code)
    action = request.GET.get("action", "reject" if run.rejects else "add")
    rows = run.rows.filter(action=action).select_related("resident")
    if request.GET.get("form") == "csv":
        rejected = run.rows.filter(action=GroupImportRow.Action.REJECT)
        return as_csv("rejected", ["row", "reason"], ([one.row, REASONS[one.reason]] for one in rejected))
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "page": page,
        "rest": f"action={action}&",
        "action": action,
        "lines": [(one, REASONS.get(one.reason, "")) for one in page.object_list],
        "waiting": run.state in WAITING,
        "counts": _counts(run),
    }
    return render(request, "maps/people/list.html", context)


@require_POST
@for_clerks
def act(request: HttpRequest, code: str, run_id: str) -> HttpResponse:
    run = get_object_or_404(GroupImport.objects.select_related("group"), pk=run_id, group__code=code)
    actor = clerk_of(request).actor
    match request.POST.get("act"):
        case "apply":
            services.request_apply(run, actor=actor)
        case "drop":
            services.drop(run, actor=actor)
        case "undo":
            undone = services.undo(run, actor=actor)
            said = ngettext("%(count)d membership is as before.", "%(count)d memberships are as before.", undone)
            messages.success(request, said % {"count": undone})
    return redirect("group-import", code, run_id)


def _content(file: "UploadedFile[bytes]") -> bytes:
    """Refused by its size before it is read."""
    require_size(file.size or 0)
    content: bytes = file.read()
    return content


def _counts(run: GroupImport) -> list[tuple[str, str, int]]:
    return [
        ("add", _("join"), run.adds),
        ("remove", _("leave"), run.removes),
        ("unchanged", _("are in it already"), run.unchanged),
        ("reject", _("rejected"), run.rejects),
    ]
