"""Which records are asked for. There are tens of them, so they are sought in memory, all conditions together."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override
from shapely import box
from shapely.geometry.base import BaseGeometry

from gis_platform.core.crs import Box
from layers.catalog import LayerSpec
from ogc_api.parameters import (
    LIMIT_DEFAULT,
    OFFSET_MAX,
    Interval,
    InvalidParameter,
    boxes,
    interval,
    limit_of,
    refuse_unknown,
    whole_number,
)
from ogc_api.records.facts import LayerFacts
from ogc_api.records.filtering import Condition, condition
from ogc_api.records.queryables import SORTABLE
from ogc_api.records.record import record
from ogc_api.records.vocabularies import THEMES

PARAMETERS = (
    *("q", "bbox", "datetime", "type", "ids", "externalIds", "limit", "offset", "sortby"),
    *("filter", "filter-lang", "theme", "f", "lang"),
)
TEXT_LENGTH_MAX = 200
VALUES_MAX = 100  # in a list, such as ids


@dataclass(frozen=True, kw_only=True)
class RecordsRequest:
    """What was asked for. None is "not asked"; an empty tuple of ids asks for nothing."""

    limit: int = LIMIT_DEFAULT
    offset: int = 0
    phrases: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    interval: Interval = (None, None)
    types: tuple[str, ...] | None = None
    ids: tuple[str, ...] | None = None
    external_ids: tuple[str, ...] | None = None
    theme: str = ""
    order: tuple[tuple[str, bool], ...] = (("title", False),)  # name, descending
    condition: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A record with what it is found by: `row` is what filters see, `words` its texts in every language, folded."""

    record: dict[str, Any]
    row: Mapping[str, Any]
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    records: list[dict[str, Any]] = field(default_factory=list)
    matched: int = 0


def records_request(request: HttpRequest) -> RecordsRequest:
    """Raises InvalidParameter."""
    query = request.GET
    refuse_unknown(query, PARAMETERS)
    theme = query.get("theme", "")
    if theme and theme not in THEMES:
        raise InvalidParameter(_("theme must be one of: {names}.").format(names=", ".join(THEMES)))
    return RecordsRequest(
        limit=limit_of(query),
        offset=whole_number(query, "offset", default=0, minimum=0, maximum=OFFSET_MAX),
        phrases=tuple(part for text in query.get("q", "")[:TEXT_LENGTH_MAX].split(",") if (part := _folded(text))),
        boxes=boxes(query.get("bbox", "")),
        interval=interval(query.get("datetime", "")),
        types=_listed(query.get("type") or None),
        ids=_listed(query.get("ids")),
        external_ids=_listed(query.get("externalIds") or None),
        theme=theme,
        order=_order(query.get("sortby", "")),
        condition=condition(query),
    )


def entries(specs: Iterable[LayerSpec], facts: Mapping[str, LayerFacts], *, base: str) -> list[Entry]:
    """In the active language."""
    return [_entry(spec, facts[spec.id], base) for spec in specs]


def search(known: Sequence[Entry], wanted: RecordsRequest) -> Found:
    fitting = [entry for entry in known if all(test(entry) for test in _tests(wanted))]
    for name, descending in reversed(wanted.order):
        # What has no such value comes last, whichever way is sorted.
        having = [entry for entry in fitting if entry.row.get(name) is not None]
        lacking = [entry for entry in fitting if entry.row.get(name) is None]
        fitting = sorted(having, key=_sort_key(name), reverse=descending) + lacking
    page = fitting[wanted.offset : wanted.offset + wanted.limit]
    return Found(records=[entry.record for entry in page], matched=len(fitting))


def _tests(wanted: RecordsRequest) -> list[Callable[[Entry], bool]]:
    tests: list[Callable[[Entry], bool]] = []
    if wanted.phrases:
        tests.append(lambda entry: any(phrase in text for phrase in wanted.phrases for text in entry.words))
    if wanted.boxes:
        areas = [box(*corners) for corners in wanted.boxes]
        tests.append(lambda entry: _meets(entry.row["geometry"], areas))
    if wanted.interval != (None, None):
        tests.append(lambda entry: _holds(entry.row["time"], wanted.interval))
    if (types := wanted.types) is not None:
        tests.append(lambda entry: entry.row["type"] in types)
    if (ids := wanted.ids) is not None:
        tests.append(lambda entry: entry.row["id"] in ids)
    if (names := wanted.external_ids) is not None:
        tests.append(lambda entry: any(_names(entry, name) for name in names))
    if wanted.theme:
        tests.append(lambda entry: entry.row["theme"] == wanted.theme)
    if (holds := wanted.condition) is not None:
        tests.append(lambda entry: holds(entry.row) is True)
    return tests


def _meets(extent: BaseGeometry | None, areas: Sequence[BaseGeometry]) -> bool:
    """What lies nowhere is everywhere (OGC API Features Part 1, 7.15.3)."""
    return extent is None or any(extent.intersects(area) for area in areas)


def _holds(time: Interval | None, wanted: Interval) -> bool:
    if time is None:
        return True
    (starts, ends), (first, last) = time, wanted
    return not ((last and starts and starts > last) or (first and ends and ends < first))


def _names(entry: Entry, name: str) -> bool:
    """A bare value, "scheme:value", or "scheme:" alone. Values hold colons themselves, so all three are tried."""
    return any(
        name in (known["value"], f"{known['scheme']}:{known['value']}", known["scheme"], f"{known['scheme']}:")
        for known in entry.record["properties"]["externalIds"]
    )


def _entry(spec: LayerSpec, facts: LayerFacts, base: str) -> Entry:
    document = record(spec, facts, base=base)
    properties = document["properties"]
    plain = ("type", "title", "description", "keywords", "license", "rights")
    row = {name: properties[name] for name in plain} | {
        "id": spec.id,
        "theme": spec.theme,
        "language": properties["language"]["code"],
        "formats": [entry["name"] for entry in properties["formats"]],
        "created": facts.created,
        "updated": facts.updated,
        "features": facts.count,
        "geometry": box(*facts.box) if facts.box else None,
        "time": (facts.starts, facts.ends) if facts.timed else None,
    }
    return Entry(record=document, row=row, words=tuple(map(_folded, _texts(spec))))


def _texts(spec: LayerSpec) -> Iterable[str]:
    yield spec.id
    for language in settings.CITY.languages:
        with override(language):
            yield from (str(text) for text in (spec.title, spec.description, spec.group, *spec.keywords))


def _folded(text: str) -> str:
    """Without case, accents and superfluous spaces.

    >>> _folded("  Ēku   PLĀNI ")
    'eku plani'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def _sort_key(name: str) -> Callable[[Entry], Any]:
    def key(entry: Entry) -> Any:
        value = entry.row[name]
        return _folded(value) if isinstance(value, str) else value

    return key


def _listed(text: str | None) -> tuple[str, ...] | None:
    """A comma-separated list; None where it was not sent."""
    if text is None:
        return None
    values = tuple(part for part in text.split(",") if part)
    if len(values) > VALUES_MAX:
        raise InvalidParameter(_("A list may hold at most {most} values.").format(most=VALUES_MAX))
    return values


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    if not text:
        return RecordsRequest.order
    keys = [(re.sub(r"^[+ -]", "", part), part.startswith("-")) for part in text.split(",")]
    if unknown := [name for name, _descending in keys if name not in SORTABLE]:
        raise InvalidParameter(
            _("Records cannot be sorted by {name}; they can by: {names}.").format(
                name=unknown[0][:60], names=", ".join(SORTABLE)
            )
        )
    return tuple(keys)
