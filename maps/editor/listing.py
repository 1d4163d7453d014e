"""A layer's list: what was asked for in the address, and links that change one thing of it."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from layers.base.drafting import SORTS, Wanted
from layers.base.models import Status
from layers.catalog import LayerSpec, Property
from maps.editor.submissions import whole_number
from maps.map_layers import kind_property

PAGE_SIZE = 50
PAGE_MAX = 10_000
WORDS_LENGTH_MAX = 100
DEFAULT_SORT = "-changed"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The list as it was asked for; `sort` begins with "-" when it descends."""

    words: str = ""
    status: str = ""
    kind: str = ""
    sort: str = DEFAULT_SORT
    page: int = 1

    def query(self, **changes: Any) -> str:
        """The query string of the same list with something changed; what is as usual is left out."""
        values = vars(replace(self, **changes))
        usual = vars(Asked())
        names = {"words": "q", "status": "status", "kind": "kind", "sort": "sort", "page": "page"}
        return urlencode({names[key]: value for key, value in values.items() if value != usual[key]})

    @property
    def filtered(self) -> bool:
        return bool(self.words or self.status or self.kind)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A head of the table: `query` sorts by it, or turns the order around; `order` is for aria-sort."""

    title: str
    query: str
    order: str


def asked(spec: LayerSpec, data: QueryDict) -> Asked:
    sort = data.get("sort", "")
    kinds = class_property(spec)
    return Asked(
        words=data.get("q", "").strip()[:WORDS_LENGTH_MAX],
        status=data.get("status", "") if data.get("status", "") in Status.values else "",
        kind=data.get("kind", "") if kinds and data.get("kind", "") in dict(kinds.choices) else "",
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        page=min(max(whole_number(data.get("page", "")), 1), PAGE_MAX),
    )


def wanted(spec: LayerSpec, asked: Asked) -> Wanted:
    kinds = class_property(spec)
    return Wanted(
        words=asked.words,
        status=asked.status,
        kind=(kinds, asked.kind) if kinds and asked.kind else None,
        kind_property=kinds,
        sort=asked.sort.removeprefix("-"),
        descending=asked.sort.startswith("-"),
        limit=PAGE_SIZE,
        offset=(asked.page - 1) * PAGE_SIZE,
    )


def class_property(spec: LayerSpec) -> Property | None:
    """The property that sorts a layer's features into kinds: its category, else the first that has choices."""
    by_name = spec.property(kind_property(spec))
    if by_name and by_name.editable:
        return by_name
    choices = (p for p in spec.editable_properties if p.choices and not p.private and p.name != "wheelchair")
    return next(choices, None)


def column(title: str, sort: str, asked: Asked) -> Column:
    if asked.sort.removeprefix("-") != sort:
        first = f"-{sort}" if sort == "changed" else sort
        return Column(title=title, query=asked.query(sort=first, page=1), order="none")
    descends = asked.sort.startswith("-")
    other = sort if descends else f"-{sort}"
    return Column(title=title, query=asked.query(sort=other, page=1), order="descending" if descends else "ascending")
