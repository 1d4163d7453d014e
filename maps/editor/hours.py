"""The immediate check of opening hours: what they say, or why they are not understood."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from layers.base.fields import validate_opening_hours
from maps.editor.access import for_editors
from maps.hours import read_hours

LENGTH_MAX = 500  # characters, as OpeningHoursField


@require_safe
@for_editors
def check_hours(request: HttpRequest) -> HttpResponse:
    """A piece of a page: the coming week, or the error."""
    text = request.GET.get("text", "").strip()[:LENGTH_MAX]
    try:
        validate_opening_hours(text)
    except ValidationError as error:
        return render(request, "maps/editor/hours_check.html", {"error": " ".join(error.messages)})
    return render(request, "maps/editor/hours_check.html", {"hours": read_hours(text)})
