"""Query parameters of the OGC window, parsed strictly: what is not known or not right is refused by name."""

import math
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.cql2.parsing import from_json_text, from_text
from gis_platform.core.crs import CRS84, CRS_OFFERED, Box, Crs
from layers.catalog import LayerSpec
from ogc_api.features.ordering import BY_ID, Order, Place, order, place_after
from ogc_api.features.values import InvalidParameter as InvalidParameter

LIMIT_DEFAULT = 100
LIMIT_MAX = 10_000
OFFSET_MAX = 100_000_000
WORDS_MAX = 8  # of a search
SETS_REMEMBERED = 1024

type Interval = tuple[datetime | None, datetime | None]

# A property of one of these names can be asked for by `filter` alone.
RESERVED = frozenset(
    (
        *("f", "lang", "limit", "offset", "after", "bbox", "bbox-crs", "crs", "datetime", "q"),
        *("filter", "filter-lang", "filter-crs", "sortby", "properties", "exclude-properties"),
        *("skipGeometry", "count", "resultType"),
    )
)


class Counting(StrEnum):
    """How `numberMatched` is found: exactly as long as it is cheap, exactly whatever it costs, or not at all."""

    CHEAP = "cheap"
    EXACT = "exact"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class ItemsRequest:
    """What a page of items was asked to be.

    Boxes are (west, south, east, north), x before y, on the grid of `bbox_crs`; an interval holds both its ends, None
    is open. `filter` is the caller's condition, `rule` what limits the caller. `properties` are the names to answer,
    None for all. `after` is the place behind which the page begins.
    """

    limit: int = LIMIT_DEFAULT
    offset: int = 0
    after: Place | None = None
    boxes: tuple[Box, ...] = ()
    bbox_crs: Crs = CRS84
    interval: Interval = (None, None)
    equals: dict[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    filter: Expression | None = None
    filter_crs: Crs = CRS84
    rule: Expression | None = None
    order: Order = BY_ID
    properties: tuple[str, ...] | None = None
    geometry: bool = True
    crs: Crs = CRS84
    counting: Counting = Counting.CHEAP
    hits: bool = False


def items_request(spec: LayerSpec, request: HttpRequest, *, rule: Expression | None = None) -> ItemsRequest:
    """What the query of a GET asks for; `rule` is the row rule of whoever asks. Raises InvalidParameter."""
    return read_request(spec, request.GET, rule=rule)


def read_request(spec: LayerSpec, query: QueryDict, *, rule: Expression | None = None) -> ItemsRequest:
    if len(query) == 0:
        return ItemsRequest(rule=rule)
    names = spec.public_names
    refuse_unknown(query, _known(names))
    bbox_crs = crs_of(query, "bbox-crs")
    wanted_order = order(spec, query.get("sortby", ""))
    return ItemsRequest(
        limit=limit_of(query),
        offset=whole_number(query, "offset", default=0, minimum=0, maximum=OFFSET_MAX),
        after=place_after(spec, wanted_order, after) if (after := query.get("after")) else None,
        boxes=boxes(query.get("bbox", ""), bbox_crs),
        bbox_crs=bbox_crs,
        interval=interval(query.get("datetime", "")),
        equals={name: str(text) for name, text in query.items() if name in names and name not in RESERVED},
        words=tuple(query.get("q", "")[:200].split()[:WORDS_MAX]),
        filter=filter_of(query),
        filter_crs=crs_of(query, "filter-crs"),
        rule=rule,
        order=wanted_order,
        properties=properties_of(spec, query),
        geometry=not flag(query, "skipGeometry"),
        crs=crs_of(query, "crs"),
        counting=Counting(choice(query, "count", tuple(Counting), default=Counting.CHEAP)),
        hits=choice(query, "resultType", ("results", "hits"), default="results") == "hits",
    )


@lru_cache(maxsize=SETS_REMEMBERED)
def _known(names: frozenset[str]) -> frozenset[str]:
    return RESERVED | names


def limit_of(query: QueryDict) -> int:
    return min(whole_number(query, "limit", default=LIMIT_DEFAULT, minimum=1, maximum=10**9), LIMIT_MAX)


def filter_of(query: QueryDict) -> Expression | None:
    """The condition of `filter`, as text or as JSON; raises InvalidParameter."""
    language = choice(query, "filter-lang", ("cql2-text", "cql2-json"), default="cql2-text")
    text = query.get("filter")
    if text is None:
        return None
    return read_filter(text, language=language)


def read_filter(text: str, *, language: str) -> Expression:
    try:
        return from_json_text(text) if language == "cql2-json" else from_text(text)
    except FilterError as error:
        raise InvalidFilter.of(error) from error


class InvalidFilter(InvalidParameter):
    """`reason` is the code by which `gis_platform.core.cql2` says what is wrong."""

    code = "invalid-filter"

    @classmethod
    def of(cls, error: FilterError) -> "InvalidFilter":
        return cls(_(error.message).format(**error.values), reason=error.code)


def crs_of(query: QueryDict, name: str) -> Crs:
    """Raises InvalidParameter for a coordinate system that is not offered."""
    uri = query.get(name)
    if uri is None:
        return CRS84
    if uri not in CRS_OFFERED:
        raise InvalidParameter(
            _("{name} must be one of the coordinate systems that the layer offers.").format(name=name),
            offered=list(CRS_OFFERED),
        )
    return CRS_OFFERED[uri]


def properties_of(spec: LayerSpec, query: QueryDict) -> tuple[str, ...] | None:
    """The names that `properties` selects less those of `exclude-properties`; None where neither is given."""
    chosen, left_out = query.get("properties"), query.get("exclude-properties", "")
    if chosen is None and not left_out:
        return None
    public = tuple(p.name for p in spec.public_properties)
    names = _names(chosen, public) if chosen is not None else frozenset(public)
    out = _names(left_out, public)
    if unknown := sorted((names | out) - {*public, "geometry", "id"}):
        raise InvalidParameter(
            _("The layer has no property called {names}.").format(names=", ".join(name[:60] for name in unknown[:5])),
        )
    return tuple(name for name in public if name in names and name not in out)


def _names(text: str, known: Container[str]) -> frozenset[str]:
    """The names between the commas. One out of somebody's file may hold a comma itself; it is named alone."""
    return frozenset([text] if text in known else text.split(",")) - {""}


def choice(query: QueryDict, name: str, known: tuple[str, ...], *, default: str) -> str:
    value = query.get(name, default)
    if value not in known:
        raise InvalidParameter(_("{name} must be one of: {known}.").format(name=name, known=", ".join(known)))
    return value


def flag(query: QueryDict, name: str) -> bool:
    return choice(query, name, ("true", "false"), default="false") == "true"


def refuse_unknown(query: QueryDict, known: Iterable[str]) -> None:
    """Refuses names that are not known, and what no text of the database can hold."""
    if unknown := sorted(query.keys() - known):
        raise InvalidParameter(
            _("Unknown parameter: {names}.").format(names=", ".join(unknown)),
            fields={name: _("This parameter is not known here.") for name in unknown},
        )
    for name, value in query.items():
        if "\0" in value:
            raise InvalidParameter(_("{name} holds a character that no text has.").format(name=name))


def whole_number(query: QueryDict, name: str, *, default: int, minimum: int, maximum: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and minimum <= int(text[:12]) <= maximum and len(text) <= 12):
        raise InvalidParameter(
            _("{name} must be a whole number from {minimum} to {maximum}.").format(
                name=name, minimum=minimum, maximum=maximum
            )
        )
    return int(text)


def boxes(text: str, crs: Crs = CRS84) -> tuple[Box, ...]:
    """The boxes of a bbox parameter, x before y; two, where it crosses the antimeridian.

    >>> boxes("23.6,56.5,23.8,56.7")
    ((23.6, 56.5, 23.8, 56.7),)
    >>> boxes("170,-10,-170,10")
    ((170.0, -10.0, 180.0, 10.0), (-180.0, -10.0, -170.0, 10.0))
    >>> boxes("23.6,56.5,0,23.8,56.7,100")
    ((23.6, 56.5, 23.8, 56.7),)
    >>> boxes("56.5,23.6,56.7,23.8", CRS_OFFERED["http://www.opengis.net/def/crs/EPSG/0/4326"])
    ((23.6, 56.5, 23.8, 56.7),)
    """
    if not text:
        return ()
    west, south, east, north = _corners(text, crs)
    if west <= east:
        return ((west, south, east, north),)
    if not crs.geographic:
        raise InvalidParameter(_("bbox must name the lower corner before the upper one."))
    return ((west, south, 180.0, north), (-180.0, south, east, north))


def _corners(text: str, crs: Crs) -> Box:
    try:
        numbers = [float(part) for part in text.split(",", 6)]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) == 4 and crs.northing_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)) or numbers[1] > numbers[3]:
        raise InvalidParameter(
            _("bbox must be west,south,east,north in degrees, for example {example}.").format(
                example="23.6,56.6,23.8,56.7"
            )
        )
    west, south, east, north = numbers
    return (west, south, east, north)


def interval(text: str) -> Interval:
    """The ends of a datetime parameter (RFC 3339, "/" between two, ".." for open); a day is the city's whole day."""
    if not text:
        return (None, None)
    first, slash, last = text.partition("/")
    start, end = _ends(first), _ends(last if slash else first)
    if (start is None and end is None) or (start and end and start[0] > end[1]):
        raise InvalidParameter(_("datetime must name a beginning or an end, the beginning first."))
    return (start[0] if start else None, end[1] if end else None)


def _ends(text: str) -> tuple[datetime, datetime] | None:
    """The first and the last instant of a day or of an instant."""
    if text in ("", ".."):
        return None
    try:
        if len(text) == len("2026-05-31"):
            day = date.fromisoformat(text)
            zone = settings.CITY.time_zone
            return (datetime.combine(day, time.min, zone), datetime.combine(day, time.max, zone))
        instant: datetime | None = datetime.fromisoformat(text.upper())
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InvalidParameter(
            _("datetime must be a day such as 2026-05-31 or an instant such as 2026-05-31T09:00:00Z.")
        )
    return (instant, instant)
