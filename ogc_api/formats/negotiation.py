"""Which of the offered formats a request wants: `f` decides, else Accept (RFC 9110, 12.5.1), else the first."""

from collections.abc import Sequence
from functools import lru_cache

from django.http import HttpRequest
from django.http.request import MediaType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gis_platform.core.errors import CityError
from ogc_api.formats.offered import ITEMS, Format
from ogc_api.parameters import InvalidParameter

HEADERS_REMEMBERED = 256  # clients send few different ones, and reading one costs as much as a small query

NAMED = 2  # the specificity of a media range without a star; parameters such as charset or profile are not looked at


class NotAcceptable(CityError):
    code = "not-acceptable"
    status = 406
    title = gettext_lazy("None of the formats that the request accepts is offered here")


def negotiate(request: HttpRequest, offered: Sequence[Format] = ITEMS) -> Format:
    """Raises InvalidParameter for an unknown `f`, NotAcceptable for an Accept that fits nothing."""
    if wanted := request.GET.get("f", ""):
        for known in offered:
            if wanted in known.names:
                return known
        raise InvalidParameter(_("f must be one of: {names}.").format(names=", ".join(known.name for known in offered)))
    return _best(request.META.get("HTTP_ACCEPT", ""), tuple(offered))


@lru_cache(maxsize=HEADERS_REMEMBERED)
def _best(accept: str, offered: tuple[Format, ...]) -> Format:
    best = max(offered, key=lambda known: _preference(accept, known))
    if _preference(accept, best)[0] == 0:
        types = [known.media_type for known in offered]
        raise NotAcceptable(_("This can be had as: {types}.").format(types=", ".join(types)), acceptable=types)
    return best


def _preference(accept: str, known: Format) -> tuple[float, int]:
    """The quality (0 for refused) that Accept gives a format, and how exactly it is meant."""
    sent, *also = (_quality(accept, media_type) for media_type in known.media_types)
    return max(sent, *(named for named in also if named[1] >= NAMED), (0, 0))


def _quality(accept: str, media_type: str) -> tuple[float, int]:
    ranges = [MediaType(text) for text in (accept.strip() or "*/*").split(",") if text.strip()]
    # The most specific range that matches decides, even where it refuses: "text/html;q=0, */*" is anything but HTML.
    matching = [wanted for wanted in ranges if MediaType(media_type).match(f"{wanted.main_type}/{wanted.sub_type}")]
    if not matching:
        return (0, 0)
    closest = max(matching, key=lambda wanted: wanted.specificity)
    return (closest.quality, min(closest.specificity, NAMED))
