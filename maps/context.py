"""What every page's template knows: the city, its languages and the way to the other pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gis_platform.identity.roles import Role, has_role


@dataclass(frozen=True, kw_only=True)
class PageLink:
    title: str | Promise
    url: str
    current: bool


class Readers(Enum):
    ALL = auto()
    RESIDENTS = auto()
    STAFF = auto()
    CLERKS = auto()
    OPERATORS = auto()


# Name of the URL, title, who is shown it. A page whose room is not mounted is left out.
PAGES: tuple[tuple[str, str | Promise, Readers], ...] = (
    ("map", _("Map"), Readers.ALL),
    ("benefits", _("Benefits"), Readers.ALL),
    ("quests", _("Quests"), Readers.ALL),
    ("rewards", _("Rewards"), Readers.RESIDENTS),
    ("my-card", _("My card"), Readers.RESIDENTS),
    ("profile", _("My profile"), Readers.RESIDENTS),
    ("tickets", _("Tickets"), Readers.ALL),
    ("card", _("My code"), Readers.RESIDENTS),
    ("monitor", _("Monitor"), Readers.ALL),
    ("editor", _("Editor"), Readers.STAFF),
    ("labels", _("Quests and labels"), Readers.STAFF),
    ("programmes", _("Programmes"), Readers.STAFF),
    ("settlement", _("Settlement"), Readers.CLERKS),
    ("registration-desk", _("Registration"), Readers.CLERKS),
    ("people", _("People"), Readers.CLERKS),
    ("cards", _("Cards"), Readers.CLERKS),
    ("fleet", _("Devices"), Readers.OPERATORS),
    ("admin:index", _("Console"), Readers.STAFF),
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
    mine = _readers(getattr(request, "user", None))
    for name, title, readers in PAGES:
        if readers not in mine:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        yield PageLink(title=title, url=url, current=_is_current(request.path, url))


def _readers(user: Any) -> set[Readers]:
    staff = user is not None and user.is_active and user.is_staff
    resident = getattr(user, "resident", None) is not None
    shown = {Readers.ALL} | ({Readers.STAFF} if staff else set()) | ({Readers.RESIDENTS} if resident else set())
    watches = staff and (has_role(user, Role.OPERATOR) or has_role(user, Role.MERCHANT_MANAGER))
    shown |= {Readers.OPERATORS} if watches else set()
    return shown | ({Readers.CLERKS} if staff and has_role(user, Role.CLERK) else set())


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
