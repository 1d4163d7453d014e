"""How much of something that was given for several lines goes back with units of some of them."""

from collections.abc import Iterable, Mapping

type Part = tuple[str, int]  # a line, and its weight
type Units = tuple[int, int]  # returned, of how many


def given_back(amount: int, parts: Iterable[Part], returned: Mapping[str, Units]) -> int:
    """What is back of `amount` in all, once these units of the lines have come back.

    In proportion, rounded down, and whole when every line of the parts is whole: what is back by steps sums to the
    same. Parts without weight (free goods) count alike. What was given for no line goes back with nothing.

    >>> given_back(85, [("1", 85)], {"1": (1, 3)}), given_back(85, [("1", 85)], {"1": (3, 3)})
    (28, 85)
    >>> given_back(1, [("1", 2), ("2", 1)], {"1": (2, 2)}), given_back(4, [("1", 1), ("2", 3)], {"2": (1, 1)})
    (0, 3)
    """
    weighed = [*parts]
    whole = sum(weight for _, weight in weighed)
    if not whole:
        weighed = [(line, returned[line][1] if line in returned else 1) for line, _ in weighed]
        whole = sum(weight for _, weight in weighed)
    back = sum(weight * returned[line][0] // returned[line][1] for line, weight in weighed if line in returned)
    return amount * back // whole if whole else 0
