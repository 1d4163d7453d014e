"""Query options ($filter, $expand ...) of a request and of what it expands; what cannot be followed is named."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from ogc_api.sensorthings.entities import OBSERVATIONS, SETS
from ogc_api.sensorthings.errors import InvalidOption, NotOffered, naming
from ogc_api.sensorthings.filters.parsing import parse, parse_path
from ogc_api.sensorthings.filters.syntax import Expression, Path
from ogc_api.sensorthings.model import EntitySet

TOP_DEFAULT = 100
TOP_MAX = 10_000
SKIP_MAX = 100_000  # further on, the links lead through $skiptoken
ORDER_MAX = 8
EXPAND_DEPTH_MAX = 5
EXPANDS_MAX = 20  # in one request
TEXT_LENGTH_MAX = 16_000  # characters
FORMATS = ("dataArray", "GeoJSON")
KNOWN = (
    "$filter", "$orderby", "$select", "$expand", "$top", "$skip", "$count", "$skiptoken", "$resultFormat",
)  # fmt: skip
OF_ONE = ("$select", "$expand", "$resultFormat")
NOT_OFFERED = ("$search", "$format", "$apply", "$compute")
SELECTABLE = ("id", "@iot.id", "@iot.selfLink")


@dataclass(frozen=True, kw_only=True)
class Order:
    path: Path
    descending: bool


@dataclass(frozen=True, kw_only=True)
class Options:
    """`given` is what was asked for, as text, from which the link to the next page is made."""

    top: int | None = None
    skip: int = 0
    count: bool = False
    filter: Expression | None = None
    order: tuple[Order, ...] = ()
    select: tuple[str, ...] | None = None
    expand: "Mapping[str, Options]" = field(default_factory=dict)
    token: str = ""
    format: str = ""
    given: tuple[tuple[str, str], ...] = ()


def of_request(query: QueryDict, entities: EntitySet, *, one: bool) -> Options:
    """Raises InvalidOption and NotOffered."""
    pairs = [(name, value) for name, values in query.lists() for value in values]
    return _read(pairs, entities, one=one, depth=0)


def _read(pairs: Iterable[tuple[str, str]], entities: EntitySet, *, one: bool, depth: int) -> Options:
    given: dict[str, str] = {}
    for raw, value in pairs:
        name = "$resultFormat" if raw == "resultFormat" else raw
        if name in NOT_OFFERED:
            raise NotOffered(_("The query option %(name)s is not offered.") % {"name": name})
        if name not in KNOWN or (depth and name in ("$skiptoken", "$resultFormat")):
            raise InvalidOption(name[:40] or "?", _("There is no such query option here."))
        if one and name not in OF_ONE:
            raise InvalidOption(name, _("A single entity takes %(known)s alone.") % {"known": ", ".join(OF_ONE)})
        if name in given:
            raise InvalidOption(name, _("It is given twice."))
        if len(value) > TEXT_LENGTH_MAX:
            raise InvalidOption(name, _("More than %(max)d characters.") % {"max": TEXT_LENGTH_MAX})
        given[name] = value
    return _options(given, entities, depth)


def _options(given: dict[str, str], entities: EntitySet, depth: int) -> Options:
    top = given.get("$top")
    count = given.get("$count", "false")
    if count not in ("true", "false"):
        raise InvalidOption("$count", _("It is true or false."))
    return Options(
        top=None if top is None else min(_whole("$top", top, 10**9), TOP_MAX),
        skip=_whole("$skip", given.get("$skip", "0"), SKIP_MAX),
        count=count == "true",
        filter=_filter(given["$filter"]) if "$filter" in given else None,
        order=tuple(_orders(given["$orderby"])) if "$orderby" in given else (),
        select=_selected(given["$select"], entities) if "$select" in given else None,
        expand=_expanded(given["$expand"], entities, depth) if "$expand" in given else {},
        token=given.get("$skiptoken", ""),
        format=_format(given.get("$resultFormat", ""), entities, "$expand" in given),
        given=tuple(given.items()),
    )


def _whole(name: str, text: str, maximum: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= maximum):
        raise InvalidOption(name, _("It is a whole number from 0 to %(max)d.") % {"max": maximum})
    return int(text)


def _filter(text: str) -> Expression:
    with naming("$filter"):
        return parse(text)


def _orders(text: str) -> Iterator[Order]:
    terms = [*_split(text, ",", option="$orderby")]
    if len(terms) > ORDER_MAX:
        raise InvalidOption("$orderby", _("More than %(max)d properties.") % {"max": ORDER_MAX})
    for term in terms:
        words = term.split()
        direction = [word.lower() for word in words[1:]]  # some clients write DESC
        if direction not in ([], ["asc"], ["desc"]):
            raise InvalidOption("$orderby", _("“%(term)s” is not a property, then asc or desc.") % {"term": term[:60]})
        with naming("$orderby"):
            path = parse_path(words[0])
        yield Order(path=path, descending=direction == ["desc"])


def _selected(text: str, entities: EntitySet) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_split(text, ",", option="$select")))
    known = [*SELECTABLE, *entities.by_name, *entities.ways]
    for name in names:
        if name not in known:
            raise InvalidOption(
                "$select",
                _("%(set)s have no “%(name)s”; they have %(known)s.")
                % {"set": entities.name, "name": name[:40], "known": ", ".join(known)},
            )
    return names


def _expanded(text: str, entities: EntitySet, depth: int) -> dict[str, Options]:
    if depth == EXPAND_DEPTH_MAX:
        raise InvalidOption("$expand", _("Nested more than %(max)d deep.") % {"max": EXPAND_DEPTH_MAX})
    found: dict[str, Options] = {}
    for item in _split(text, ",", option="$expand"):
        path, bracket, rest = item.partition("(")
        if bracket and not rest.endswith(")"):
            raise InvalidOption("$expand", _("A bracket is not closed in “%(item)s”.") % {"item": item[:60]})
        name, _slash, further = path.strip().partition("/")
        way = entities.ways.get(name)
        if way is None:
            raise InvalidOption(
                "$expand",
                _("No way leads from %(set)s to “%(name)s”; there are %(known)s.")
                % {"set": entities.name, "name": name[:40], "known": ", ".join(entities.ways)},
            )
        inner = rest[:-1] if bracket else ""
        if further:  # Datastreams/ObservedProperty is short for Datastreams($expand=ObservedProperty)
            inner = f"$expand={further}{bracket}{rest}"
        options = _read(_pairs(inner), SETS[way.target], one=way.one, depth=depth + 1)
        found[name] = _merged(found[name], options) if name in found else options
    if depth == 0 and _total(found) > EXPANDS_MAX:
        raise InvalidOption("$expand", _("More than %(max)d expansions.") % {"max": EXPANDS_MAX})
    return found


def _merged(known: Options, more: Options) -> Options:
    """Two paths through one link: Datastreams/Sensor,Datastreams/ObservedProperty."""
    if {name for name, _text in (*known.given, *more.given)} != {"$expand"}:
        raise InvalidOption("$expand", _("One link is expanded twice."))
    expand = dict(known.expand)
    for name, options in more.expand.items():
        expand[name] = _merged(expand[name], options) if name in expand else options
    text = ",".join(value for _name, value in (*known.given, *more.given))
    return replace(known, expand=expand, given=(("$expand", text),))


def _total(expand: Mapping[str, Options]) -> int:
    return sum(1 + _total(options.expand) for options in expand.values())


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in _split(text, ";", option="$expand") if text.strip() else ():
        name, _equals, value = part.partition("=")
        yield name.strip(), value.strip()


def _split(text: str, separator: str, *, option: str) -> Iterator[str]:
    """The parts between separators that stand neither in brackets nor in quotes. An empty part is refused."""
    depth, quoted, start = 0, False, 0
    for place, letter in enumerate(text + separator):
        if letter == "'":
            quoted = not quoted
        elif quoted and place < len(text):
            continue
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == separator and (depth == 0 or place == len(text)):
            part = text[start:place].strip()
            if not part or depth or quoted:
                raise InvalidOption(option, _("A part is missing, or a bracket or quote is not closed."))
            yield part
            start = place + 1


def _format(text: str, entities: EntitySet, expanded: bool) -> str:
    if not text:
        return ""
    if text not in FORMATS:
        raise InvalidOption("$resultFormat", _("It is one of: %(known)s.") % {"known": ", ".join(FORMATS)})
    if text == "dataArray" and (entities.name != OBSERVATIONS or expanded):
        raise InvalidOption("$resultFormat", _("A dataArray holds Observations, and expands nothing."))
    return text
