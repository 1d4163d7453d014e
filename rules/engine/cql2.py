"""Conditions in CQL2 JSON (OGC 21-065r2), read into a typed tree.

Accepted: and, or, not; = <> < > <= >=; between, in, isNull, like with casei and accenti; s_intersects, s_within,
s_contains, s_disjoint; t_after, t_before, t_during, t_intersects; a_contains, a_overlaps. Two extensions: the function
`distance_m(geometry, geometry)`, metres on the sphere, and the literal `{"feature": "<layer>/<code or id>"}`, the
geometry that the feature had when the definition was drafted. Everything else is refused, and so is what is too deep
or too large, before anything is built from it.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from rules.engine.errors import RuleError
from rules.engine.expressions import Expression, Interval, Literal, Operation, Property
from rules.engine.facts import GTIN, READERS, FactSchema, Kind, article, read_date, read_instant
from rules.engine.geometry import read_geometry
from rules.engine.operands import SIGNATURES

DEPTH_MAX = 24
NODES_MAX = 2_000
INSTANT_LENGTH_MIN = len("2026-09-01T00:00Z")
NO_FEATURES: Mapping[str, Any] = MappingProxyType({})


def read_condition(
    value: Any, schema: FactSchema, *, field: str = "when", features: Mapping[str, Any] = NO_FEATURES
) -> Operation | Literal:
    """A predicate: something that is true, false or not known.

    Raises RuleError, whose field is the path of the part that cannot stand.
    """
    expression = _Reader(schema, features).read(value, field, depth=1)
    if expression.kind is not Kind.BOOLEAN or isinstance(expression, Property):
        raise RuleError(field, "needs a condition, such as {“op”: “=”, “args”: [...]}")
    return expression


class _Reader:
    def __init__(self, schema: FactSchema, features: Mapping[str, Any]) -> None:
        self.schema = schema
        self.features = features
        self.nodes = 0

    def read(self, value: Any, path: str, depth: int) -> Expression:
        self._count(path, depth)
        if isinstance(value, dict):
            for key, form in self._forms().items():
                if key in value:
                    return form(value, path, depth)
        return _literal(value, path)

    def _count(self, path: str, depth: int) -> None:
        self.nodes += 1
        if depth > DEPTH_MAX:
            raise RuleError(path, f"is nested deeper than {DEPTH_MAX} levels")
        if self.nodes > NODES_MAX:
            raise RuleError(path, f"the condition has more than {NODES_MAX} parts")

    def _forms(self) -> Mapping[str, Callable[[dict[str, Any], str, int], Expression]]:
        return {
            "op": self._operation,
            "property": self._property,
            "interval": self._interval,
            "feature": self._feature,
        }

    def _operation(self, value: dict[str, Any], path: str, depth: int) -> Expression:
        _only(value, {"op", "args"}, path)
        op, args = value["op"], value.get("args")
        if not isinstance(op, str) or op not in SIGNATURES:
            raise RuleError(path, f"the operation “{str(op)[:60]}” is not known; known are {', '.join(SIGNATURES)}")
        if not isinstance(args, list):
            raise RuleError(path, f"“{op}” needs a list of args")
        operands = _articles(self._operands(op, args, path, depth), path)
        kind, unit = SIGNATURES[op](operands, f"{path}.{op}")
        return Operation(op, operands, kind, unit)

    def _operands(self, op: str, args: list[Any], path: str, depth: int) -> list[Expression]:
        """The args in one flat list: `in` carries its choices as a list, arrays are literals of their own."""
        if op == "in" and len(args) == 2 and isinstance(args[1], list):
            args = [args[0], *args[1]]
        return [self.read(arg, f"{path}.args[{place}]", depth + 1) for place, arg in enumerate(args)]

    def _property(self, value: dict[str, Any], path: str, depth: int) -> Property:
        _only(value, {"property"}, path)
        name = value["property"]
        if not isinstance(name, str):
            raise RuleError(path, "a property is named by a text")
        return Property(self.schema.fact(name[:200], field=path))

    def _feature(self, value: dict[str, Any], path: str, depth: int) -> Literal:
        _only(value, {"feature"}, path)
        name = value["feature"]
        if not isinstance(name, str) or name not in self.features:
            raise RuleError(
                path, f"there is no feature “{str(name)[:120]}” with a geometry; write <layer>/<code or id>"
            )
        return Literal(Kind.GEOMETRY, read_geometry(self.features[name], field=path), name=name)

    def _interval(self, value: dict[str, Any], path: str, depth: int) -> Literal:
        _only(value, {"interval"}, path)
        ends = value["interval"]
        if not isinstance(ends, list) or len(ends) != 2 or not all(isinstance(end, str) for end in ends):
            raise RuleError(path, "an interval is a list of two dates or two times; “..” is an open end")
        read = [(Kind.DATE, None) if end == ".." else _temporal(end, path) for end in ends]
        kinds = {kind for (kind, _), end in zip(read, ends, strict=True) if end != ".."}
        if len(kinds) != 1:
            raise RuleError(path, "an interval needs two ends of one kind, of which one may be open")
        start, end = read[0][1], read[1][1]
        if start is not None and end is not None and end < start:
            raise RuleError(path, "the interval ends before it starts")
        return Literal(kinds.pop(), Interval(start, end))


def _articles(operands: Sequence[Expression], path: str) -> tuple[Expression, ...]:
    """Texts that an article number is compared with become article numbers, with their check digit looked at."""
    if not any(isinstance(one, Property) and one.unit == GTIN for one in operands):
        return tuple(operands)
    return tuple(
        Literal(one.kind, article(one.value, path), GTIN)
        if isinstance(one, Literal) and one.kind is Kind.STRING
        else one
        for one in operands
    )


def _only(value: dict[str, Any], keys: set[str], path: str) -> None:
    if extra := sorted(map(str, value.keys() - keys)):
        raise RuleError(path, f"has parts that are not known: {', '.join(extra)[:200]}")


def _literal(value: Any, path: str) -> Literal:
    if isinstance(value, dict):
        return _object_literal(value, path)
    for kind in (Kind.BOOLEAN, Kind.INTEGER, Kind.NUMBER, Kind.STRING, Kind.STRINGS):
        read = READERS[kind](value, path)
        if read is not None:
            return Literal(kind, read)
    raise RuleError(path, f"cannot be read: {str(value)[:60]}")


def _object_literal(value: dict[str, Any], path: str) -> Literal:
    for key, kind, read in (("date", Kind.DATE, read_date), ("timestamp", Kind.INSTANT, read_instant)):
        if key in value:
            _only(value, {key}, path)
            instant = read(value[key])
            if instant is None:
                raise RuleError(path, f"“{str(value[key])[:60]}” is not a {key} (with its offset, if it has a time)")
            return Literal(kind, instant)
    if "type" in value:
        return Literal(Kind.GEOMETRY, read_geometry(value, field=path))
    raise RuleError(path, "needs an op, a property, a date, a timestamp, an interval or a geometry")


def _temporal(text: str, path: str) -> tuple[Kind, Any]:
    day, instant = read_date(text), read_instant(text)
    if day is not None:
        return Kind.DATE, day
    if instant is not None and len(text) >= INSTANT_LENGTH_MIN:
        return Kind.INSTANT, instant
    raise RuleError(path, f"“{text[:60]}” is neither a date nor a time with its offset")
