"""Handing a reward out at a desk: the code in, what to hand over out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from gis_platform.core.errors import CityError
from maps.loyalty.access import HANDERS_OUT, for_roles, user_of
from rules.loyalty import rewards


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*HANDERS_OUT)
def hand_out(request: HttpRequest) -> HttpResponse:
    """The answer stands big on the page: what to hand over, or why not."""
    context: dict[str, object] = {}
    status = 200
    if request.method == "POST":
        try:
            context["done"] = rewards.use(request.POST.get("code", ""), actor=user_of(request).actor)
        except CityError as error:
            context["refused"], context["code"], status = str(error), request.POST.get("code", "")[:20], error.status
    return render(request, "maps/loyalty/hand_out.html", context, status=status)
