"""What a scanned label opens."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.places.services import page_of, resolve


@require_safe
@never_cache
def label(request: HttpRequest, token: str) -> HttpResponse:
    """Sends the phone to the page of the place, with the label to check in by."""
    return HttpResponseRedirect(page_of(resolve(token), label=token))
