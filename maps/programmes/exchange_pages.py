"""Programmes as JSON files, out and in, and the schema that says what such a file has."""

import json

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gis_platform.core.errors import CityError, InvalidInput
from maps.programmes.access import for_readers, for_writers, member_of_staff
from rules.benefits import documents
from rules.benefits.models import Programme

REFUSED = 422


@require_safe
@for_readers
def export(request: HttpRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(Programme, code=code)
    text = json.dumps(documents.export(programme), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme.code}.json"'
    return response


@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    """Public: whoever writes a programme for the city can check the file beforehand."""
    return JsonResponse(documents.schema(), content_type="application/schema+json")


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def import_page(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "maps/programmes/import.html", {"most": documents.BYTES_MAX // 1000})
    try:
        programme = documents.take_in(_content(request), user=member_of_staff(request))
    except CityError as error:
        fields = error.fields if isinstance(error, InvalidInput) else {}
        context = {"error": error, "fields": fields, "most": documents.BYTES_MAX // 1000}
        return render(request, "maps/programmes/import.html", context, status=REFUSED)
    messages.success(request, _("Taken in. Its versions are drafts now."))
    return redirect("programme", programme.code)


def _content(request: HttpRequest) -> bytes:
    """At most one byte more than is allowed, so that a large file is refused and not read."""
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        content: bytes = file.read(documents.BYTES_MAX + 1)
        return content
    return b""
