"""From an expression to typed parts, against an allow-list of fields. What cannot stand is refused here, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo

from gis_platform.core.cql2 import arithmetic, bounds, evaluation
from gis_platform.core.cql2.costs import check_cost
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.errors import gettext_noop as _
from gis_platform.core.cql2.expressions import Array, Box, Expression, Interval, Literal, Operation, Property, Shape
from gis_platform.core.cql2.fields import Field, FieldType
from gis_platform.core.cql2.functions import FUNCTIONS
from gis_platform.core.cql2.geometries import STORED_SRID, placed, placed_box
from gis_platform.core.cql2.signatures import SIGNATURES, TOGETHER, read_as
from gis_platform.core.cql2.typed import NUMERIC, TEMPORAL, Call, Column, Constant, Span, Typed, kind_of

# A predicate between a date and a time asks about the whole day.
DAY_WISE = {"<": "t_before", ">": "t_after", "=": "t_intersects"}
NEGATED = {"<=": ">", ">=": "<", "<>": "="}


@dataclass(frozen=True, slots=True)
class Frame:
    """What a filter is read against: the fields, the CRS of its literals, and the zone in which its dates are days."""

    fields: Mapping[str, Field]
    srid: int = STORED_SRID
    northing_first: bool = False
    zone: tzinfo = UTC


def check(expression: Expression, frame: Frame) -> Typed:
    """A condition: something that is true, false or unknown of a row; raises FilterError."""
    condition = _typed(expression, frame)
    if condition.type is not FieldType.BOOLEAN:
        raise FilterError(
            "filter-type", _("The filter is a value of type {type}; it needs a condition."), type=condition.type.value
        )
    check_cost(condition)
    return condition


def _typed(expression: Expression, frame: Frame) -> Typed:
    match expression:
        case Property(name):
            return _column(name, frame)
        case Literal(value):
            return Constant(kind_of(value), value)
        case Shape(geometry):
            shape = placed(geometry, srid=frame.srid, northing_first=frame.northing_first)
            return Constant(FieldType.GEOMETRY, shape)
        case Box(bounds):
            shape = placed_box(bounds, srid=frame.srid, northing_first=frame.northing_first)
            return Constant(FieldType.GEOMETRY, shape)
        case Interval():
            return _span(expression, frame)
        case Array(items):
            return _array(items)
        case Operation(op, args):
            return _call(op, args, frame)


def _column(name: str, frame: Frame) -> Column:
    field = frame.fields.get(name)
    if field is None:
        known = ", ".join(frame.fields)
        raise FilterError(
            "unknown-queryable", _("There is no queryable “{name}”; there are {known}."), name=name, known=known
        )
    return Column(field)


def _span(interval: Interval, frame: Frame) -> Span:
    start, end = (None if end is None else _end(end, frame) for end in (interval.start, interval.end))
    if isinstance(start, Constant) and isinstance(end, Constant):
        opens, closes = evaluation.span_ends(Span(start, end), frame.zone)
        if closes < opens:
            raise FilterError("filter-value", _("An interval of the filter ends before it starts."))
    return Span(start, end)


def _end(expression: Expression, frame: Frame) -> Constant | Column:
    end = _typed(expression, frame)
    if not isinstance(end, Constant | Column) or end.type not in TEMPORAL:
        raise FilterError("filter-type", _("An end of an interval is a date or a time, not {type}."), type=end.type)
    return end


def _array(items: tuple[Expression, ...]) -> Constant:
    """An array's literal; like the fields of this type it holds texts, and other scalars as texts are no part of it."""
    texts = [item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)]
    if len(texts) != len(items):
        raise FilterError("filter-type", _("An array of the filter holds texts, written out."))
    return Constant(FieldType.ARRAY, tuple(texts))


def _call(op: str, args: tuple[Expression, ...], frame: Frame) -> Typed:
    if op not in SIGNATURES:
        known = ", ".join(SIGNATURES)
        raise FilterError(
            "unknown-function", _("There is no function or operator “{name}”; there are {known}."), name=op, known=known
        )
    if op == "in":
        args = _choices(args)
    if op.startswith("a_"):
        # In text, parentheses around one item are no array to the parser.
        args = tuple(Array((arg,)) if isinstance(arg, Literal) else arg for arg in args)
    return _made(op, tuple(_typed(arg, frame) for arg in args), frame)


def _choices(args: tuple[Expression, ...]) -> tuple[Expression, ...]:
    if len(args) != 2 or not isinstance(args[1], Array):
        raise FilterError("filter-type", _("IN takes a value and a list of values."))
    return (args[0], *args[1].items)


def _made(op: str, args: tuple[Typed, ...], frame: Frame) -> Typed:
    args = read_as(op, args)
    result = SIGNATURES[op](op, args)
    if _mixes_dates_and_times(args) and (day_wise := _day_wise(op, args, frame)):
        return day_wise
    if op in TOGETHER and any(map(_is_collection, args)):
        return _part_by_part(op, args, frame)
    if op in arithmetic.OPERATORS:
        args = tuple(_constant_first(arg, frame) for arg in bounds.operands(op, args))
    elif op in FUNCTIONS:
        args = tuple(_constant_first(bounds.tame(arg), frame) if arg.type in NUMERIC else arg for arg in args)
    return _folded(Call(op, args, result), frame)


def _is_collection(arg: Typed) -> bool:
    return isinstance(arg, Constant) and arg.type is FieldType.GEOMETRY and arg.value.geom_type == "GeometryCollection"


def _part_by_part(op: str, args: tuple[Typed, ...], frame: Frame) -> Typed:
    """Of a collection as a whole, one version of GEOS says other than the next."""
    place = next(place for place, arg in enumerate(args) if _is_collection(arg))
    collection = args[place]
    assert isinstance(collection, Constant)
    meets = tuple(
        _made("s_intersects", (*args[:place], Constant(collection.type, part), *args[place + 1 :]), frame)
        for part in collection.value.geoms
    )
    any_meets = meets[0] if len(meets) == 1 else _made("or", meets, frame)
    return any_meets if op == "s_intersects" else _made("not", (any_meets,), frame)


def _constant_first(arg: Typed, frame: Frame) -> Typed:
    return _folded(arg, frame) if isinstance(arg, Call) else arg


def _mixes_dates_and_times(args: tuple[Typed, ...]) -> bool:
    return {arg.type for arg in args} >= TEMPORAL


def _day_wise(op: str, args: tuple[Typed, ...], frame: Frame) -> Typed | None:
    if op in DAY_WISE:
        return _made(DAY_WISE[op], args, frame)
    if op in NEGATED:
        return _made("not", (_made(NEGATED[op], args, frame),), frame)
    if op == "between":
        value, low, high = args
        return _made("and", (_made(">=", (value, low), frame), _made("<=", (value, high), frame)), frame)
    if op == "in":
        value, *choices = args
        equal = tuple(_made("=", (value, choice), frame) for choice in choices)
        return equal[0] if len(equal) == 1 else _made("or", equal, frame)
    return None


def _folded(call: Call, frame: Frame) -> Typed:
    """What depends on no row is worked out once, here: the database gets the value."""
    if not all(isinstance(arg, Constant) or (isinstance(arg, Span) and _is_fixed(arg)) for arg in call.args):
        return call
    value = evaluation.closure(call, frame.zone)({})
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return Constant(FieldType.INTEGER, int(value))
    return Constant(call.type, value)


def _is_fixed(span: Span) -> bool:
    return not isinstance(span.start, Column) and not isinstance(span.end, Column)
