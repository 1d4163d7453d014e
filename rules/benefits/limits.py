"""What is limited and counted: whose it is, for which period, and what is left of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from gis_platform.core import prepared
from rules.benefits.facts import Case
from rules.benefits.versions import InForce
from rules.engine.forms import Counter, Holder, Minutes, Period
from rules.engine.outcome import CapKey, CounterKey

NO_BUDGET, BUDGET_EXHAUSTED = "no-budget", "budget-exhausted"
ALWAYS = date(1, 1, 1)  # where what has no calendar period is counted
COUNTER = "counter."


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
    rows: Mapping[tuple[str, int, str, date], Row] = field(default_factory=dict)


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
        case Holder.HOUSEHOLD if case.resident.household:
            return f"household:{case.resident.household}"
        case Holder.HOUSEHOLD:
            return f"resident:{case.resident.handle}"
        case Holder.MERCHANT:
            return case.merchant
        case Holder.PROGRAMME:
            return "programme"
        case Holder.RECEIPT:
            return ""


def room(case: Case, versions: Sequence[InForce]) -> Room:
    """Read in one statement; what is read may be taken by another before it is booked, and then it is refused."""
    rows = _rows(case, versions)
    found = Room(rows=rows)
    for one in versions:
        for cap in one.compiled.caps:
            row = rows.get((holder_of(case, cap.per), one.programme_id, cap.code, period_start(cap.period, case.day)))
            if row is not None:
                found.remaining[one.code, cap.code] = max(0, cap.limit - row.used)
        for counter in one.compiled.form.counters:
            row = rows.get(counter_key(case, one, counter))
            if row is not None and is_running(counter, row.since, case.at):
                found.counters[one.code, counter.code] = row.used
    return found


def _rows(case: Case, versions: Sequence[InForce]) -> dict[tuple[str, int, str, date], Row]:
    caps = [cap for one in versions for cap in one.compiled.caps]
    counters = [counter for one in versions for counter in one.compiled.form.counters]
    if not caps and not counters:
        return {}
    holders = {holder_of(case, per) for per in {cap.per for cap in caps} | {Holder.PERSON}} - {""}
    starts = {period_start(cap.period, case.day) for cap in caps}
    starts |= {period_start(counter.period, case.day) for counter in counters}
    rows = prepared.rows("benefits_usage", [list(holders), list(starts)])
    return {(holder, programme, code, start): Row(used, since) for holder, programme, code, start, used, since in rows}


def counter_key(case: Case, one: InForce, counter: Counter) -> tuple[str, int, str, date]:
    holder = holder_of(case, Holder.PERSON)
    return holder, one.programme_id, COUNTER + counter.code, period_start(counter.period, case.day)


def is_running(counter: Counter, since: datetime | None, at: datetime) -> bool:
    """A calendar period always is, for its rows are found by it; a window is for its minutes."""
    if not isinstance(counter.period, Minutes):
        return True
    return since is not None and since <= at < since + timedelta(minutes=counter.period.minutes)
