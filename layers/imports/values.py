"""Values of a file on their way into a property: brought to its type, then checked like any edit."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gis_platform.core.luhn import holds_card_number
from layers.base.cleaning import EMPTY, clean_value
from layers.catalog import Property, PropertyType
from layers.imports.readers.csv_table import number

# A value of these formats that cannot be understood is left out and noted; the feature is worth keeping without it.
OPTIONAL_FORMATS = frozenset({"opening-hours", "uri", "email", "phone"})
REMEMBERED_MAX = 50_000  # distinct values a property; identifiers would fill the memory


@dataclass(frozen=True, slots=True)
class Clean:
    """A value as JSON for the staged row (None: nothing), why the feature is refused, or why the value is left out."""

    value: Any = None
    reason: str = ""
    note: str = ""


NOTHING = Clean()
CARD_NUMBER = gettext_noop("{name}: a card number; card numbers are not kept here.")
NOT_UNICODE = gettext_noop("{name}: this is not Unicode text or JSON that can be stored.")


@dataclass
class Cleaner:
    """Cleans the values of one property and remembers those it has seen, for most values of a file repeat."""

    prop: Property
    naive_times: int = 0
    _known: dict[Any, Clean] = field(default_factory=dict)

    def clean(self, value: Any) -> Clean:
        try:
            known = self._known.get((type(value), value))
        except TypeError:  # a list or an object
            return self._fresh(value)
        if known is None:
            known = self._fresh(value)
            if len(self._known) < REMEMBERED_MAX:
                self._known[type(value), value] = known
        return known

    def _fresh(self, value: Any) -> Clean:
        prop = self.prop
        try:
            coerced = _coerced(prop, value)
            if isinstance(coerced, _CityTime):
                self.naive_times += 1
                coerced = coerced.text
            stored = clean_value(prop, coerced)
        except ValidationError as error:
            text = f"{prop.name}: {' '.join(error.messages)}"
            if prop.format in OPTIONAL_FORMATS and isinstance(value, str) and not prop.required:
                return Clean(note=_("left out, {text}").format(text=text))
            return Clean(reason=text)
        if stored is EMPTY:
            return NOTHING
        if isinstance(stored, str) and holds_card_number(stored):
            return Clean(reason=_(CARD_NUMBER).format(name=prop.name))
        plain = stored.isoformat() if isinstance(stored, date | datetime) else stored
        return Clean(plain) if _is_storable(plain) else Clean(reason=_(NOT_UNICODE).format(name=prop.name))


def _is_storable(value: Any) -> bool:
    """Whether PostgreSQL's jsonb takes the value: JSON may hold zero characters, halves of characters and NaN."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:  # UnicodeEncodeError is one
        return False
    return isinstance(value, str) or "\\u0000" not in text


@dataclass(frozen=True)
class _CityTime:
    text: str


def _coerced(prop: Property, value: Any) -> Any:
    """The value in the JSON type of the property where that loses nothing; else as it came, for the check to refuse."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    coerce = COERCIONS.get(prop.type)
    return coerce(value) if coerce else value


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return number(value) if value.strip() else None
        except ValueError:
            return value
    return value


def _integer(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip()
        return int(text) if text.removeprefix("-").removeprefix("+").isdecimal() and len(text) < 20 else _number(value)
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def _boolean(value: Any) -> Any:
    return BOOLEANS.get(value.strip().lower(), value) if isinstance(value, str) else value


def _date(value: Any) -> Any:
    return value.strip()[:10] if isinstance(value, str) and value.strip()[10:] in MIDNIGHTS else value


def _instant(value: Any) -> Any:
    """A time without a zone is the wall clock of the city; of an hour that comes twice, the first."""
    if not isinstance(value, str) or not value.strip():
        return None if isinstance(value, str) else value
    try:
        instant = datetime.fromisoformat(value.strip())
    except ValueError:
        return value
    if instant.tzinfo is not None:
        return instant.isoformat()
    return _CityTime(instant.replace(tzinfo=settings.CITY.time_zone).isoformat())


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else None
    except (ValueError, RecursionError):
        return value


BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False, "": None}
MIDNIGHTS = ("", "T00:00:00", " 00:00:00")
COERCIONS: dict[PropertyType, Callable[[Any], Any]] = {
    PropertyType.STRING: _text,
    PropertyType.INTEGER: _integer,
    PropertyType.NUMBER: _number,
    PropertyType.BOOLEAN: _boolean,
    PropertyType.DATE: _date,
    PropertyType.INSTANT: _instant,
    PropertyType.OBJECT: _json,
    PropertyType.ARRAY: _json,
}
