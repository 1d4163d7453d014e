"""Arithmetic that never fails: it is done in doubles, within bounds that neither overflow nor underflow.

An operand is taken to the nearest 2^-100 and to at most 1e100, far from what a city counts; division by zero and a
power that is no real number are unknown. SQL does the same steps in the same order, so both come to the same double.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

LARGEST = 1e100
STEPS = 2.0**100
EXPONENT_MAX = 200.0  # of e: what power() yields stays below 1e87
WHOLE = 2.0**52  # from here on a double has no fraction


def tamed(number: float) -> float:
    """
    >>> tamed(1e300), tamed(1e-300), tamed(0.1)
    (1e+100, 0.0, 0.1)
    """
    number = float(number)
    if not -LARGEST <= number <= LARGEST:
        return -LARGEST if number < 0 else LARGEST  # PostgreSQL sorts NaN last
    steps = number * STEPS
    return (steps if abs(steps) >= WHOLE else float(round(steps))) / STEPS


def _divided(a: float, b: float) -> float | None:
    return a / b if b else None


def _whole_part(a: float, b: float) -> float | None:
    return float(math.trunc(a / b)) if b else None


def _rest(a: float, b: float) -> float | None:
    return a - b * float(math.trunc(a / b)) if b else None


def _power(a: float, b: float) -> float | None:
    if a == 0.0:
        return None if b < 0 else float(b == 0)
    if a < 0 and not b.is_integer():
        return None
    return math.pow(a, b) if abs(b * math.log(abs(a))) < EXPONENT_MAX else None


OPERATORS: Mapping[str, Callable[[float, float], float | None]] = MappingProxyType(
    {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": _divided,
        "div": _whole_part,
        "%": _rest,
        "^": _power,
    }
)
