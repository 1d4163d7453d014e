"""Pages by key: the next page starts after the last row, so it costs the same however far one has read."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import InvalidInput

LIMIT = 100
LIMIT_MAX = 10_000
CURSOR_LENGTH_MAX = 500  # characters


class InvalidCursor(InvalidInput):
    code = "invalid-cursor"
    title = _("The page's cursor is not valid; start from the first page")


@dataclass(frozen=True, kw_only=True)
class Page[M: Model]:
    """`next_cursor` leads to the following page; "" on the last one."""

    items: list[M]
    next_cursor: str


def page[M: Model](
    rows: QuerySet[M], *, order: Sequence[str] = ("pk",), limit: int = LIMIT, cursor: str = ""
) -> Page[M]:
    """The rows after `cursor`, ordered by fields such as ("-at", "pk") that hold no NULL and end with a unique one.

    Cursors are opaque but not signed: they choose where to start, never what may be seen.
    """
    after = _decode(cursor, length=len(order)) if cursor else []
    try:
        found = list((rows.filter(_after(order, after)) if after else rows).order_by(*order)[: limit + 1])
    except (ValidationError, ValueError, TypeError) as error:  # the cursor holds values of another type
        raise InvalidCursor() from error
    items = found[:limit]
    is_last = len(found) <= limit or not items
    return Page(items=items, next_cursor="" if is_last else _encode([_value(items[-1], field) for field in order]))


def limit_of(given: str | int | None, *, default: int = LIMIT, maximum: int = LIMIT_MAX) -> int:
    """The page size asked for: at least 1, lowered to `maximum` (as OGC API does) rather than refused above it."""
    if given is None or given == "":
        return default
    text = str(given)
    if not text.isdecimal() or int(text[:10]) < 1:
        raise InvalidInput(fields={"limit": _("A whole number from 1")})
    return min(int(text[:10]), maximum)


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """(a, b) > (x, y) written out, for each field may run its own way: a > x OR (a = x AND b > y)."""
    condition, equal = Q(), Q()
    for field, value in zip(order, values, strict=True):
        name = field.lstrip("-")
        comparison = f"{name}__lt" if field.startswith("-") else f"{name}__gt"
        condition |= equal & Q(**{comparison: value})
        equal &= Q(**{name: value})
    return condition


def _value(row: Model, field: str) -> Any:
    value: Any = row
    for part in field.lstrip("-").split("__"):
        value = getattr(value, part)
    return value


def _encode(values: list[Any]) -> str:
    text = json.dumps(values, cls=ExactEncoder, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, *, length: int) -> list[Any]:
    if len(cursor) > CURSOR_LENGTH_MAX:
        raise InvalidCursor()
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor() from error
    if not isinstance(values, list) or len(values) != length or any(isinstance(v, list | dict) for v in values):
        raise InvalidCursor()
    return values


class ExactEncoder(DjangoJSONEncoder):
    """Times with their microseconds, which Django's own encoder cuts: a cursor must name the very row."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
