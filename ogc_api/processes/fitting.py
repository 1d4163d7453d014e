"""Whether a value fits a JSON Schema, and if not, one sentence that says why."""

from datetime import datetime
from typing import Any

import shapely
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match

from gis_platform.core.errors import InvalidInput
from layers.base.geometry import from_geojson
from ogc_api.processes.declaring import Schema

PROBLEM_LENGTH_MAX = 300
VERTICES_MAX = 20_000  # of one geometry in a request

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)  # type: ignore[untyped-decorator] # jsonschema has no types
def is_instant(value: Any) -> bool:
    """RFC 3339, with its offset.

    >>> is_instant("2026-05-31T09:00:00Z"), is_instant("2026-05-31")
    (True, False)
    """
    return not isinstance(value, str) or datetime.fromisoformat(value.upper()).tzinfo is not None


@formats.checks("geojson-geometry", raises=InvalidInput)  # type: ignore[untyped-decorator]
def is_geometry(value: Any) -> bool:
    if isinstance(value, dict):
        geometry = from_geojson(value)
        return bool(
            geometry.is_valid and not geometry.is_empty and shapely.get_num_coordinates(geometry) <= VERTICES_MAX
        )
    return True


def problem_of(value: Any, schema: Schema) -> str:
    """Empty when the value fits."""
    error = best_match(Draft202012Validator(schema, format_checker=formats).iter_errors(value))
    return "" if error is None else _sentence(error)[:PROBLEM_LENGTH_MAX]


def _sentence(error: ValidationError) -> str:
    limit: Any = error.validator_value
    sentences = {
        "type": _("must be of type {limit}."),
        "enum": _("must be one of: {limit}."),
        "const": _("must be {limit}."),
        "minimum": _("must be at least {limit}."),
        "maximum": _("must be at most {limit}."),
        "exclusiveMinimum": _("must be more than {limit}."),
        "minLength": _("must have at least {limit} characters."),
        "maxLength": _("must have at most {limit} characters."),
        "minItems": _("must have at least {limit} entries."),
        "maxItems": _("must have at most {limit} entries."),
        "uniqueItems": _("must not name the same twice."),
        "required": _("must have {limit}."),
        "additionalProperties": _("has members that are not known here."),
        "format": _("is not of the format {limit}."),
    }
    words = ", ".join(map(str, limit)) if isinstance(limit, list) else str(limit)
    where = ".".join(str(part) for part in error.absolute_path)
    sentence = sentences.get(str(error.validator), _("does not fit the schema of the input.")).format(limit=words)
    return f"{where[:60]} {sentence}" if where else sentence[:1].upper() + sentence[1:]
