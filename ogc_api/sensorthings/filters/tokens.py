"""Cuts the text of an expression into tokens. Every kind of literal is recognised here, and nowhere else."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import shapely
from django.utils.translation import gettext as _

from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.geometries import placed
from gis_platform.core.cql2.limits import VERTICES_MAX
from ogc_api.sensorthings.filters.syntax import ExpressionError, Period, Shape, Value

TEXT_LENGTH_MAX = 8_000  # characters
TOKENS_MAX = 800
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)"
TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<shape>(?:geography|geometry)'[^']*')
    |(?P<duration>duration'[^']*')
    |(?P<text>'(?:[^']|'')*')
    |(?P<period>{INSTANT}/{INSTANT})
    |(?P<instant>{INSTANT})
    |(?P<day>\d{{4}}-\d\d-\d\d(?![\dT]))
    |(?P<clock>\d\d:\d\d:\d\d(?:\.\d{{1,12}})?)
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<name>@?[^\W\d][\w.]*(?:/@?[^\W\d][\w.]*)*)
    |(?P<mark>[(),-])""",
    re.VERBOSE,
)
DURATION = re.compile(
    r"(-?)P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?", re.ASCII
)
CONSTANTS = {"null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is "name", "mark", "end" or "literal"; `value` is that of a literal."""

    kind: str
    text: str
    value: Value = None


def tokens(text: str) -> list[Token]:
    """Raises ExpressionError. The last token has the kind "end"."""
    if len(text) > TEXT_LENGTH_MAX:
        raise ExpressionError(_("More than %(max)d characters.") % {"max": TEXT_LENGTH_MAX})
    if "\0" in text or (not text.isascii() and any(0xD800 <= ord(letter) < 0xE000 for letter in text)):
        raise ExpressionError(_("There is a character that no text holds."))
    found = [*_cut(text)]
    if len(found) > TOKENS_MAX:
        raise ExpressionError(_("More than %(max)d words and signs.") % {"max": TOKENS_MAX})
    return [*found, Token("end", "")]


def _cut(text: str) -> Iterator[Token]:
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(_("“%(text)s” is not understood.") % {"text": text[place : place + 30]})
        place = match.end()
        kind = match.lastgroup or ""
        if kind != "space":
            yield _token(kind, match.group())


def _token(kind: str, text: str) -> Token:
    if kind == "name" and text in CONSTANTS:
        return Token("literal", text, CONSTANTS[text])
    if kind in ("name", "mark"):
        return Token(kind, text)
    try:
        return Token("literal", text, READERS[kind](text))
    except FilterError as error:
        raise ExpressionError(error.detail) from error
    except (ValueError, OverflowError, shapely.GEOSException) as error:
        raise ExpressionError(_("“%(text)s” is not a value.") % {"text": text[:60]}) from error


def _number(text: str) -> int | float:
    if text.lstrip("-").isdigit() and len(text) <= 18:
        return int(text)
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise OverflowError
    return number


def _instant(text: str) -> datetime:
    # More than six digits of a second are cut, as PostgreSQL keeps no more.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).astimezone(UTC)


def _period(text: str) -> Period:
    start, end = map(_instant, text.split("/"))
    if end < start:
        raise ValueError
    return Period(start, end)


def _duration(text: str) -> timedelta:
    match = DURATION.fullmatch(text[len("duration'") : -1])
    if match is None or not any(match.groups()[1:]):
        raise ValueError
    sign, days, hours, minutes, seconds = match.groups(default="0")
    length = timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    return -length if sign == "-" else length


def _shape(text: str) -> Shape:
    kind, _quote, wkt = text.partition("'")
    form = shapely.force_2d(shapely.from_wkt(re.sub(r"^SRID=4326;", "", wkt[:-1].strip(), flags=re.IGNORECASE)))
    if form.is_empty or shapely.get_num_coordinates(form) > VERTICES_MAX:
        raise ValueError
    return Shape(placed(form, srid=4326, northing_first=False), kind == "geography")


READERS: dict[str, Callable[[str], Value]] = {
    "shape": _shape,
    "duration": _duration,
    "text": lambda text: text[1:-1].replace("''", "'"),
    "period": _period,
    "instant": _instant,
    "day": date.fromisoformat,
    "clock": lambda text: time.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)),
    "number": _number,
}
