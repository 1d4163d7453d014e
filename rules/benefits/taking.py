"""What a decision takes of caps and adds to counters.

Nothing is taken here: the database function benefits_book takes all of it, or nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rules.benefits.facts import Case
from rules.benefits.limits import Room, counter_key, holder_of, is_running, period_start
from rules.benefits.shares import Part
from rules.benefits.versions import InForce
from rules.engine.forms import Cap, CapUnit, Counter, Minutes
from rules.engine.outcome import Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Take:
    """What a decision takes of a cap, or adds to a counter; kept with the decision, so that it can be given back.

    A cap has its `limit`; a counter what was there when it was read, None for no row. `parts` are the lines that it
    was taken for, with their weights.
    """

    holder: str
    programme: int
    code: str
    period_start: date
    used: int
    parts: tuple[Part, ...]
    since: datetime | None = None
    limit: int | None = None
    seen_used: int | None = None
    seen_since: datetime | None = None


def takes(case: Case, versions: Mapping[str, InForce], outcome: Outcome, found: Room) -> list[Take]:
    """What the outcome takes of caps and adds to counters; `versions` by their programmes' codes."""
    taken: list[Take] = []
    for one in (versions[code] for code in sorted({code for code, _ in (*outcome.usage, *outcome.counted)})):
        for cap in one.compiled.caps:
            used, holder = outcome.usage.get((one.code, cap.code), 0), holder_of(case, cap.per)
            if used and holder:
                taken.append(
                    Take(
                        holder=holder,
                        programme=one.programme_id,
                        code=cap.code,
                        period_start=period_start(cap.period, case.day),
                        used=used,
                        parts=tuple(_cap_parts(case, one, cap, outcome)),
                        limit=cap.limit,
                    )
                )
        for counter in one.compiled.form.counters:
            counted = outcome.counted.get((one.code, counter.code), 0)
            if counted:
                taken += _counted(case, one, counter, counted, outcome, found)
    return taken


def _counted(case: Case, one: InForce, counter: Counter, counted: int, outcome: Outcome, found: Room) -> Iterable[Take]:
    holder, programme, code, start = key = counter_key(case, one, counter)
    row = found.rows.get(key)
    since = None
    if isinstance(counter.period, Minutes):
        since = case.at
        if row is not None and row.since is not None:
            if case.at < row.since:  # a late receipt, from before the running window: that one is not counted any more
                return
            since = row.since if is_running(counter, row.since, case.at) else case.at
    yield Take(
        holder=holder,
        programme=programme,
        code=code,
        period_start=start,
        used=counted,
        parts=tuple(_counter_parts(case, counter, outcome)),
        since=since,
        seen_used=row.used if row else None,
        seen_since=row.since if row else None,
    )


def _cap_parts(case: Case, one: InForce, cap: Cap, outcome: Outcome) -> Iterable[Part]:
    grants = [grant for grant in outcome.grants if grant.programme == one.code]
    match cap.unit:
        case CapUnit.CENTS:
            return [(grant.line, grant.cents) for grant in grants]
        case CapUnit.UNITS:
            units: dict[str, int] = {}  # two rules on one line make the same units cheaper
            for grant in grants:
                units[grant.line] = max(grant.units, units.get(grant.line, 0))
            return units.items()
        case CapUnit.GRANTS if grants:
            lines = {grant.line for grant in grants}
            return [(line.id, line.quantity) for line in case.lines if line.id in lines]
        case _:
            return [(line.id, line.amount_cents) for line in case.lines]


def _counter_parts(case: Case, counter: Counter, outcome: Outcome) -> Iterable[Part]:
    lines = [line for line in case.lines if counter.categories is None or line.category in counter.categories]
    if counter.counts == "paid-cents":
        off = outcome.cents_by_line()
        return [(line.id, line.amount_cents - off.get(line.id, 0)) for line in lines]
    return [(line.id, line.quantity) for line in lines]
