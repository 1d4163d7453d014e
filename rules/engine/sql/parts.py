"""Programmes that cannot change what one another give, apart: each part is a replay of its own.

A replay repeats its statements for every receipt with a limit that moved; apart, a limit makes only its own part
repeat, and a part without the changed programme is the same on both sides of a comparison.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from rules.engine.definition import Gives, Programme, Rule
from rules.engine.forms import Holder, Points
from rules.engine.sql.asking import asked_counters


@dataclass(frozen=True, slots=True)
class _Reach:
    """What programmes have in common with others; None is every category."""

    codes: frozenset[str]
    groups: frozenset[str]
    categories: frozenset[str] | None  # of the lines that they make cheaper, or whose price after all they ask for

    @classmethod
    def of(cls, programme: Programme) -> Self:
        groups = frozenset(rule.form.group.code for rule in programme.rules)
        some = [_categories(rule) for rule in programme.rules if _goes_by_price(rule)]
        asked = asked_counters(programme.rules)
        some += [
            None if counter.categories is None else frozenset(counter.categories)
            for counter in programme.counters
            if counter.counts == "paid-cents" and counter.code in asked
        ]
        return cls(frozenset({programme.code}), groups, _union(some))

    def touches(self, other: Self) -> bool:
        return bool(self.codes & other.codes or self.groups & other.groups) or _overlap(
            self.categories, other.categories
        )

    def with_all(self, others: Sequence[Self]) -> Self:
        every = (self, *others)
        return type(self)(
            frozenset[str]().union(*(one.codes for one in every)),
            frozenset[str]().union(*(one.groups for one in every)),
            _union([one.categories for one in every]),
        )


def apart(programmes: Sequence[Programme]) -> list[frozenset[str]]:
    """The codes of each part; all versions of a programme are in one."""
    parts: list[_Reach] = []
    for programme in sorted(programmes, key=lambda one: one.code):
        reach = _Reach.of(programme)
        near = [one for one in parts if one.touches(reach)]
        parts = [one for one in parts if one not in near] + [reach.with_all(near)]
    return [one.codes for one in parts]


def personal(programme: Programme) -> bool:
    """What it gives one person depends on nobody else, but for its budget."""
    return all(cap.per in (Holder.PERSON, Holder.RECEIPT) for cap in programme.caps)


def _goes_by_price(rule: Rule) -> bool:
    match rule.form.effect:
        case Points(per="euro"):
            return True
        case _:
            return rule.gives in (Gives.MONEY, Gives.FARE_CAP)


def _categories(rule: Rule) -> frozenset[str] | None:
    return None if rule.target.whole else _union([_named(choice.form.categories) for choice in rule.target.choices])


def _named(categories: Sequence[str] | None) -> frozenset[str] | None:
    return None if categories is None else frozenset(categories)


def _union(some: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    return None if None in some else frozenset[str]().union(*_known(some))


def _known(some: Sequence[frozenset[str] | None]) -> Iterator[frozenset[str]]:
    return (one for one in some if one is not None)


def _overlap(some: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    """Every category meets any; no category at all meets none."""
    if some is None or others is None:
        return some != frozenset() and others != frozenset()
    return bool(some & others)
