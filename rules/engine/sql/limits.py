"""Caps cut what combination gave, and say what the receipts after them may still have; counters likewise."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.sql import SQL, Composable, Identifier
from psycopg.sql import Literal as Quoted

from rules.engine.caps import ORDER
from rules.engine.forms import Cap, CapUnit, Counter, Holder, Minutes, Period
from rules.engine.sql.shares import Chain, share_out

HOLDERS = {
    Holder.PERSON: SQL("receipt.person"),
    Holder.HOUSEHOLD: SQL("receipt.household"),
    Holder.PROGRAMME: SQL("''"),
    Holder.MERCHANT: SQL("receipt.merchant"),
}
PERIODS = {
    Period.DAY: SQL("receipt.day"),
    Period.WEEK: SQL("date_trunc('week', receipt.day)::date"),
    Period.MONTH: SQL("date_trunc('month', receipt.day)::date"),
    Period.YEAR: SQL("date_trunc('year', receipt.day)::date"),
    Period.ALWAYS: SQL("'-infinity'::date"),
}
# More than a receipt can use of it makes no difference to the receipt, however much it is.
MOST = {
    CapUnit.GRANTS: SQL("1"),
    CapUnit.UNITS: SQL("greatest(1, receipt.units)"),
    CapUnit.CENTS: SQL("greatest(1, receipt.cents)"),
    CapUnit.POINTS: SQL("9223372036854775807"),
}
GRANT = SQL("receipt, rule, line, cents, units")
BY_GRANT = SQL("(line || E'\\n') COLLATE \"C\", rule")
BY_RULE = SQL("rule")


@dataclass(frozen=True, slots=True)
class Capped:
    """A cap of one version. `number` is of the cap, which the versions of a programme share."""

    number: int
    cap: Cap
    rules: range


@dataclass(frozen=True, slots=True)
class Counted:
    number: int
    counter: Counter
    rules: range  # of the version that counts
    version: Composable  # whether a receipt is one that the version answers


def granted(rules: range, caps: Sequence[Capped]) -> Composable:
    """What the caps of a version leave of what its rules took, into replay_grant."""
    chain = Chain()
    last = chain.add("SELECT {0} FROM replay_take WHERE rule >= {1} AND rule < {2}", GRANT, *_ends(rules))
    for capped in _in_order(caps):
        if capped.cap.unit in CUTS:
            last = CUTS[capped.cap.unit](chain, last, capped)
    return chain.statement("INSERT INTO replay_grant ({0}) SELECT {0} FROM {1} WHERE cents > 0", GRANT, last)


def points_granted(rules: range, caps: Sequence[Capped]) -> Composable:
    chain = Chain()
    last = chain.add(
        "SELECT receipt, rule, points FROM replay_earned WHERE points > 0 AND rule >= {0} AND rule < {1}", *_ends(rules)
    )
    for capped in _in_order(caps):
        if capped.cap.unit is CapUnit.POINTS:
            limited = _limited(chain, last, capped)
            weighed = chain.add(
                "SELECT receipt, rule, points AS weight, least(most, 9000000000) AS total FROM {0}", limited
            )
            shared = share_out(chain, weighed, SQL("receipt, rule"), BY_RULE)
            last = chain.add("SELECT receipt, rule, part AS points FROM {0} WHERE part > 0", shared)
    return chain.statement(
        "INSERT INTO replay_points (receipt, rule, points) SELECT receipt, rule, points FROM {0}", last
    )


def _in_order(caps: Sequence[Capped]) -> list[Capped]:
    return sorted(caps, key=lambda one: (ORDER.index(one.cap.unit), one.cap.code))


def _ends(rules: range) -> tuple[Composable, Composable]:
    return Quoted(rules.start), Quoted(rules.stop)


def _limited(chain: Chain, source: Identifier, capped: Capped) -> Identifier:
    """With what is left of the cap as `most`."""
    if capped.cap.per is Holder.RECEIPT:
        return chain.add("SELECT *, {1}::bigint AS most FROM {0}", source, Quoted(capped.cap.limit))
    return chain.add(
        "SELECT one.*, coalesce(state.most, {2})::bigint AS most FROM {0} AS one LEFT JOIN replay_cap AS state"
        " ON state.receipt = one.receipt AND state.cap = {1}",
        source,
        Quoted(capped.number),
        Quoted(capped.cap.limit),
    )


def _cut_units(chain: Chain, source: Identifier, capped: Capped) -> Identifier:
    """The units that gain most keep their discount; a line cut in two keeps its part, rounded down."""
    limited = _limited(chain, source, capped)
    by_line = chain.add(
        "SELECT *, max(units) OVER line AS line_units, sum(cents) OVER line AS line_cents,"
        " row_number() OVER (PARTITION BY receipt, line ORDER BY rule) = 1 AS once FROM {0}"
        " WINDOW line AS (PARTITION BY receipt, line)",
        limited,
    )
    queued = chain.add(
        "SELECT *, sum(line_units) FILTER (WHERE once) OVER (PARTITION BY receipt) AS used,"
        " sum(line_units) FILTER (WHERE once) OVER"
        " (PARTITION BY receipt ORDER BY line_cents::double precision / line_units DESC, line) - line_units AS before"
        " FROM {0}",
        by_line,
    )
    kept = chain.add(
        "SELECT receipt, rule, line, cents, units,"
        " CASE WHEN used <= most THEN units ELSE least(units, greatest(0, most - before)) END::bigint AS kept FROM {0}",
        queued,
    )
    return chain.add(
        "SELECT receipt, rule, line, cents * kept / units AS cents, kept AS units FROM {0}"
        " WHERE cents * kept / units > 0",
        kept,
    )


def _cut_cents(chain: Chain, source: Identifier, capped: Capped) -> Identifier:
    limited = _limited(chain, source, capped)
    weighed = chain.add("SELECT {1}, cents AS weight, most AS total FROM {0}", limited, GRANT)
    shared = share_out(chain, weighed, GRANT, BY_GRANT)
    return chain.add("SELECT receipt, rule, line, part::bigint AS cents, units FROM {0} WHERE part > 0", shared)


CUTS = {CapUnit.UNITS: _cut_units, CapUnit.CENTS: _cut_cents}

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


def left_of_cap(versions: Sequence[Capped]) -> Composable:
    """What each receipt still has of a cap, by what those before it used, into replay_cap_now."""
    first = versions[0].cap
    of_versions = [
        SQL("SELECT DISTINCT receipt, {}::bigint AS whole FROM replay_matched WHERE {}").format(
            Quoted(one.cap.limit), _within(one.rules)
        )
        for one in versions
    ]
    used = SQL(" UNION ALL ").join(SQL("({})").format(USED[first.unit].format(_within(one.rules))) for one in versions)
    return SQL(
        "INSERT INTO replay_cap_now (receipt, cap, most) SELECT receipt, {}, least(greatest(0, whole - before), most)"
        " FROM (SELECT receipt.receipt, matched.whole, {} AS most,"
        " sum(coalesce(used.used, 0)) OVER (PARTITION BY {}, {}"
        " ORDER BY receipt.place ROWS UNBOUNDED PRECEDING) - coalesce(used.used, 0) AS before"
        " FROM ({}) AS matched JOIN replay_receipt AS receipt USING (receipt)"
        " LEFT JOIN ({}) AS used USING (receipt)) AS states"
    ).format(
        Quoted(versions[0].number),
        MOST[first.unit],
        HOLDERS[first.per],
        PERIODS[first.period],
        SQL(" UNION ALL ").join(of_versions),
        used,
    )


def _within(rules: range) -> Composable:
    return SQL("rule >= {} AND rule < {}").format(*_ends(rules))


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
        SQL(" OR ").join(_within(one.rules) for one in versions),
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
