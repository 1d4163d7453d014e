"""Values as texts of a request, made into what PostgreSQL is given."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from psycopg.sql import SQL

from gis_platform.core.errors import InvalidInput
from layers.catalog import Property, PropertyType

CASTS = {
    PropertyType.STRING: SQL("text"),
    PropertyType.INTEGER: SQL("bigint"),
    PropertyType.NUMBER: SQL("double precision"),
    PropertyType.BOOLEAN: SQL("boolean"),
    PropertyType.DATE: SQL("date"),
    PropertyType.INSTANT: SQL("timestamptz"),
}


class InvalidParameter(InvalidInput):
    code = "invalid-parameter"


def value_of(prop: Property, text: str) -> Any:
    """The text as a value of the property's type; raises InvalidParameter.

    >>> value_of(Property(name="amount", type=PropertyType.INTEGER, title=""), "42")
    42
    """
    try:
        match prop.type:
            case PropertyType.STRING:
                return text
            case PropertyType.INTEGER:
                return _whole(text)
            case PropertyType.NUMBER:
                return float(text)
            case PropertyType.BOOLEAN:
                return {"true": True, "false": False}[text.lower()]
            case PropertyType.DATE:
                return date.fromisoformat(text)
            case PropertyType.INSTANT:
                return _instant(text)
        raise ValueError("an object or an array has no plain text")
    except (ValueError, KeyError) as error:
        raise InvalidParameter(
            _("{name} must be of type {type}.").format(name=prop.name, type=prop.type.value),
            fields={prop.name: _("This is not of type {type}.").format(type=prop.type.value)},
        ) from error


def _whole(text: str) -> int:
    number = int(text) if len(text) <= 20 else 2**63
    if not -(2**63) <= number < 2**63:
        raise ValueError("beyond 64 bits")
    return number


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("without a zone")
    return instant
