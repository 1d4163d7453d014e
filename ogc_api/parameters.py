"""Query parameters of the OGC window, parsed strictly: what is not known or not right is refused by name."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput
from layers.catalog import LayerSpec

LIMIT_DEFAULT = 100
LIMIT_MAX = 10_000
OFFSET_MAX = 100_000_000

type Box = tuple[float, float, float, float]
type Interval = tuple[datetime | None, datetime | None]


class InvalidParameter(InvalidInput):
    code = "invalid-parameter"


@dataclass(frozen=True, kw_only=True)
class ItemsRequest:
    """What a page of items was asked to be.

    Boxes are (west, south, east, north) in EPSG:4326 degrees; an interval holds both its ends, None is open.
    """

    limit: int = LIMIT_DEFAULT
    offset: int = 0
    boxes: tuple[Box, ...] = ()
    interval: Interval = (None, None)
    equals: dict[str, str] = field(default_factory=dict)
    text: str = ""


def items_request(spec: LayerSpec, request: HttpRequest) -> ItemsRequest:
    """Raises InvalidParameter."""
    query = request.GET
    names = {p.name for p in spec.public_properties}
    refuse_unknown(query, {"f", "limit", "offset", "bbox", "datetime", "q", "lang", *names})
    return ItemsRequest(
        limit=min(whole_number(query, "limit", default=LIMIT_DEFAULT, minimum=1, maximum=10**9), LIMIT_MAX),
        offset=whole_number(query, "offset", default=0, minimum=0, maximum=OFFSET_MAX),
        boxes=boxes(query.get("bbox", "")),
        interval=interval(query.get("datetime", "")),
        equals={name: value for name in names if (value := query.get(name)) is not None},
        text=query.get("q", "").strip()[:200],
    )


def refuse_unknown(query: QueryDict, known: Iterable[str]) -> None:
    if unknown := sorted(set(query) - set(known)):
        raise InvalidParameter(
            _("Unknown parameter: {names}.").format(names=", ".join(unknown)),
            fields={name: _("This parameter is not known here.") for name in unknown},
        )


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


def boxes(text: str) -> tuple[Box, ...]:
    """The boxes of a bbox parameter in CRS84; two, where it crosses the antimeridian.

    >>> boxes("23.6,56.5,23.8,56.7")
    ((23.6, 56.5, 23.8, 56.7),)
    >>> boxes("170,-10,-170,10")
    ((170.0, -10.0, 180.0, 10.0), (-180.0, -10.0, -170.0, 10.0))
    >>> boxes("23.6,56.5,0,23.8,56.7,100")
    ((23.6, 56.5, 23.8, 56.7),)
    """
    if not text:
        return ()
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)) or numbers[1] > numbers[3]:
        raise InvalidParameter(
            _("bbox must be west,south,east,north in degrees, for example {example}.").format(
                example="23.6,56.6,23.8,56.7"
            )
        )
    west, south, east, north = numbers
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180.0, north), (-180.0, south, east, north))


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
