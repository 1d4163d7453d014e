"""Three-valued logic over closures: unknown is None, and stays unknown as in SQL."""

from collections.abc import Callable, Sequence
from typing import Any

type Closure[Row] = Callable[[Row], Any]


def conjunction[Row](parts: Sequence[Closure[Row]]) -> Closure[Row]:
    def evaluate(row: Row) -> bool | None:
        known: bool | None = True
        for part in parts:
            holds = part(row)
            if holds is False:
                return False
            if holds is None:
                known = None
        return known

    return evaluate


def disjunction[Row](parts: Sequence[Closure[Row]]) -> Closure[Row]:
    def evaluate(row: Row) -> bool | None:
        known: bool | None = False
        for part in parts:
            holds = part(row)
            if holds is True:
                return True
            if holds is None:
                known = None
        return known

    return evaluate


def negation[Row](parts: Sequence[Closure[Row]]) -> Closure[Row]:
    (part,) = parts

    def evaluate(row: Row) -> bool | None:
        holds = part(row)
        return None if holds is None else not holds

    return evaluate


def of_known(function: Callable[..., Any]) -> Callable[[Sequence[Closure[Any]]], Closure[Any]]:
    """A function of known values only; with one of them unknown, so is the result."""

    def build[Row](parts: Sequence[Closure[Row]]) -> Closure[Row]:
        def evaluate(row: Row) -> Any:
            values = [part(row) for part in parts]
            return None if any(value is None for value in values) else function(*values)

        return evaluate

    return build


def of_known_pair(function: Callable[[Any, Any], Any]) -> Callable[[Sequence[Closure[Any]]], Closure[Any]]:
    def build[Row](parts: Sequence[Closure[Row]]) -> Closure[Row]:
        left_of, right_of = parts

        def evaluate(row: Row) -> Any:
            left, right = left_of(row), right_of(row)
            return None if left is None or right is None else function(left, right)

        return evaluate

    return build
