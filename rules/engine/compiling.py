"""Conditions as Python source: one function each, that says whether the condition is true.

Truth and falsity are written apart. A part that is not known is neither, so that three-valued logic needs no third
value at run time: `not` asks for the falsity, `and` is false where one part is.

Nothing that people wrote gets into the source: names of facts, texts, numbers and areas are bound as constants.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import shapely

from gis_platform.core.cql2.folding import FOLDS
from gis_platform.core.cql2.patterns import like_pattern
from rules.engine.closures import RELATIONS, folded_pattern
from rules.engine.expressions import Expression, Literal, Operation, Property
from rules.engine.facts import Kind

type Get = Callable[[str], Any]
type Test = Callable[[Get], bool]

COMPARISONS = {"=": "==", "<>": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "a_contains": ">="}
AREAS = {"s_intersects": "{1}.intersects({0})", "s_within": "{1}.contains({0})", "s_contains": "{0}.contains({1})"}
COSTS = {"distance_m": 200, "like": 5, "casei": 2, "accenti": 5} | dict.fromkeys((*AREAS, "s_disjoint"), 50)


def compile_tests(conditions: Sequence[Expression]) -> list[Test]:
    """For each condition a function of `facts.get` that is true where the condition is, else (also unknown) false."""
    writer = _Writer()
    source = "".join(
        f"def test_{place}(get):\n    return {writer.truth(condition)}\n" for place, condition in enumerate(conditions)
    )
    namespace = dict(writer.constants)
    exec(compile(source, "<conditions>", "exec"), namespace)  # noqa: S102 - generated names only, see above
    return [namespace[f"test_{place}"] for place in range(len(conditions))]


def cost(expression: Expression) -> int:
    """How dear an evaluation is, in comparisons of two numbers."""
    if not isinstance(expression, Operation):
        return 0
    return COSTS.get(expression.op, 1) + sum(cost(arg) for arg in expression.args)


class _Writer:
    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self._names: dict[Any, str] = {}
        self._variables = 0

    def truth(self, expression: Expression) -> str:
        match expression:
            case Operation(op="not", args=(part,)):
                return self.falsity(part)
            case Operation(op="and" | "or" as op, args=args):
                return _joined(op, [self.truth(part) for part in sorted(args, key=cost)])
            case _:
                known, value = self._leaf(expression)
                return _joined("and", [*known, value])

    def falsity(self, expression: Expression) -> str:
        match expression:
            case Operation(op="not", args=(part,)):
                return self.truth(part)
            case Operation(op="and" | "or" as op, args=args):
                other = "or" if op == "and" else "and"
                return _joined(other, [self.falsity(part) for part in sorted(args, key=cost)])
            case Operation(op="between", args=(part, low, high)):
                ends = [_condition(">=", part, low), _condition("<=", part, high)]
                return _joined("or", [self.falsity(end) for end in ends])
            case _:
                known, value = self._leaf(expression)
                return _joined("and", [*known, f"not ({value})"])

    def _leaf(self, expression: Expression) -> tuple[list[str], str]:
        """What has to be known, and then the value."""
        match expression:
            case Property(fact):
                variable = self._variable()
                return [f"({variable} := get({self._constant(fact.name)})) is not None"], variable
            case Literal(kind=kind, value=value):
                return [], self._literal(kind, value)
            case Operation(op="isNull", args=(Property(fact),)):
                return [], f"get({self._constant(fact.name)}) is None"
            case Operation(op="like", args=(subject, pattern)):
                known, value = self._leaf(subject)
                matches = re.compile(like_pattern(folded_pattern(pattern)), re.DOTALL).fullmatch
                return known, f"{self._constant(matches)}({value}) is not None"
            case Operation(op="in", args=(subject, *choices)):
                return self._in(subject, choices)
            case Operation(op="between", args=(part, low, high)):
                ends = [_condition(">=", part, low), _condition("<=", part, high)]
                return [], _joined("and", [self.truth(end) for end in ends])
            case Operation(op="and" | "or" | "not"):  # compared with true or false
                return self._three_valued(expression)
            case Operation(op=op, args=args):
                parts = [self._operand(arg) for arg in args]
                return [one for known, _ in parts for one in known], self._call(op, [value for _, value in parts])

    def _operand(self, expression: Expression) -> tuple[list[str], str]:
        """As a leaf; a condition that is compared with true or false may itself be unknown."""
        if isinstance(expression, Operation) and expression.kind is Kind.BOOLEAN:
            return self._three_valued(expression)
        return self._leaf(expression)

    def _three_valued(self, expression: Expression) -> tuple[list[str], str]:
        variable = self._variable()
        value = f"True if {self.truth(expression)} else False if {self.falsity(expression)} else None"
        return [f"({variable} := ({value})) is not None"], variable

    def _in(self, subject: Expression, choices: Sequence[Expression]) -> tuple[list[str], str]:
        if all(isinstance(choice, Literal) for choice in choices):
            known, value = self._operand(subject)
            written = frozenset(choice.value for choice in choices if isinstance(choice, Literal))
            return known, f"{value} in {self._constant(written)}"
        either = Operation("or", tuple(_condition("=", subject, choice) for choice in choices), Kind.BOOLEAN)
        return self._three_valued(either)

    def _call(self, op: str, values: Sequence[str]) -> str:
        if op in COMPARISONS:
            return f"{values[0]} {COMPARISONS[op]} {values[1]}"
        if op in AREAS:
            return AREAS[op].format(*values)
        return f"{self._constant(FOLDS.get(op) or RELATIONS[op])}({', '.join(values)})"

    def _literal(self, kind: Kind, value: Any) -> str:
        if kind is Kind.GEOMETRY:
            shapely.prepare(value)  # pays from the second decision on
        return self._constant(value)

    def _constant(self, value: Any) -> str:
        key = (type(value), value)  # 1, 1.0 and True are equal, and are not the same
        if key not in self._names:
            self._names[key] = f"k{len(self._names)}"
            self.constants[self._names[key]] = value
        return self._names[key]

    def _variable(self) -> str:
        self._variables += 1
        return f"v{self._variables}"


def _condition(op: str, left: Expression, right: Expression) -> Operation:
    return Operation(op, (left, right), Kind.BOOLEAN)


def _joined(word: str, parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else "(" + f" {word} ".join(parts) + ")"
