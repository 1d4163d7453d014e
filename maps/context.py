"""What every page's template knows: the city, its languages and the way to the other pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class PageLink:
    title: str | Promise
    url: str
    current: bool


# Name of the URL, title, whether only staff see it. A page whose room is not mounted is left out.
PAGES: tuple[tuple[str, str | Promise, bool], ...] = (
    ("map", _("Map"), False),
    ("monitor", _("Monitor"), False),
    ("editor", _("Editor"), True),
    ("admin:index", _("Console"), True),
)


def city(request: HttpRequest) -> dict[str, Any]:
    languages = dict(settings.LANGUAGES)
    return {
        "city": settings.CITY,
        "city_languages": [(code, languages[code]) for code in settings.CITY.languages],
        "city_pages": list(_pages(request)),
        "demo": settings.DEMO,
    }


def _pages(request: HttpRequest) -> Iterator[PageLink]:
    user = getattr(request, "user", None)
    for name, title, staff_only in PAGES:
        if staff_only and not (user and user.is_active and user.is_staff):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        yield PageLink(title=title, url=url, current=_is_current(request.path, url))


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
