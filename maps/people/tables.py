"""What the desk's lists have in common: a page of rows that keeps the search, and a CSV that no table runs."""

import csv
from collections.abc import Iterable

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

PAGE = 25
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def page_of[M](request: HttpRequest, rows: "QuerySet[M]") -> "Page[M]":  # type: ignore[type-var]
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def rest_of(request: HttpRequest) -> str:
    """The query of the present list without its page, to put before another page's number."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"{query.urlencode()}&" if query else ""


def as_csv(name: str, head: list[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """RFC 4180, with a mark of the encoding for table programs, which would take some texts for formulas."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    csv.writer(response).writerows([[_harmless(cell) for cell in row] for row in (head, *rows)])
    return response


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else "" if cell is None else cell
