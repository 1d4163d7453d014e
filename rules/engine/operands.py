"""What each operation accepts: the kinds and units of its operands, and what it yields."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from rules.engine.errors import RuleError
from rules.engine.expressions import Expression, Interval, Literal, Operation, Property
from rules.engine.facts import Kind

type Yield = tuple[Kind, str]
type Signature = Callable[[Sequence[Expression], str], Yield]

METRE = "metre"
PATTERN_LENGTH_MAX = 200
WILDCARDS_MAX = 8  # each “%” may multiply the work of matching
CONDITION: Yield = (Kind.BOOLEAN, "")
NUMERIC = frozenset({Kind.INTEGER, Kind.NUMBER})
TEMPORAL = frozenset({Kind.DATE, Kind.INSTANT})
ORDERED = NUMERIC | TEMPORAL | {Kind.CENTS, Kind.STRING}


def describe(expression: Expression) -> str:
    match expression:
        case Property(fact):
            return f"“{fact.name}” ({fact.kind}{', ' + fact.unit if fact.unit else ''})"
        case Operation(op=op, kind=kind):
            return f"“{op}” ({kind})"
        case Literal(kind=kind, value=value):
            return f"{str(value)[:60]} ({kind})"


def _count(args: Sequence[Expression], path: str, *, least: int, most: int | None) -> None:
    if len(args) < least or (most is not None and len(args) > most):
        wanted = f"{least}" if least == most else f"at least {least}"
        raise RuleError(path, f"needs {wanted} args, not {len(args)}")


def _each(args: Sequence[Expression], path: str, kinds: frozenset[Kind]) -> None:
    for arg in args:
        if arg.kind not in kinds or (isinstance(arg, Literal) and isinstance(arg.value, Interval)):
            raise RuleError(path, f"cannot take {describe(arg)}; it needs {' or '.join(sorted(kinds))}")


def _alike(first: Expression, other: Expression, path: str) -> None:
    """Two values can be compared: same kind, same unit, and a text that the enumeration knows."""
    for one, two in ((first, other), (other, first)):
        if isinstance(one, Property) and isinstance(two, Literal):
            _in_enumeration(one, two, path)
    kinds = {first.kind, other.kind}
    whole_cents = kinds == {Kind.CENTS, Kind.INTEGER} and any(isinstance(arg, Literal) for arg in (first, other))
    if len(kinds) > 1 and not kinds <= NUMERIC and not whole_cents:
        raise RuleError(path, f"cannot compare {describe(first)} with {describe(other)}")
    bare = any(isinstance(arg, Literal) for arg in (first, other))
    if first.unit != other.unit and not bare:
        raise RuleError(path, f"the units differ: {describe(first)} and {describe(other)}")


def _in_enumeration(asked: Property, literal: Literal, path: str) -> None:
    if asked.fact.values and literal.kind is Kind.STRING and literal.value not in asked.fact.values:
        choices = ", ".join(asked.fact.values)
        raise RuleError(path, f"“{asked.fact.name}” is never “{literal.value[:60]}”; it is one of {choices}")


def _logical(least: int, most: int | None) -> Signature:
    def check(args: Sequence[Expression], path: str) -> Yield:
        _count(args, path, least=least, most=most)
        for arg in args:
            if arg.kind is not Kind.BOOLEAN or isinstance(arg, Property):
                raise RuleError(path, f"joins conditions; {describe(arg)} is none (compare it with true)")
        return CONDITION

    return check


def _equality(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=2, most=2)
    _each(args, path, ORDERED | {Kind.BOOLEAN})
    _alike(args[0], args[1], path)
    return CONDITION


def _ordering(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=2, most=2)
    _each(args, path, ORDERED)
    _alike(args[0], args[1], path)
    return CONDITION


def _between(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=3, most=3)
    _each(args, path, ORDERED - {Kind.STRING})
    _alike(args[0], args[1], path)
    _alike(args[0], args[2], path)
    return CONDITION


def _in(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=2, most=None)
    _each(args, path, ORDERED)
    for choice in args[1:]:
        _alike(args[0], choice, path)
    return CONDITION


def _is_null(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=1, most=1)
    if not isinstance(args[0], Property):
        raise RuleError(path, "asks about one fact")
    return CONDITION


def _like(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=2, most=2)
    _each(args, path, frozenset({Kind.STRING}))
    pattern = plain_text(args[1])
    if pattern is None:
        raise RuleError(path, "needs a pattern written out, with % for any text and _ for any letter")
    if len(pattern) > PATTERN_LENGTH_MAX or pattern.count("%") > WILDCARDS_MAX:
        raise RuleError(path, f"takes a pattern of at most {PATTERN_LENGTH_MAX} letters and {WILDCARDS_MAX} %")
    return CONDITION


def plain_text(expression: Expression) -> str | None:
    """The text written in a literal, also under casei and accenti; None for anything that depends on a fact."""
    while isinstance(expression, Operation) and expression.op in FOLDING:
        expression = expression.args[0]
    return expression.value if isinstance(expression, Literal) and expression.kind is Kind.STRING else None


def _folding(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=1, most=1)
    _each(args, path, frozenset({Kind.STRING}))
    return Kind.STRING, ""


def _spatial(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=2, most=2)
    _each(args, path, frozenset({Kind.GEOMETRY}))
    return CONDITION


def _distance(args: Sequence[Expression], path: str) -> Yield:
    _spatial(args, path)
    return Kind.NUMBER, METRE


def _temporal(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=2, most=2)
    if any(arg.kind not in TEMPORAL for arg in args) or args[0].kind is not args[1].kind:
        raise RuleError(path, f"needs two dates or two times, not {describe(args[0])} and {describe(args[1])}")
    return CONDITION


def _array(args: Sequence[Expression], path: str) -> Yield:
    _count(args, path, least=2, most=2)
    _each(args, path, frozenset({Kind.STRINGS}))
    for asked, given in ((args[0], args[1]), (args[1], args[0])):
        if isinstance(asked, Property) and isinstance(given, Literal):
            for text in sorted(given.value):
                _in_enumeration(asked, Literal(Kind.STRING, text), path)
    return CONDITION


FOLDING = frozenset({"casei", "accenti"})

SIGNATURES: Mapping[str, Signature] = MappingProxyType(
    {
        "and": _logical(2, None),
        "or": _logical(2, None),
        "not": _logical(1, 1),
        "=": _equality,
        "<>": _equality,
        "<": _ordering,
        ">": _ordering,
        "<=": _ordering,
        ">=": _ordering,
        "between": _between,
        "in": _in,
        "isNull": _is_null,
        "like": _like,
        "casei": _folding,
        "accenti": _folding,
        "s_intersects": _spatial,
        "s_within": _spatial,
        "s_contains": _spatial,
        "s_disjoint": _spatial,
        "distance_m": _distance,
        "t_after": _temporal,
        "t_before": _temporal,
        "t_during": _temporal,
        "t_intersects": _temporal,
        "a_contains": _array,
        "a_overlaps": _array,
    }
)
