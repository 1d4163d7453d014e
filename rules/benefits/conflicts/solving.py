"""Facts under which a branch holds, the proof that there are none, or neither."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice, product
from typing import Any

from rules.benefits.conflicts.branches import Atom, Branch, Key
from rules.benefits.conflicts.moments import NAMES, Window, moment_for
from rules.benefits.conflicts.values import values_for
from rules.engine.facts import Fact

TRIALS_MAX = 3_000  # of facts that are compared with each other


class Verdict(StrEnum):
    IMPOSSIBLE = "impossible"
    FOUND = "found"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Solution:
    """`receipt` are the atoms about the receipt, which are left to whoever writes its lines."""

    verdict: Verdict
    values: Mapping[Key, Any]
    at: datetime | None = None
    receipt: tuple[Atom, ...] = ()


IMPOSSIBLE = Solution(Verdict.IMPOSSIBLE, {})
UNDECIDED = Solution(Verdict.UNDECIDED, {})


def solve(branch: Branch, window: Window, *, triggers: Sequence[str]) -> Solution:
    """Each fact takes a value of its own, but those of time belong to one instant; the receipt is left open."""
    facts = _facts(branch)
    choices: dict[Key, Sequence[Any]] = {}
    stuck = False
    for key, fact in facts.items():
        found = values_for(key, fact, branch, among=_compared(key, branch))
        if not found.values and found.complete:
            return IMPOSSIBLE
        stuck |= not found.values
        choices[key] = found.values
    if ("", "trigger") in facts:
        choices["", "trigger"] = [value for value in choices["", "trigger"] if value in triggers]
    else:
        choices["", "trigger"] = list(triggers)
    if not choices["", "trigger"]:
        return IMPOSSIBLE
    at, never = moment_for(branch, window)
    if at is None:
        return IMPOSSIBLE if never else UNDECIDED
    if stuck:
        return UNDECIDED
    return _joined(branch, choices, at)


def is_about_receipt(atom: Atom) -> bool:
    return any(name.startswith("receipt.") for _, name in atom.facts)


def _facts(branch: Iterable[Atom]) -> dict[Key, Fact]:
    return {key: fact for atom in branch for key, fact in atom.facts.items()}


def _compared(key: Key, branch: Branch) -> list[Any]:
    """What is written about the facts that this one is compared with, so that both can be the same."""
    partners = {other for atom in branch if key in atom.facts for other in atom.facts} - {key}
    return [value for atom in branch if partners & set(atom.facts) for value in atom.literals]


def _joined(branch: Branch, choices: Mapping[Key, Sequence[Any]], at: datetime) -> Solution:
    free = {key: values for key, values in choices.items() if key[1] not in NAMES and not key[1].startswith("receipt.")}
    receipt = tuple(atom for atom in branch if is_about_receipt(atom))
    joining = [atom for atom in branch if len(set(atom.facts) & set(free)) > 1 and set(atom.facts) <= set(free)]
    mixed = [atom for atom in branch if len(atom.facts) > 1 and atom not in joining and atom not in receipt]
    if any(set(atom.facts) & set(free) for atom in mixed):
        return UNDECIDED  # time compared with something else
    for values in islice(_trials(free, joining), TRIALS_MAX):
        if all(atom.fits(values) for atom in joining):
            return Solution(Verdict.FOUND, values, at, receipt)
    return UNDECIDED


def _trials(free: Mapping[Key, Sequence[Any]], joining: Sequence[Atom]) -> Iterator[dict[Key, Any]]:
    """All values of the facts that are compared with each other; the first one of every other fact."""
    asked = {key for atom in joining for key in atom.facts}
    settled = {key: _likeliest(key, values) for key, values in free.items() if key not in asked}
    open_keys = [key for key in free if key in asked]
    for chosen in product(*(free[key] for key in open_keys)):
        yield settled | dict(zip(open_keys, chosen, strict=True))


def _likeliest(key: Key, values: Sequence[Any]) -> Any:
    """A plain value to show: of numbers one in the middle, of anything else the first."""
    return values[len(values) // 2] if isinstance(values[0], int) and not isinstance(values[0], bool) else values[0]
