"""What is limited and counted: whose it is, for which period, and what is left of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self

from gis_platform.core import prepared
from rules.benefits.facts import Case, ResidentFacts
from rules.benefits.versions import InForce
from rules.engine.forms import Cap, Counter, Holder, Minutes, Period
from rules.engine.outcome import CapKey, CounterKey

NO_BUDGET, BUDGET_EXHAUSTED = "no-budget", "budget-exhausted"
ALWAYS = date(1, 1, 1)  # where what has no calendar period is counted
COUNTER = "counter."

type RowKey = tuple[str, int, str, date]  # holder, programme, cap or counter, first day of the period


@dataclass
class BudgetRefused(Exception):
    """This programme's budget has no room for what it would give."""

    programme: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    used: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of each cap that was ever used in its period (the others are whole), and what each counter has."""

    remaining: dict[CapKey, int] = field(default_factory=dict)
    counters: dict[CounterKey, int] = field(default_factory=dict)
    rows: Mapping[RowKey, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps and counters of what is in force, found by what their rows name."""

    caps: Mapping[tuple[int, str], tuple[InForce, Cap]]
    counters: Mapping[tuple[int, str], tuple[InForce, Counter]]

    @classmethod
    def of(cls, versions: Iterable[InForce]) -> Self:
        versions = list(versions)
        return cls(
            caps={(one.programme_id, cap.code): (one, cap) for one in versions for cap in one.compiled.caps},
            counters={
                (one.programme_id, COUNTER + counter.code): (one, counter)
                for one in versions
                for counter in one.compiled.counters
            },
        )


def period_start(period: Period | Minutes, day: date) -> date:
    """
    >>> period_start(Period.MONTH, date(2026, 9, 17)), period_start(Period.WEEK, date(2026, 9, 17))
    (datetime.date(2026, 9, 1), datetime.date(2026, 9, 14))
    """
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.YEAR:
            return day.replace(month=1, day=1)
        case _:
            return ALWAYS


def holder_of(case: Case, per: Holder) -> str:
    """Of whom a cap speaks here; "" where it speaks of nobody. Who has no household is one alone."""
    match per:
        case Holder.PERSON:
            return f"resident:{case.resident.handle}"
        case Holder.HOUSEHOLD:
            return household_of(case.resident)
        case Holder.MERCHANT:
            return case.merchant
        case Holder.PROGRAMME:
            return "programme"
        case Holder.RECEIPT:
            return ""


def household_of(resident: ResidentFacts) -> str:
    return f"household:{resident.household}" if resident.household else f"resident:{resident.handle}"


def room(case: Case, limits: Limits, rows: Mapping[RowKey, Row] | None = None) -> Room:
    """What is read may be taken by another before it is booked, and then it is refused. `rows` is what was read."""
    if rows is None:
        rows = _read(case) if limits.caps or limits.counters else {}
    found = Room(rows=rows)
    for key, row in rows.items():
        holder, programme, code, start = key
        if capped := limits.caps.get((programme, code)):
            one, cap = capped
            if holder == holder_of(case, cap.per) and start == period_start(cap.period, case.day):
                found.remaining[one.code, cap.code] = max(0, cap.limit - row.used)
        elif counted := limits.counters.get((programme, code)):
            one, counter = counted
            if key == counter_key(case, one, counter) and is_running(counter, row.since, case.at):
                found.counters[one.code, counter.code] = row.used
    return found


def holders(resident: ResidentFacts, merchant: str) -> list[str]:
    """All whose limits may speak in a case."""
    return sorted({f"resident:{resident.handle}", household_of(resident), merchant, "programme"} - {""})


def starts(day: date) -> list[date]:
    """The first days of all periods that a day is in."""
    return sorted({*(period_start(period, day) for period in Period), ALWAYS})


def _read(case: Case) -> dict[RowKey, Row]:
    read = prepared.rows("benefits_usage", [holders(case.resident, case.merchant), starts(case.day)])
    return {(holder, programme, code, start): Row(used, since) for holder, programme, code, start, used, since in read}


def counter_key(case: Case, one: InForce, counter: Counter) -> tuple[str, int, str, date]:
    holder = holder_of(case, Holder.PERSON)
    return holder, one.programme_id, COUNTER + counter.code, period_start(counter.period, case.day)


def is_running(counter: Counter, since: datetime | None, at: datetime) -> bool:
    """A calendar period always is, for its rows are found by it; a window is for its minutes."""
    if not isinstance(counter.period, Minutes):
        return True
    return since is not None and since <= at < since + timedelta(minutes=counter.period.minutes)
