"""All programmes: searched, filtered by how far they are and by funder, sorted, page by page."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gis_platform.core import clock
from gis_platform.core.languages import active_language
from maps.programmes.access import for_readers, may_write
from maps.programmes.states import TAGS, Standing, with_standing
from rules.benefits.models import Programme

PAGE_SIZE = 50
PAGE_MAX = 10_000
WORDS_LENGTH_MAX = 100
SORTS = ("code", "standing", "funder", "legal_date", "first_day", "used")


@dataclass(frozen=True, kw_only=True)
class Asked:
    words: str = ""
    standing: str = ""
    funder: str = ""
    sort: str = "code"
    page: int = 1

    def query(self, **changes: Any) -> str:
        """The query string of the same list with something changed; what is as usual is left out."""
        usual, names = vars(Asked()), {"words": "q"}
        values = vars(replace(self, **changes))
        return urlencode({names.get(key, key): value for key, value in values.items() if value != usual[key]})

    @property
    def filtered(self) -> bool:
        return bool(self.words or self.standing or self.funder)


@dataclass(frozen=True, kw_only=True)
class Column:
    title: str
    query: str
    order: str  # for aria-sort


@dataclass(frozen=True, kw_only=True)
class Line:
    programme: Any  # with what `with_standing` adds
    name: str
    standing: str
    tag: str
    last_day: date | None
    used_percent: int


@require_safe
@for_readers
def programmes_page(request: HttpRequest) -> HttpResponse:
    asked = _asked(request.GET)
    found = _found(asked)
    matched = found.count()
    start = (asked.page - 1) * PAGE_SIZE
    context = {
        "asked": asked,
        "lines": [_line(programme) for programme in found[start : start + PAGE_SIZE]],
        "matched": matched,
        "first": start + 1,
        "last": min(start + PAGE_SIZE, matched),
        "before": asked.query(page=asked.page - 1) if asked.page > 1 else None,
        "after": asked.query(page=asked.page + 1) if start + PAGE_SIZE < matched else None,
        "columns": _columns(asked),
        "standings": Standing.choices,
        "funders": sorted(set(Programme.objects.values_list("funder", flat=True))),
        "may_write": may_write(request),
    }
    return render(request, "maps/programmes/list.html", context)


def _asked(data: QueryDict) -> Asked:
    sort, page = data.get("sort", ""), data.get("page", "")
    standing = data.get("standing", "")
    return Asked(
        words=data.get("q", "").replace("\0", " ").strip()[:WORDS_LENGTH_MAX],
        standing=standing if standing in Standing.values else "",
        funder=data.get("funder", "").replace("\0", " ")[:60],
        sort=sort if sort.removeprefix("-") in SORTS else "code",
        page=min(max(int(page), 1), PAGE_MAX) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
    )


def _found(asked: Asked) -> QuerySet[Programme]:
    programmes = with_standing(Programme.objects.all(), today=clock.today())
    for word in asked.words.split():
        names = Q(name_lv__icontains=word) | Q(name_lt__icontains=word) | Q(name_en__icontains=word)
        act = Q(legal_act__icontains=word) | Q(legal_number__icontains=word)
        programmes = programmes.filter(names | act | Q(code__icontains=word))
    if asked.standing:
        programmes = programmes.filter(Q(standing=asked.standing))
    if asked.funder:
        programmes = programmes.filter(funder=asked.funder)
    column = F(asked.sort.removeprefix("-"))
    order = column.desc(nulls_last=True) if asked.sort.startswith("-") else column.asc(nulls_last=True)
    return programmes.order_by(order, "code")


def _line(programme: Any) -> Line:
    return Line(
        programme=programme,
        name=getattr(programme, f"name_{active_language()}", "") or programme.name,
        standing=str(Standing(programme.standing).label),
        tag=TAGS.get(Standing(programme.standing), ""),
        last_day=programme.end_day - timedelta(days=1) if programme.end_day else None,
        used_percent=round(100 * programme.used / programme.limit) if programme.limit else 0,
    )


def _columns(asked: Asked) -> list[Column]:
    titles = (_("Programme"), _("State"), _("Funder"), _("Legal basis"), _("In force"), _("Budget used"))
    return [_column(title, sort, asked) for title, sort in zip(titles, SORTS, strict=True)]


def _column(title: str, sort: str, asked: Asked) -> Column:
    if asked.sort.removeprefix("-") != sort:
        return Column(title=title, query=asked.query(sort=sort, page=1), order="none")
    descends = asked.sort.startswith("-")
    return Column(
        title=title,
        query=asked.query(sort=sort if descends else f"-{sort}", page=1),
        order="descending" if descends else "ascending",
    )
