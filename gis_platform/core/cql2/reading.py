"""The JSON form of CQL2, node by node, into an expression."""

import math
from collections.abc import Callable
from typing import Any

from gis_platform.core.cql2 import limits
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.errors import gettext_noop as _
from gis_platform.core.cql2.expressions import Array, Box, Expression, Interval, Literal, Operation, Property, Shape
from gis_platform.core.cql2.geometries import read_box, read_shape
from gis_platform.core.cql2.temporal import read_date, read_instant, read_timestamp

OPEN_END = ".."


class Reader:
    """Reads one filter and counts its parts. With `whole_floats`, 5.0 was 5 before a parser made it a double."""

    def __init__(self, *, whole_floats: bool = False) -> None:
        self.whole_floats = whole_floats
        self.nodes = 0
        self.operations = 0
        self.vertices = 0

    def expression(self, value: object, depth: int = 1) -> Expression:
        self._count(depth)
        match value:
            case dict():
                return self._object(value, depth)
            case list():
                return self._array(value, depth)
            case str():
                return Literal(_string(value))
            case bool():
                return Literal(value)
            case int() | float():
                return Literal(self._number(value))
            case None:
                raise FilterError("filter-type", _("There is no null to compare with; ask with IS NULL."))
        raise FilterError("filter-syntax", _("A part of the filter is neither a value nor an operation."))

    def _count(self, depth: int) -> None:
        self.nodes += 1
        if depth > limits.DEPTH_MAX:
            raise FilterError("filter-too-deep", _("The filter is nested deeper than {most}."), most=limits.DEPTH_MAX)
        if self.nodes > limits.NODES_MAX:
            most = limits.NODES_MAX
            raise FilterError("filter-too-large", _("The filter has more than {most} parts."), most=most)

    def _object(self, value: dict[Any, Any], depth: int) -> Expression:
        forms: dict[str, Callable[[], Expression]] = {
            "op": lambda: self._operation(value, depth),
            "property": lambda: _property(value),
            "date": lambda: Literal(read_date(_only(value, "date"))),
            "timestamp": lambda: Literal(read_timestamp(_only(value, "timestamp"))),
            "interval": lambda: self._interval(_only(value, "interval")),
            "type": lambda: Shape(read_shape(value, self._vertices)),
            "bbox": lambda: Box(read_box(_only(value, "bbox"))),
        }
        for key, form in forms.items():
            if key in value:
                return form()
        known = ", ".join(forms)
        raise FilterError("filter-syntax", _("An object of the filter needs one of the members {known}."), known=known)

    def _operation(self, value: dict[Any, Any], depth: int) -> Operation:
        op, args = value["op"], value.get("args")
        if not isinstance(op, str) or not isinstance(args, list) or value.keys() != {"op", "args"}:
            raise FilterError("filter-syntax", _("An operation is an “op” with a list of “args”, and nothing else."))
        self.operations += 1
        if self.operations > limits.OPERATIONS_MAX:
            most = limits.OPERATIONS_MAX
            raise FilterError("filter-too-large", _("The filter has more than {most} operations."), most=most)
        _few(args)
        return Operation(NAMES.get(_string(op).lower(), op.lower()), tuple(self.expression(a, depth + 1) for a in args))

    def _array(self, items: list[Any], depth: int) -> Array:
        _few(items)
        return Array(tuple(self.expression(item, depth + 1) for item in items))

    def _interval(self, ends: object) -> Interval:
        if not isinstance(ends, list) or len(ends) != 2:
            raise FilterError("filter-syntax", _("An interval has two ends, of which “..” is an open one."))
        start, end = (self._end(value) for value in ends)
        return Interval(start, end)

    def _end(self, value: object) -> Literal | Property | None:
        if value == OPEN_END:
            return None
        if isinstance(value, str):
            return Literal(read_instant(value))
        end = self._object(value, 1) if isinstance(value, dict) and not {"op", "type", "bbox"} & value.keys() else None
        if not isinstance(end, Literal | Property):
            raise FilterError("filter-type", _("An end of an interval is a date, a time, a queryable or “..”."))
        return end

    def _number(self, value: int | float) -> int | float:
        if isinstance(value, int):
            if abs(value) > limits.INTEGER_MAX:
                raise FilterError("filter-value", _("The number {value} is too large."), value=_digits(value))
            return value
        if not math.isfinite(value):
            raise FilterError("filter-value", _("“{value}” is not a finite number."), value=value)
        whole = self.whole_floats and value.is_integer() and abs(value) <= limits.EXACT_INTEGER_MAX
        return int(value) if whole else value

    def _vertices(self, more: int) -> None:
        self.vertices += more
        if self.vertices > limits.VERTICES_MAX:
            most = limits.VERTICES_MAX
            raise FilterError("filter-too-large", _("The filter has more than {most} vertices."), most=most)


# Names as the standard writes them, by what people write.
STANDARD_NAMES = ("isNull", "a_containedBy", "t_finishedBy", "t_metBy", "t_overlappedBy", "t_startedBy")
NAMES = {name.lower(): name for name in STANDARD_NAMES}


def _property(value: dict[Any, Any]) -> Property:
    name = _only(value, "property")
    if not isinstance(name, str):
        raise FilterError("filter-syntax", _("A queryable is named by a text."))
    return Property(_string(name))


def _only(value: dict[Any, Any], key: str) -> Any:
    if len(value) > 1:
        raise FilterError("filter-syntax", _("An object with “{key}” has no other member."), key=key)
    return value[key]


def _string(value: str) -> str:
    if len(value) > limits.STRING_LENGTH_MAX:
        most = limits.STRING_LENGTH_MAX
        raise FilterError("filter-too-large", _("A text of the filter is longer than {most} characters."), most=most)
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise FilterError("filter-value", _("A text of the filter has a character that no text can hold."))
    return value


def _few(items: list[Any]) -> None:
    if len(items) > limits.ITEMS_MAX:
        most = limits.ITEMS_MAX
        raise FilterError("filter-too-large", _("A list of the filter has more than {most} items."), most=most)


def _digits(value: int) -> str:
    """Its size instead of its digits, which would take long to count out."""
    return f"of {value.bit_length()} bits"
