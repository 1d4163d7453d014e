"""Two states of the same things side by side: what was added, removed, moved and changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class State:
    """A feature at one time: its geometry on a metric grid, and the values that are compared."""

    key: str
    label: str
    geometry: BaseGeometry
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind` is "added", "removed", "moved" or "changed"; what was moved and changed is "changed" with its metres."""

    kind: str
    before: State | None
    after: State | None
    moved_m: float = 0.0
    changed: tuple[str, ...] = ()


def differences(
    before: Sequence[State], after: Sequence[State], pairs: Sequence[tuple[int, int]], *, moved_m_min: float
) -> list[Difference]:
    """What differs, where the pairs of places in `before` and `after` are the same thing."""
    found = [Difference("removed", before[place], None) for place in _without(len(before), [a for a, _b in pairs])]
    found += [Difference("added", None, after[place]) for place in _without(len(after), [b for _a, b in pairs])]
    for a, b in pairs:
        if difference := _between(before[a], after[b], moved_m_min):
            found.append(difference)
    return found


def by_key(before: Sequence[State], after: Sequence[State]) -> list[tuple[int, int]]:
    places = {state.key: place for place, state in enumerate(after)}
    return [(place, places[state.key]) for place, state in enumerate(before) if state.key in places]


def by_distance(before: Sequence[State], after: Sequence[State], *, metres_max: float) -> list[tuple[int, int]]:
    """Pairs of which each is the other's nearest within the distance, so that nothing is paired twice."""
    if not before or not after:
        return []
    there = _nearest([state.geometry for state in before], [state.geometry for state in after], metres_max)
    back = _nearest([state.geometry for state in after], [state.geometry for state in before], metres_max)
    return [(a, b) for a, b in there.items() if back.get(b) == a]


def repeated(states: Sequence[State]) -> list[str]:
    """Keys that more than one feature has."""
    return [key for key, count in Counter(state.key for state in states).items() if count > 1]


def _nearest(these: list[BaseGeometry], those: list[BaseGeometry], metres_max: float) -> dict[int, int]:
    places, found = shapely.STRtree(those).query_nearest(np.array(these), max_distance=metres_max, all_matches=False)
    return dict(zip(places.tolist(), found.tolist(), strict=True))


def _between(before: State, after: State, moved_m_min: float) -> Difference | None:
    moved_m = round(float(shapely.hausdorff_distance(before.geometry, after.geometry)), 2)
    changed = tuple(name for name in after.values if before.values.get(name) != after.values[name])
    if changed:
        return Difference("changed", before, after, moved_m if moved_m >= moved_m_min else 0.0, changed)
    return Difference("moved", before, after, moved_m) if moved_m >= moved_m_min else None


def _without(count: int, places: list[int]) -> list[int]:
    taken = set(places)
    return [place for place in range(count) if place not in taken]
