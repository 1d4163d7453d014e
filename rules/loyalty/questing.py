"""How far a quest is done. Pure: its rule and the visits in, what is done and what is next out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """`stages` are places in their order. In order, each counts only after those before it."""

    stages: tuple[int, ...]
    needed: int
    in_order: bool = False
    within: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    place: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """`done` are the visits that count, the first of each place; `next` the places that would count now."""

    done: tuple[Visit, ...]
    next: tuple[int, ...]
    completed_at: datetime | None = None


def progress(rule: Rule, visits: Sequence[Visit]) -> Progress:
    """The furthest that the visits lead. With a time limit it may begin at any of them, and the best beginning counts.

    >>> at = datetime(2026, 9, 1)
    >>> progress(Rule(stages=(1, 2, 3), needed=2), [Visit(place=3, at=at)]).next
    (1, 2)
    >>> progress(Rule(stages=(1, 2, 3), needed=3, in_order=True), [Visit(place=2, at=at)]).next
    (1,)
    """
    known = sorted((visit for visit in visits if visit.place in rule.stages), key=lambda visit: visit.at)
    if rule.within is None:
        return _from(rule, known)
    best = _from(rule, [])
    for number, first in enumerate(known):
        found = _from(rule, [visit for visit in known[number:] if visit.at < first.at + rule.within])
        if found.completed_at:
            return found
        # Of two equally long tries the later one has more time left.
        if len(found.done) >= len(best.done):
            best = found
    return best


def _from(rule: Rule, visits: Sequence[Visit]) -> Progress:
    done: list[Visit] = []
    seen: set[int] = set()
    for visit in visits:
        if len(done) == rule.needed:
            break
        if visit.place in seen or (rule.in_order and visit.place != rule.stages[len(done)]):
            continue
        seen.add(visit.place)
        done.append(visit)
    completed = len(done) == rule.needed
    left = [place for place in rule.stages if place not in seen]
    return Progress(
        done=tuple(done),
        next=() if completed else tuple(left[:1] if rule.in_order else left),
        completed_at=done[-1].at if completed else None,
    )
