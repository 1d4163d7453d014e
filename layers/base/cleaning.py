"""Properties on their way in: checked against the layer's declaration, every fault named by its field."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput
from layers.base.fields import validate_opening_hours
from layers.catalog import LayerSpec, Property, PropertyType

TEXT_LENGTH_MAX = 20_000  # characters, where a layer declares no length of its own
INTEGER_MAX = 2**63 - 1

FORMATS: dict[str, Callable[[str], None]] = {
    "opening-hours": validate_opening_hours,
    "uri": URLValidator(schemes=["http", "https"]),
    "email": EmailValidator(),
}


class Empty(Enum):
    """Stands for the column's own default: nothing where it may be null, else an empty text or the usual value."""

    EMPTY = "DEFAULT"


EMPTY = Empty.EMPTY


class InvalidProperties(InvalidInput):
    code = "invalid-properties"


def clean_properties(spec: LayerSpec, values: Mapping[str, Any], *, partial: bool) -> dict[str, Any]:
    """Column values ready to be stored, from JSON values by property name; raises InvalidProperties.

    Unless `partial`, properties that are absent become EMPTY. What the layer computes itself (`name`, `photos`) may be
    sent back unchanged by a client and is passed over.
    """
    clean: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name in values:
        if spec.property(name) is None:
            faults[name] = _("The layer has no such property.")
    for prop in spec.editable_properties:
        if partial and prop.name not in values:
            continue
        if not partial and prop.private and prop.name not in values:
            continue
        try:
            clean[prop.column] = clean_value(prop, values.get(prop.name))
        except ValidationError as error:
            faults[prop.name] = " ".join(error.messages)
    if faults:
        reasons = " ".join(f"{name}: {reason}" for name, reason in faults.items())
        raise InvalidProperties(_("Some properties cannot be stored. {reasons}").format(reasons=reasons), fields=faults)
    return clean


def clean_value(prop: Property, value: Any) -> Any:
    """One property's value as it is stored, EMPTY for none; raises ValidationError."""
    if value is None or value == "":
        if prop.required:
            raise ValidationError(_("A value is needed."))
        return EMPTY
    return CLEANERS[prop.type](prop, value)


def _clean_text(prop: Property, value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("This must be text."))
    length_max = prop.max_length or TEXT_LENGTH_MAX
    if len(value) > length_max:
        raise ValidationError(_("At most {limit} characters.").format(limit=length_max))
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", value):
        raise ValidationError(_("Control characters are not allowed."))
    if "<" in value and nh3.is_html(value):
        raise ValidationError(_("HTML is not allowed; write plain text."))
    if prop.choices and value not in (known := [key for key, _label in prop.choices]):
        raise ValidationError(_("“{value}” is not one of: {known}.").format(value=value[:60], known=", ".join(known)))
    if check := FORMATS.get(prop.format):
        check(value)
    return value.strip()


def _clean_integer(prop: Property, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or int(value) != value:
        raise ValidationError(_("This must be a whole number."))
    if abs(value) > INTEGER_MAX:
        raise ValidationError(_("The number is too large."))
    return int(value)


def _clean_number(prop: Property, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValidationError(_("This must be a number."))
    return value


def _clean_boolean(prop: Property, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValidationError(_("This must be true or false."))
    return value


def _clean_date(prop: Property, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValidationError(_("This must be a date such as 2026-05-31.")) from error


def _clean_instant(prop: Property, value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValidationError(_("This must be a time such as 2026-05-31T09:00:00+03:00.")) from error
    if instant.tzinfo is None:
        raise ValidationError(_("The time needs its offset from UTC, as in 2026-05-31T09:00:00+03:00."))
    return instant


def _clean_json(prop: Property, value: Any) -> Any:
    if not isinstance(value, dict if prop.type is PropertyType.OBJECT else list):
        raise ValidationError(_("This must be a JSON object or array."))
    return value


CLEANERS: dict[PropertyType, Callable[[Property, Any], Any]] = {
    PropertyType.STRING: _clean_text,
    PropertyType.INTEGER: _clean_integer,
    PropertyType.NUMBER: _clean_number,
    PropertyType.BOOLEAN: _clean_boolean,
    PropertyType.DATE: _clean_date,
    PropertyType.INSTANT: _clean_instant,
    PropertyType.OBJECT: _clean_json,
    PropertyType.ARRAY: _clean_json,
}
