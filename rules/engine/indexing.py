"""Which rules can still hold, from facts that tell them apart: one set of bits a fact, joined with `and`.

A rule's bit is set where its conditions on that fact hold or where it has none; bits of all facts together are the
rules that are worth a closer look. A fact that is not known leaves the rules that do not ask about it.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shapely import Point

from rules.engine.areas import area_of, bounds_of
from rules.engine.expressions import Expression, Interval, Literal, Operation, Property
from rules.engine.facts import Facts

type Mask = int
type Choose = Callable[[Any], Mask]
type Ends = tuple[Any, bool, Any, bool]  # low, is it inside, high, is it inside; None is open

MIRRORED = {"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
OPEN: Ends = (None, True, None, True)


class Index:
    """`add` takes the conditions of a rule and says which are settled here; `build` comes after the last."""

    def __init__(self) -> None:
        self._choices: dict[str, dict[int, frozenset[Any]]] = {}
        self._ranges: dict[str, dict[int, Ends]] = {}
        self._members: dict[str, dict[int, frozenset[str]]] = {}
        self._areas: dict[str, dict[int, tuple[float, float, float, float]]] = {}
        self._chooses: list[tuple[str, Choose]] = []
        self._all: Mask = 0

    def add(self, rule: int, conditions: Iterable[Expression]) -> list[Expression]:
        """The conditions that are left to ask."""
        self._all |= 1 << rule
        return [condition for condition in conditions if not self._settles(rule, condition)]

    def choose(self, rule: int, fact: str, values: Iterable[Any]) -> None:
        accepted = self._choices.setdefault(fact, {})
        accepted[rule] = accepted[rule] & frozenset(values) if rule in accepted else frozenset(values)

    def build(self) -> None:
        tables: tuple[tuple[Mapping[str, dict[int, Any]], Callable[[dict[int, Any], Mask], Choose]], ...] = (
            (self._choices, _by_value),
            (self._members, by_member),
            (self._ranges, _by_range),
            (self._areas, _by_area),
        )
        self._chooses = [(fact, make(asked, self._all)) for facts, make in tables for fact, asked in facts.items()]

    def candidates(self, facts: Facts) -> Mask:
        get, found = facts.get, self._all
        for fact, choose in self._chooses:
            found &= choose(get(fact))
            if not found:
                break
        return found

    def _settles(self, rule: int, condition: Expression) -> bool:
        match condition:
            case Operation(op="in", args=(Property(fact), *choices)) if all(
                isinstance(one, Literal) for one in choices
            ):
                self.choose(rule, fact.name, [one.value for one in choices if isinstance(one, Literal)])
                return True
            case Operation(
                op="=", args=(Property(fact), Literal(value=value)) | (Literal(value=value), Property(fact))
            ):
                self.choose(rule, fact.name, [value])
                return True
            case Operation(op="a_overlaps" | "a_contains" as op, args=(Property(fact), Literal(value=texts))):
                return self._member(rule, fact.name, op, texts)
        if asked := _range(condition):
            fact_name, ends = asked
            ranges = self._ranges.setdefault(fact_name, {})
            ranges[rule] = _both(ranges.get(rule, OPEN), ends)
            return True
        if place := area_of(condition):
            fact_name, bounds = place
            self._areas.setdefault(fact_name, {}).setdefault(rule, bounds)
        return False  # near enough, and still to be asked

    def _member(self, rule: int, fact: str, op: str, texts: frozenset[str]) -> bool:
        asked = self._members.setdefault(fact, {})
        if rule in asked or (op == "a_contains" and not texts):
            return False
        # Who needs all of them needs the first: one set of bits tells most rules apart.
        asked[rule] = texts if op == "a_overlaps" else frozenset([min(texts)])
        return op == "a_overlaps" or len(texts) == 1


def _range(condition: Expression) -> tuple[str, Ends] | None:
    match condition:
        case Operation(op="between", args=(Property(fact), Literal(value=low), Literal(value=high))):
            return fact.name, (low, True, high, True)
        case Operation(op=op, args=(Property(fact), Literal(value=value))) if op in MIRRORED:
            return fact.name, _ends(op, value)
        case Operation(op=op, args=(Literal(value=value), Property(fact))) if op in MIRRORED:
            return fact.name, _ends(MIRRORED[op], value)
        case Operation(op="t_intersects", args=(Property(fact), Literal(value=Interval(start, end)))):
            return fact.name, (start, True, end, True)
        case Operation(op="t_during", args=(Property(fact), Literal(value=Interval(start, end)))):
            return fact.name, (start, False, end, False)
    return None


def _ends(op: str, value: Any) -> Ends:
    return (value, op == ">=", None, True) if op[0] == ">" else (None, True, value, op == "<=")


def _both(one: Ends, other: Ends) -> Ends:
    lows = [(end[0], not end[1]) for end in (one, other) if end[0] is not None]
    highs = [(end[2], end[3]) for end in (one, other) if end[2] is not None]
    low, low_out = max(lows) if lows else (None, False)
    high, high_in = min(highs) if highs else (None, True)
    return low, not low_out, high, high_in


def _free(asked: Mapping[int, Any], everyone: Mask) -> Mask:
    return everyone & ~sum(1 << rule for rule in asked)


def _by_value(asked: dict[int, frozenset[Any]], everyone: Mask) -> Choose:
    free = _free(asked, everyone)
    masks: dict[Any, Mask] = {}
    for rule, values in asked.items():
        for value in values:
            masks[value] = masks.get(value, free) | 1 << rule
    return lambda value: masks.get(value, free)


def by_member(asked: dict[int, frozenset[str]], everyone: Mask) -> Choose:
    """For a set of texts: the rules that need one of them, and those that need none."""
    of_text = _by_value(asked, everyone)
    free = _free(asked, everyone)

    def choose(texts: Iterable[str] | None) -> Mask:
        found = free
        for text in texts or ():
            found |= of_text(text)
        return found

    return choose


def _by_range(asked: dict[int, Ends], everyone: Mask) -> Choose:
    """The values that are named cut the line into pieces, and are pieces themselves: a set of bits for each."""
    cuts = sorted({end for low, _, high, _ in asked.values() for end in (low, high) if end is not None})
    position = {cut: place for place, cut in enumerate(cuts)}
    free = _free(asked, everyone)
    turns = [0] * (2 * len(cuts) + 2)  # the rules that begin or end to hold with a piece
    for rule, (low, low_in, high, high_in) in asked.items():
        first = 0 if low is None else 2 * position[low] + 2 - low_in
        end = 2 * len(cuts) + 1 if high is None else 2 * position[high] + 1 + high_in
        if first < end:
            turns[first] ^= 1 << rule
            turns[end] ^= 1 << rule
    masks = [free ^ turns[0]]
    for turn in turns[1:-1]:
        masks.append(masks[-1] ^ turn)

    def choose(value: Any) -> Mask:
        if value is None:
            return free
        place = bisect_left(cuts, value)
        return masks[2 * place + (place < len(cuts) and cuts[place] == value)]

    return choose


def _by_area(asked: dict[int, tuple[float, float, float, float]], everyone: Mask) -> Choose:
    """By the boxes around the areas, for a position that is a point; any other geometry is left to the conditions."""
    free = _free(asked, everyone)
    across = _by_range({rule: (box[0], True, box[2], True) for rule, box in asked.items()}, everyone)
    along = _by_range({rule: (box[1], True, box[3], True) for rule, box in asked.items()}, everyone)

    def choose(geometry: Any) -> Mask:
        if geometry is None:
            return free
        if not isinstance(geometry, Point):
            return everyone
        west, south, _, _ = bounds_of(geometry)
        return across(west) & along(south)

    return choose
