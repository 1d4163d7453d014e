"""Whole cents out of parts: half up, and what is left over goes to the largest."""

from collections.abc import Mapping

from rules.engine.forms import Way


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number of a fraction that is not negative.

    >>> half_up(5, 2), half_up(7, 3)
    (3, 2)
    """
    return (2 * numerator + denominator) // (2 * denominator)


def round_to(numerator: int, denominator: int, *, way: Way, step: int) -> int:
    """A fraction that is not negative as a multiple of the step.

    >>> round_to(115, 2, way=Way.HALF_UP, step=5), round_to(125, 2, way=Way.HALF_UP, step=5)
    (60, 65)
    >>> round_to(599, 10, way=Way.DOWN, step=5), round_to(551, 10, way=Way.UP, step=5)
    (55, 60)
    """
    whole = denominator * step
    match way:
        case Way.HALF_UP:
            return half_up(numerator, whole) * step
        case Way.DOWN:
            return numerator // whole * step
        case Way.UP:
            return -(-numerator // whole) * step


def share_out(total: int, amounts: Mapping[str, int]) -> dict[str, int]:
    """Splits a total over amounts in proportion: each half up, the remainder to the largest, none above its amount.

    What does not fit on the largest goes on to the next; ties go by key. A total above the sum is cut to the sum.

    >>> share_out(100, {"a": 100, "b": 100, "c": 100})
    {'a': 34, 'b': 33, 'c': 33}
    >>> share_out(5, dict.fromkeys("abcdefghij", 1))
    {'a': 0, 'b': 0, 'c': 0, 'd': 0, 'e': 0, 'f': 1, 'g': 1, 'h': 1, 'i': 1, 'j': 1}
    """
    whole = sum(amounts.values())
    total = min(total, whole)
    if whole == 0:
        return dict.fromkeys(amounts, 0)
    parts = {key: half_up(total * amount, whole) for key, amount in amounts.items()}
    remainder = total - sum(parts.values())
    for key in sorted(amounts, key=lambda key: (-amounts[key], key)):
        # Half up may have given too much as well as too little.
        step = max(-parts[key], min(amounts[key] - parts[key], remainder))
        parts[key] += step
        remainder -= step
    return parts
