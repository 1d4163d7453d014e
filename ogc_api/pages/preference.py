"""What an answer is to be: a page for people, or data."""

from django.conf import settings
from django.http import HttpRequest

from ogc_api.formats.negotiation import NotAcceptable, negotiate
from ogc_api.formats.offered import GEOJSON, HTML


def wants_html(request: HttpRequest) -> bool:
    """Whether a browser asks: f=html, or text/html rather than JSON in Accept."""
    if wanted := request.GET.get("f", ""):
        return wanted in HTML.names
    try:
        return negotiate(request, (GEOJSON, HTML)) is HTML
    except NotAcceptable:
        return False


def language_of(request: HttpRequest) -> str:
    """The language of the answer: the one that `lang` names, else the reader's."""
    wanted = request.GET.get("lang", "")[:2].lower()
    return wanted if wanted in settings.CITY.languages else getattr(request, "LANGUAGE_CODE", settings.CITY.language)
