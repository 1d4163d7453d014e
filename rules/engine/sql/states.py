"""What each receipt still has of a cap, and what a counter has before it, by the receipts before.

A receipt is due again only where that makes a difference: of a cap, no more matters than the receipt asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg.sql import SQL, Composable
from psycopg.sql import Literal as Quoted

from rules.engine.forms import CapUnit, Counter, Holder, Minutes, Period
from rules.engine.sql.limits import Capped, within

HOLDERS = {
    Holder.PERSON: SQL("receipt.person"),
    Holder.HOUSEHOLD: SQL("receipt.household"),
    Holder.PROGRAMME: SQL("''"),
    Holder.MERCHANT: SQL("receipt.merchant"),
}
PERIODS = {
    Period.DAY: SQL("receipt.day"),
    Period.WEEK: SQL("(receipt.day - (receipt.day - '0001-01-01') % 7)"),  # that day was a Monday
    Period.MONTH: SQL("date_trunc('month', receipt.day)::date"),
    Period.YEAR: SQL("date_trunc('year', receipt.day)::date"),
    Period.ALWAYS: SQL("'-infinity'::date"),
}
USED = {
    CapUnit.GRANTS: SQL(
        "SELECT receipt, 1 AS used FROM (SELECT receipt FROM replay_grant WHERE {0}"
        " UNION SELECT receipt FROM replay_points WHERE {0}"
        " UNION SELECT receipt FROM replay_voucher WHERE {0}) AS given"
    ),
    CapUnit.UNITS: SQL(
        "SELECT receipt, sum(units) AS used FROM (SELECT receipt, line, max(units) AS units FROM replay_grant"
        " WHERE {0} GROUP BY receipt, line) AS lines GROUP BY receipt"
    ),
    CapUnit.CENTS: SQL("SELECT receipt, sum(cents) AS used FROM replay_grant WHERE {0} GROUP BY receipt"),
    CapUnit.POINTS: SQL("SELECT receipt, sum(points) AS used FROM replay_points WHERE {0} GROUP BY receipt"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    number: int
    counter: Counter
    rules: range  # of the version that counts
    version: Composable  # whether a receipt is one that the version answers


def whole_cap(capped: Capped) -> Composable:
    """As if each receipt were the first, into replay_cap."""
    return SQL(
        "INSERT INTO replay_cap (receipt, cap, whole, most)"
        " SELECT DISTINCT receipt, {0}, {1}::bigint, {1}::bigint FROM replay_matched WHERE {2}"
    ).format(Quoted(capped.number), Quoted(capped.cap.limit), within(capped.rules))


def left_of_cap(versions: Sequence[Capped], *, due_only: bool) -> Composable:
    """What receipts have of a cap, by what those before them used, into replay_cap_now.

    Of all, or of those whose holder has a receipt that was due: for others nothing has moved.
    """
    first = versions[0].cap
    used = SQL(" UNION ALL ").join(SQL("({})").format(USED[first.unit].format(within(one.rules))) for one in versions)
    moved: Composable = SQL("")
    if due_only and first.per is not Holder.PROGRAMME:
        moved = SQL(
            " AND {0} IN (SELECT {0} FROM replay_due JOIN replay_receipt AS receipt USING (receipt))"
        ).format(HOLDERS[first.per])  # fmt: skip
    return SQL(
        "INSERT INTO replay_cap_now (receipt, cap, most) SELECT receipt, {0}, greatest(0, whole - before)"
        " FROM (SELECT receipt.receipt, cap.whole,"
        " sum(coalesce(used.used, 0)) OVER (PARTITION BY {1}, {2}"
        " ORDER BY receipt.place ROWS UNBOUNDED PRECEDING) - coalesce(used.used, 0) AS before"
        " FROM replay_cap AS cap JOIN replay_receipt AS receipt USING (receipt)"
        " LEFT JOIN ({3}) AS used USING (receipt) WHERE cap.cap = {0}{4}) AS states"
    ).format(Quoted(versions[0].number), HOLDERS[first.per], PERIODS[first.period], used, moved)


def due_by_caps() -> Composable:
    """Used up or not is a difference even to a receipt that asked for nothing: a rule competes, or does not."""
    return SQL(
        "INSERT INTO replay_due (receipt) SELECT DISTINCT receipt FROM replay_cap_now AS now"
        " JOIN replay_cap AS old USING (receipt, cap) LEFT JOIN replay_asked AS asked USING (receipt, cap)"
        " WHERE now.most <> old.most AND ((now.most = 0) <> (old.most = 0)"
        " OR least(now.most, coalesce(asked, 0)) <> least(old.most, coalesce(asked, 0)))"
    )


def keep_caps() -> Composable:
    """Only for the receipts that are decided again: others keep what they were decided with."""
    return SQL(
        "UPDATE replay_cap AS old SET most = now.most FROM replay_cap_now AS now JOIN replay_due USING (receipt)"
        " WHERE old.receipt = now.receipt AND old.cap = now.cap AND old.most <> now.most"
    )


def due_by_counters() -> Composable:
    return SQL(
        "INSERT INTO replay_due (receipt) SELECT DISTINCT receipt FROM replay_counter_now AS now"
        " FULL JOIN replay_counter AS old USING (receipt, counter)"
        " WHERE now.before IS DISTINCT FROM old.before AND receipt NOT IN (SELECT receipt FROM replay_due)"
    )


def keep_counters() -> Iterator[Composable]:
    yield SQL("TRUNCATE replay_counter")
    yield SQL("INSERT INTO replay_counter SELECT * FROM replay_counter_now")
    yield SQL("ANALYZE replay_counter")


def counted_before(versions: Sequence[Counted]) -> Composable:
    """What each counter has before each receipt, into replay_counter_now."""
    counter = versions[0].counter
    counting = SQL(" UNION ALL ").join(_counted(one) for one in versions)
    return SQL(
        "INSERT INTO replay_counter_now (receipt, counter, before) SELECT receipt, {}, before FROM"
        " (SELECT receipt.receipt, {} AS before FROM ({}) AS counting JOIN replay_receipt AS receipt USING (receipt))"
        " AS states WHERE before <> 0 AND receipt IN (SELECT receipt FROM replay_matched WHERE {})"
    ).format(
        Quoted(versions[0].number),
        _before(counter),
        counting,
        SQL(" OR ").join(within(one.rules) for one in versions),
    )


def _before(counter: Counter) -> Composable:
    if isinstance(counter.period, Minutes):
        return SQL(
            "benefits_counted_before(receipt.at, counting.number, {}) OVER"
            " (PARTITION BY receipt.person ORDER BY receipt.place ROWS UNBOUNDED PRECEDING)"
        ).format(Quoted(counter.period.minutes))
    return SQL(
        "sum(counting.number) OVER (PARTITION BY receipt.person, {} ORDER BY receipt.place ROWS UNBOUNDED PRECEDING)"
        " - counting.number"
    ).format(PERIODS[counter.period])


def _counted(one: Counted) -> Composable:
    """One row for each receipt that the version answers, with what it adds."""
    counter = one.counter
    lines: Composable = SQL("true")
    if counter.categories is not None:
        lines = SQL("line.category = ANY({})").format(Quoted(list(counter.categories)))
    number = {
        "units": SQL("coalesce(sum(line.quantity), 0)"),
        "paid-cents": SQL("coalesce(sum(line.amount - coalesce(given.cents, 0)), 0)"),
        "receipts": SQL("1") if counter.categories is None else SQL("(count(line.line) > 0)::int"),
    }[counter.counts]
    given = SQL("")
    if counter.counts == "paid-cents":
        given = SQL(
            " LEFT JOIN (SELECT receipt, line, sum(cents) AS cents FROM replay_grant GROUP BY receipt, line) AS given"
            " ON given.receipt = line.receipt AND given.line = line.line"
        )
    return SQL(
        "SELECT receipt.receipt, {}::bigint AS number FROM replay_receipt AS receipt"
        " LEFT JOIN replay_line AS line ON line.receipt = receipt.receipt AND {}{} WHERE {} GROUP BY receipt.receipt"
    ).format(number, lines, given, one.version)
