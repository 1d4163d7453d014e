"""From text or JSON to an expression. Nothing here knows a table: names and types are judged when it is compiled."""

import json
from typing import Any, NoReturn

import cql2

from gis_platform.core.cql2 import limits, scanning
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.errors import gettext_noop as _
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.cql2.reading import Reader

NESTING_MAX = 100  # brackets of a JSON text: the tree's depth with its lists, far from Python's limit


def from_text(text: str) -> Expression:
    """Reads CQL2 text. The package parses it and nothing more: its own SQL lets any function through.

    >>> from_text("floors > 5")
    Operation(op='>', args=(Property(name='floors'), Literal(value=5)))
    """
    plain = scanning.prepared(text)
    try:
        value = cql2.parse_text(plain).to_json()
    except Exception as error:  # the package raises bare Exception
        raise FilterError("filter-syntax", _("The filter cannot be read{where}."), where=_where(error)) from error
    return Reader(whole_floats=True).expression(value)


def from_json(value: object) -> Expression:
    """Reads CQL2 JSON that was decoded already.

    >>> from_json({"op": "isNull", "args": [{"property": "name"}]})
    Operation(op='isNull', args=(Property(name='name'),))
    """
    return Reader().expression(value)


def from_json_text(text: str | bytes) -> Expression:
    """Reads CQL2 JSON as it was sent: one value for a name, and no NaN."""
    if len(text) > limits.JSON_LENGTH_MAX:
        most = limits.JSON_LENGTH_MAX
        raise FilterError("filter-too-large", _("The filter is longer than {most} characters."), most=most)
    try:
        whole = text.decode("utf-8") if isinstance(text, bytes) else text
        _flat_enough(whole)
        value = json.loads(whole, object_pairs_hook=_unique, parse_constant=_no_constant)
    except FilterError:
        raise
    except (ValueError, RecursionError) as error:
        raise FilterError("filter-syntax", _("The filter is not valid JSON.")) from error
    return from_json(value)


def _where(error: Exception) -> str:
    """The package says “--> line:column” first; the rest is about its grammar."""
    lines = str(error).strip().splitlines()
    place = lines[0].removeprefix("-->").strip() if lines else ""
    line, colon, column = place.partition(":")
    return f" (line {line}, character {column})" if colon and line.isdigit() and column.isdigit() else ""


def _flat_enough(text: str) -> None:
    depth = 0
    quoted = escaped = False
    for letter in text:
        if quoted:
            quoted, escaped = escaped or letter != '"', letter == "\\" and not escaped
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
            if depth > NESTING_MAX:
                raise FilterError("filter-too-deep", _("The filter is nested deeper than {most}."), most=NESTING_MAX)
        elif letter in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise FilterError("filter-syntax", _("The filter's JSON says one name twice in one object."))
    return members


def _no_constant(name: str) -> NoReturn:
    raise FilterError("filter-value", _("“{value}” is not a number of JSON."), value=name)
