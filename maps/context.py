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


@dataclass(frozen=True, kw_only=True)
class PageGroup:
    """Pages that open under one button; `key` is part of an id in the page."""

    key: str
    title: str | Promise
    pages: list[PageLink]

    @property
    def current(self) -> bool:
        return any(page.current for page in self.pages)


# Key, title, whose pages.
GROUPS: tuple[tuple[str, str | Promise, frozenset[Readers]], ...] = (
    ("mine", _("For me"), frozenset({Readers.RESIDENTS})),
    ("work", _("City staff"), frozenset({Readers.STAFF, Readers.CLERKS})),
)

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
    ("fleet", _("Devices"), Readers.STAFF),
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
        "city_pages": _pages(request, frozenset({Readers.ALL})),
        "city_page_groups": list(_groups(request)),
        "demo": settings.DEMO,
    }


def _groups(request: HttpRequest) -> Iterator[PageGroup]:
    for key, title, readers in GROUPS:
        if pages := _pages(request, readers):
            yield PageGroup(key=key, title=title, pages=pages)


def _pages(request: HttpRequest, readers: frozenset[Readers]) -> list[PageLink]:
    """Of these, what the visitor may open."""
    shown, found = readers & _readers(getattr(request, "user", None)), []
    for name, title, reader in PAGES:
        if reader not in shown:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found.append(PageLink(title=title, url=url, current=_is_current(request.path, url)))
    return found


def _readers(user: Any) -> set[Readers]:
    staff = user is not None and user.is_active and user.is_staff
    resident = getattr(user, "resident", None) is not None
    shown = {Readers.ALL} | ({Readers.STAFF} if staff else set()) | ({Readers.RESIDENTS} if resident else set())
    watches = staff and (has_role(user, Role.OPERATOR) or has_role(user, Role.MERCHANT_MANAGER))
    shown |= {Readers.OPERATORS} if watches else set()
    return shown | ({Readers.CLERKS} if staff and has_role(user, Role.CLERK) else set())


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
