"""For each fact a few values that stand for all: between two of them no atom of the branch changes its mind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, combinations, pairwise
from typing import Any

from rules.benefits.conflicts.branches import Atom, Key
from rules.benefits.conflicts.places import points
from rules.engine.expressions import Property
from rules.engine.facts import Fact, Kind

SUBSETS_OF_MAX = 10  # texts; more of them are tried with each alone and all together
ELSE = "another"
ANY_DAY, ANY_INSTANT = date(2026, 1, 1), datetime(2026, 1, 1, 12, tzinfo=UTC)
PERCENT = "%"
PLAIN = frozenset({"=", "<>", "in", "isNull"})
BOUNDS: dict[str, tuple[int, int]] = {
    "month": (1, 12),
    "month_day": (1, 31),
    "weekday": (1, 7),
    "time": (0, 1439),
    "resident.age": (0, 130),
}


@dataclass(frozen=True, slots=True)
class Values:
    """`complete`: where none of them fits, none at all does."""

    values: Sequence[Any]
    complete: bool


def values_for(key: Key, fact: Fact, atoms: Sequence[Atom], *, among: Sequence[Any] = ()) -> Values:
    """Those that fit all atoms about this fact alone. `among` are other values worth trying first."""
    alone = [atom for atom in atoms if set(atom.facts) == {key}]
    if any(atom.expression.op == "isNull" and atom.wanted for atom in alone):
        # A counter is never unknown, nor is a fact that another atom needs.
        missing = all(atom.fits({}) for atom in alone) and not key[0] and len(_about(key, atoms)) == len(alone)
        return Values([None] if missing else [], complete=True)
    tried = _tried(key, fact, atoms, among)
    fitting = [value for value in tried.values if all(atom.fits({key: value}) for atom in alone)]
    return Values(fitting, tried.complete)


def _about(key: Key, atoms: Sequence[Atom]) -> list[Atom]:
    return [atom for atom in atoms if key in atom.facts]


def _tried(key: Key, fact: Fact, atoms: Sequence[Atom], among: Sequence[Any]) -> Values:
    about = _about(key, atoms)
    literals = [literal for atom in about for literal in atom.literals]
    match fact.kind:
        case Kind.BOOLEAN:
            return Values([True, False], complete=True)
        case Kind.INTEGER | Kind.CENTS:
            return Values(_whole(fact, [*among, *literals]), complete=True)
        case Kind.NUMBER:
            return Values(_between(sorted({float(value) for value in _numbers([*among, *literals])})), complete=True)
        case Kind.DATE:
            return Values(_days([*among, *literals]), complete=True)
        case Kind.INSTANT:
            return Values(_instants([*among, *literals]), complete=True)
        case Kind.STRING:
            return _texts(fact, about, [*among, *literals])
        case Kind.STRINGS:
            return _sets(fact, about)
        case Kind.GEOMETRY:
            return Values(*points(key, about))


def _numbers(values: Iterable[Any]) -> list[float]:
    return [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _whole(fact: Fact, literals: Iterable[Any]) -> list[int]:
    low, high = BOUNDS.get(fact.name, (0, None))
    near = {int(value) + step for value in _numbers(literals) for step in (-1, 0, 1)} | {low, low + 1}
    return sorted(value for value in near if value >= low and (high is None or value <= high))


def _between(numbers: Sequence[float]) -> list[float]:
    if not numbers:
        return [0.0]
    middles = [(before + after) / 2 for before, after in pairwise(numbers)]
    return [*numbers, *middles, numbers[0] - 1, numbers[-1] + 1]


def _days(literals: Iterable[Any]) -> list[date]:
    days = {value for value in literals if isinstance(value, date) and not isinstance(value, datetime)}
    return sorted({day + timedelta(days=step) for day in days or {ANY_DAY} for step in (-1, 0, 1)})


def _instants(literals: Iterable[Any]) -> list[datetime]:
    instants = {value for value in literals if isinstance(value, datetime)}
    return sorted({at + timedelta(seconds=step) for at in instants or {ANY_INSTANT} for step in (-1, 0, 1)})


def _texts(fact: Fact, about: Sequence[Atom], literals: Iterable[Any]) -> Values:
    if fact.values:
        return Values(list(fact.values), complete=True)
    written = sorted({text for text in literals if isinstance(text, str)})
    patterns = [text.replace(PERCENT, filling).replace("_", "x") for text in written for filling in ("", "x")]
    plain = all(atom.expression.op in PLAIN and _bare(atom) for atom in about)
    return Values(list(dict.fromkeys([*written, *patterns, ELSE, ""])), complete=plain)


def _bare(atom: Atom) -> bool:
    return isinstance(atom.expression.args[0], Property)


def _sets(fact: Fact, about: Sequence[Atom]) -> Values:
    """A set differs for an atom by which of the texts written it has; one text more stands for all others."""
    texts = sorted(
        {text for atom in about for value in atom.literals if isinstance(value, frozenset) for text in value}
    )
    if not fact.values:
        texts.append(ELSE)
    if len(texts) <= SUBSETS_OF_MAX:
        sizes = (combinations(texts, size) for size in range(len(texts) + 1))
        return Values([frozenset(chosen) for chosen in chain.from_iterable(sizes)], complete=True)
    wanted = [
        frozenset(value) for atom in about if atom.wanted for value in atom.literals if isinstance(value, frozenset)
    ]
    all_wanted = frozenset[str]().union(*wanted)
    singles = [frozenset({text}) for text in texts]
    return Values([frozenset(), *singles, *wanted, all_wanted, frozenset(texts)], complete=False)
