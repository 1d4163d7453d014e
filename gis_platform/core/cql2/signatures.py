"""What each operator and function accepts, and what it yields."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import shapely

from gis_platform.core.cql2 import limits
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.errors import gettext_noop as _
from gis_platform.core.cql2.fields import FieldType
from gis_platform.core.cql2.functions import DISTANCE, FUNCTIONS, Function
from gis_platform.core.cql2.periods import DISJOINT, RELATIONS
from gis_platform.core.cql2.temporal import read_instant
from gis_platform.core.cql2.typed import NUMERIC, TEMPORAL, Column, Constant, Span, Typed, kind_of

type Args = tuple[Typed, ...]
type Signature = Callable[[str, Args], FieldType]

TEXT, NUMBER, TRUTH = FieldType.STRING, FieldType.NUMBER, FieldType.BOOLEAN
ORDERED = NUMERIC | TEMPORAL | {TEXT}
PERIODS = TEMPORAL | {FieldType.INTERVAL}
TOGETHER = frozenset({"s_intersects", "s_disjoint"})  # what can be asked of a collection part by part
COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">=", "between", "in"})


def read_as(op: str, args: Args) -> Args:
    """Texts beside a date or a time are read as one: filters written by hand often leave out DATE('...')."""
    dated = any(arg.type in PERIODS for arg in args)
    if not dated or (op not in COMPARISONS and not op.startswith("t_")):
        return args
    return tuple(_instant(arg.value) if isinstance(arg, Constant) and arg.type is TEXT else arg for arg in args)


def _instant(text: str) -> Constant:
    value = read_instant(text)
    return Constant(kind_of(value), value)


def _counted(op: str, args: Args, least: int, most: int | None = None) -> None:
    most = most or least
    if not least <= len(args) <= most:
        raise FilterError(
            "filter-type",
            _("“{op}” takes {wanted} arguments, not {count}."),
            op=op,
            count=len(args),
            wanted=least,
        )


def _each(op: str, args: Args, kinds: frozenset[FieldType]) -> None:
    for arg in args:
        if arg.type not in kinds:
            raise FilterError(
                "filter-type",
                _("“{op}” cannot take {what}; it takes {wanted}."),
                op=op,
                what=_described(arg),
                wanted=", ".join(sorted(kinds)),
            )


def _described(arg: Typed) -> str:
    match arg:
        case Column(field):
            return f"“{field.name}” ({field.type})"
        case Constant(kind, value) if kind is not FieldType.GEOMETRY:
            return f"{value} ({kind})"
    return arg.type.value


def _alike(op: str, args: Args) -> None:
    kinds = {arg.type for arg in args}
    if len(kinds) > 1 and not kinds <= NUMERIC and not kinds <= TEMPORAL:
        first, other = args[0], next(arg for arg in args if arg.type is not args[0].type)
        raise FilterError(
            "filter-type",
            _("“{op}” cannot compare {first} with {other}."),
            op=op,
            first=_described(first),
            other=_described(other),
        )


def _comparing(least: int, most: int, kinds: frozenset[FieldType]) -> Signature:
    def check(op: str, args: Args) -> FieldType:
        _counted(op, args, least, most)
        _each(op, args, kinds)
        _alike(op, args)
        return TRUTH

    return check


def _taking(count: int, kinds: frozenset[FieldType], result: FieldType, *, most: int | None = None) -> Signature:
    def check(op: str, args: Args) -> FieldType:
        _counted(op, args, count, most)
        _each(op, args, kinds)
        return result

    return check


def _is_null(op: str, args: Args) -> FieldType:
    _counted(op, args, 1)
    if isinstance(args[0], Span):
        raise FilterError("filter-type", _("IS NULL asks about one value, not about an interval."))
    return TRUTH


def _like(op: str, args: Args) -> FieldType:
    _counted(op, args, 2)
    _each(op, args, frozenset({TEXT}))
    pattern = args[1]
    if not isinstance(pattern, Constant) or pattern.value is None:
        raise FilterError("filter-type", _("LIKE needs a pattern that is written out."))
    if len(pattern.value) > limits.PATTERN_LENGTH_MAX or pattern.value.count("%") > limits.WILDCARDS_MAX:
        raise FilterError(
            "filter-too-costly",
            _("LIKE takes a pattern of at most {most} characters and {wildcards} wildcards."),
            most=limits.PATTERN_LENGTH_MAX,
            wildcards=limits.WILDCARDS_MAX,
        )
    if (len(pattern.value) - len(pattern.value.rstrip("\\"))) % 2:
        raise FilterError("filter-value", _("The pattern of LIKE ends with a \\ that protects nothing."))
    return TRUTH


def _spatial(op: str, args: Args) -> FieldType:
    _counted(op, args, 2)
    _each(op, args, frozenset({FieldType.GEOMETRY}))
    for arg in args:
        if isinstance(arg, Constant) and arg.value.geom_type == "GeometryCollection" and op not in TOGETHER:
            raise FilterError(
                "filter-geometry", _("“{op}” cannot take a GeometryCollection; write a geometry of one type."), op=op
            )
    return TRUTH


def _few_vertices(geometry: Constant) -> None:
    most = limits.NEAR_VERTICES_MAX
    if shapely.count_coordinates(geometry.value) > most:
        raise FilterError(
            "filter-too-costly", _("Distances are measured to geometries of at most {most} vertices."), most=most
        )


def _function(function: Function) -> Signature:
    def check(op: str, args: Args) -> FieldType:
        _counted(op, args, len(function.takes))
        for arg, kind in zip(args, function.takes, strict=True):
            _each(op, (arg,), NUMERIC if kind is NUMBER else frozenset({kind}))
            if op == DISTANCE and isinstance(arg, Constant):
                _few_vertices(arg)
        return function.returns

    return check


_equality = _comparing(2, 2, ORDERED | {TRUTH})
_ordering = _comparing(2, 2, ORDERED)

SPATIAL_OPS = (
    "s_contains",
    "s_crosses",
    "s_disjoint",
    "s_equals",
    "s_intersects",
    "s_overlaps",
    "s_touches",
    "s_within",
)
TEMPORAL_OPS = (*RELATIONS, DISJOINT)
ARRAY_OPS = ("a_containedBy", "a_contains", "a_equals", "a_overlaps")
ARITHMETIC_OPS = ("+", "-", "*", "/", "%", "div", "^")

SIGNATURES: Mapping[str, Signature] = MappingProxyType(
    {
        "and": _taking(2, frozenset({TRUTH}), TRUTH, most=limits.ITEMS_MAX),
        "or": _taking(2, frozenset({TRUTH}), TRUTH, most=limits.ITEMS_MAX),
        "not": _taking(1, frozenset({TRUTH}), TRUTH),
        "=": _equality,
        "<>": _equality,
        "<": _ordering,
        ">": _ordering,
        "<=": _ordering,
        ">=": _ordering,
        "between": _comparing(3, 3, ORDERED),
        "in": _comparing(2, limits.ITEMS_MAX + 1, ORDERED | {TRUTH}),
        "isNull": _is_null,
        "like": _like,
        "casei": _taking(1, frozenset({TEXT}), TEXT),
        "accenti": _taking(1, frozenset({TEXT}), TEXT),
        **dict.fromkeys(SPATIAL_OPS, _spatial),
        **dict.fromkeys(TEMPORAL_OPS, _taking(2, PERIODS, TRUTH)),
        **dict.fromkeys(ARRAY_OPS, _taking(2, frozenset({FieldType.ARRAY}), TRUTH)),
        **dict.fromkeys(ARITHMETIC_OPS, _taking(2, NUMERIC, NUMBER)),
        **{name: _function(function) for name, function in FUNCTIONS.items()},
    }
)
