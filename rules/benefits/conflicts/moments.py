"""Instants at which all atoms about time hold together: no Saturday is a weekday, whatever each atom alone allows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings

from gis_platform.core import clock
from rules.benefits.conflicts.branches import Atom, Key
from rules.benefits.facts import SCHEMA, Case, ResidentFacts, gather

NAMES = frozenset({"at", "day", "month", "month_day", "weekday", "time", "holiday"})
DAYS_MAX = 1_200  # three years and a bit: every weekday on every public holiday of one calendar
MINUTES_A_DAY = 24 * 60
NOON = MINUTES_A_DAY // 2


@dataclass(frozen=True, slots=True)
class Window:
    """Local days on which both versions are in force; the last is not included, and may be open."""

    first_day: date
    end_day: date | None = None

    def days(self) -> Iterator[date]:
        day = self.first_day
        for _ in range(DAYS_MAX):
            if self.end_day is not None and day >= self.end_day:
                return
            yield day
            day += timedelta(days=1)

    @property
    def whole(self) -> bool:
        """Whether `days` leaves none out."""
        return self.end_day is not None and (self.end_day - self.first_day).days <= DAYS_MAX


def is_about_time(atom: Atom) -> bool:
    return {name for _, name in atom.facts} <= NAMES


def moment_for(atoms: Sequence[Atom], window: Window) -> tuple[datetime | None, bool]:
    """An instant at which they hold; without one, whether there is none for sure."""
    asked = [atom for atom in atoms if is_about_time(atom)]
    daily = [atom for atom in asked if not {"at", "time"} & {name for _, name in atom.facts}]
    minutes = sorted(_minutes(asked), key=lambda minute: abs(minute - NOON))
    for day in window.days():
        if not _hold(daily, _day_facts(day)):
            continue
        for minute in minutes:
            at = _at(day, minute)
            if _hold(asked, facts_of_moment(at)):
                return at, False
    for at in _instants(asked):
        if _within(at, window) and _hold(asked, facts_of_moment(at)):
            return at, False
    named = any(("", "at") in atom.facts for atom in asked)
    return None, not named and (window.whole or _ends_within(daily, window))


def _ends_within(daily: Sequence[Atom], window: Window) -> bool:
    """Whether the atoms themselves leave no day after those that were looked at."""
    dated = [atom for atom in daily if set(atom.facts) == {("", "day")}]
    named = [literal for atom in dated for literal in atom.literals]
    if not named:
        return False
    later = max(named) + timedelta(days=1)
    return not _hold(dated, {("", "day"): later}) and (later - window.first_day).days < DAYS_MAX


def _minutes(atoms: Sequence[Atom]) -> set[int]:
    """Noon first of all; then everything that the atoms tell apart."""
    near = {NOON, 0, MINUTES_A_DAY - 1}
    for atom in atoms:
        for literal in atom.literals:
            if isinstance(literal, datetime):
                local = clock.local(literal)
                near |= {local.hour * 60 + local.minute + step for step in (-1, 0, 1)}
            elif isinstance(literal, int) and ("", "time") in atom.facts:
                near |= {literal - 1, literal, literal + 1}
    return {minute for minute in near if 0 <= minute < MINUTES_A_DAY}


def _instants(atoms: Sequence[Atom]) -> list[datetime]:
    written = {literal for atom in atoms for literal in atom.literals if isinstance(literal, datetime)}
    return sorted(at + timedelta(seconds=step) for at in written for step in (-1, 0, 1))


def _within(at: datetime, window: Window) -> bool:
    day = clock.local(at).date()
    return window.first_day <= day and (window.end_day is None or day < window.end_day)


def _at(day: date, minute: int) -> datetime:
    """On the city's wall clock; a minute that the clock leaves out in spring comes out as the one after the gap."""
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=settings.CITY.time_zone).astimezone(UTC)


def _hold(atoms: Sequence[Atom], values: dict[Key, Any]) -> bool:
    return all(atom.fits(values) for atom in atoms)


def facts_of_moment(at: datetime) -> dict[Key, Any]:
    """As they are gathered for a decision, but for what only depends on the day, which is kept."""
    local = clock.local(at)
    exact = {("", "at"): local, ("", "time"): local.hour * 60 + local.minute}
    return _day_facts(local.date()) | exact


@lru_cache(maxsize=4 * DAYS_MAX)
def _day_facts(day: date) -> dict[Key, Any]:
    gathered = gather(Case(trigger="receipt", at=_at(day, NOON), resident=ResidentFacts(handle="")))
    read = SCHEMA.read({name: value for name, value in gathered.items() if name in NAMES})
    return {("", name): value for name, value in read.items()}
