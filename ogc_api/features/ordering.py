"""In what order features come, and where a page goes on: a place among the features that outlives inserts.

The order always ends with the id, so it is total. NULL comes last, whatever the direction; texts are ordered as the
city's own language orders them.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier

from layers.catalog import LayerSpec, Property, PropertyType
from ogc_api.features.values import CASTS, InvalidParameter, value_of

KEYS_MAX = 5
CURSOR_LENGTH_MAX = 4_000  # characters
COLLATIONS = {"lv": "lv-x-icu", "lt": "lt-x-icu", "en": "en-x-icu"}


@dataclass(frozen=True, slots=True)
class SortKey:
    name: str
    descending: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.descending else '+'}{self.name}"


@dataclass(frozen=True, slots=True)
class Order:
    """The keys, then the id, which makes the order total."""

    keys: tuple[SortKey, ...] = ()
    newest_first: bool = False  # the highest id first

    def __str__(self) -> str:
        return ",".join([*map(str, self.keys), str(SortKey("id", self.newest_first))])


BY_ID = Order()


@dataclass(frozen=True, slots=True)
class Place:
    """Just behind one feature: the texts of what it is sorted by, None for NULL, and its id."""

    values: tuple[str | None, ...]
    id: int


def order(spec: LayerSpec, text: str) -> Order:
    """What `sortby` asks for, such as `-amount,name`; raises InvalidParameter for what cannot be sorted by."""
    if not text:
        return BY_ID
    keys: list[SortKey] = []
    known = sortables(spec)
    # A name out of somebody's file may hold a comma itself; then it is asked for alone.
    parts = [text] if text.lstrip("+- ") in known else text.split(",")
    for part in parts:
        # A plus sign that was not percent-encoded arrives as a space.
        key = SortKey(part.lstrip("+- "), descending=part.startswith("-"))
        if key.name == "id" and "id" not in known:
            return Order(tuple(keys), key.descending)
        if key.name not in known:
            raise InvalidParameter(
                _("There is nothing called “{name}” to sort by.").format(name=key.name[:60]),
                sortables=["id", *sorted(known)],
            )
        if key.name not in {earlier.name for earlier in keys}:
            keys.append(key)
    if len(keys) > KEYS_MAX:
        raise InvalidParameter(_("Sort by at most {count} properties.").format(count=KEYS_MAX))
    return Order(tuple(keys))


def sortables(spec: LayerSpec) -> dict[str, Property]:
    return {p.name: p for p in spec.public_properties if p.type in CASTS}


def place_after(spec: LayerSpec, wanted: Order, text: str) -> Place:
    """The place that a `next` link carries; raises InvalidParameter for one of another order, or tampered with."""
    try:
        if len(text) > CURSOR_LENGTH_MAX:
            raise ValueError("longer than any place")
        name, *values, last = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if name != str(wanted) or len(values) != len(wanted.keys) or type(last) is not int or abs(last) >= 2**63:
            raise ValueError("a place in another order")
        if not all(value is None or (isinstance(value, str) and "\0" not in value) for value in values):
            raise ValueError("not texts")
        place = Place(tuple(values), last)
        bound_values(spec, wanted, place)
    except (ValueError, TypeError, RecursionError, InvalidParameter) as error:
        raise InvalidParameter(_("`after` does not fit here; follow the link `next` of a page as it is.")) from error
    return place


def cursor_text(wanted: Order, place: str) -> str:
    """The opaque text of a place, from the JSON array that the page's statement answered."""
    *values, last = json.loads(place)
    text = json.dumps([str(wanted), *values, int(last)], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def order_by(spec: LayerSpec, wanted: Order) -> Composable:
    """The terms of ORDER BY over the alias f."""
    terms = [
        SQL("{}{} NULLS LAST").format(column(spec, key), SQL(" DESC" if key.descending else "")) for key in wanted.keys
    ]
    return SQL(", ").join([*terms, SQL("f.id DESC" if wanted.newest_first else "f.id")])


def place_of(spec: LayerSpec, wanted: Order) -> Composable:
    """SQL for the place of the row of alias f, as the text of a JSON array of texts."""
    terms = [SQL("{}::text").format(_plain(spec, key)) for key in wanted.keys]
    return SQL("json_build_array({})::text").format(SQL(", ").join([*terms, SQL("f.id::text")]))


def beyond(spec: LayerSpec, wanted: Order, empty: tuple[bool, ...]) -> Composable:
    """The condition that a row comes after a place, whose values (see `bound_values`) are NULL where `empty`."""
    condition: Composable = SQL("f.id < %s" if wanted.newest_first else "f.id > %s")
    for key, is_null in zip(reversed(wanted.keys), reversed(empty), strict=True):
        term = column(spec, key)
        if is_null:
            condition = SQL("({} IS NULL AND {})").format(term, condition)
        else:
            cast = CASTS[sortables(spec)[key.name].type]
            condition = SQL("({0} {1} %s::{2} OR {0} IS NULL OR ({0} = %s::{2} AND {3}))").format(
                term, SQL("<" if key.descending else ">"), cast, condition
            )
    return condition


def bound_values(spec: LayerSpec, wanted: Order, place: Place) -> list[Any]:
    values: list[Any] = []
    for key, text in zip(wanted.keys, place.values, strict=True):
        if text is not None:
            value = value_of(sortables(spec)[key.name], text)
            values += [value, value]
    return [*values, place.id]


def column(spec: LayerSpec, key: SortKey) -> Composable:
    if sortables(spec)[key.name].type is not PropertyType.STRING:
        return _plain(spec, key)
    return SQL("{} COLLATE {}").format(_plain(spec, key), Identifier(COLLATIONS[settings.CITY.language]))


def _plain(spec: LayerSpec, key: SortKey) -> Composable:
    return Identifier("f", sortables(spec)[key.name].column)
