"""Caps cut what combination gave: only the receipts that ask for more than is left are worked out anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg.sql import SQL, Composable, Identifier
from psycopg.sql import Literal as Quoted

from rules.engine.caps import ORDER
from rules.engine.forms import Cap, CapUnit, Holder
from rules.engine.sql.shares import Chain, share_out

GRANT = SQL("receipt, rule, line, cents, units")
BY_GRANT = SQL("(line || E'\\n') COLLATE \"C\", rule")
BY_RULE = SQL("rule")
ABOVE_CAPS = SQL(" AND EXISTS (SELECT FROM replay_over AS over WHERE over.receipt = one.receipt)")
WITHIN_CAPS = SQL(" AND NOT EXISTS (SELECT FROM replay_over AS over WHERE over.receipt = one.receipt)")


@dataclass(frozen=True, slots=True)
class Capped:
    """A cap of one version. `number` is of the cap, which the versions of a programme share."""

    number: int
    cap: Cap
    rules: range


ASKED = {
    CapUnit.UNITS: SQL(
        "SELECT receipt, sum(units)::bigint AS asked FROM (SELECT receipt, line, max(units) AS units FROM replay_take"
        " WHERE {0} GROUP BY receipt, line) AS lines GROUP BY receipt"
    ),
    CapUnit.CENTS: SQL("SELECT receipt, sum(cents)::bigint AS asked FROM replay_take WHERE {0} GROUP BY receipt"),
    CapUnit.POINTS: SQL("SELECT receipt, sum(points)::bigint AS asked FROM replay_earned WHERE {0} GROUP BY receipt"),
}


def granted(rules: range, caps: Sequence[Capped]) -> Iterator[Composable]:
    """What the caps of a version leave of what its rules took, into replay_grant."""
    cuts = [one for one in _in_order(caps) if one.cap.unit in CUTS]
    yield from (_asked(one) for one in cuts)
    mine = SQL("SELECT {} FROM replay_take AS one WHERE cents > 0 AND {}").format(GRANT, within(rules))
    yield SQL("INSERT INTO replay_grant ({}) {}{}").format(GRANT, mine, WITHIN_CAPS if cuts else SQL(""))
    if not cuts:
        return
    chain = Chain()
    last = chain.add("{0}{1}", mine, ABOVE_CAPS)
    for capped in cuts:
        last = CUTS[capped.cap.unit](chain, last, capped)
    yield chain.statement("INSERT INTO replay_grant ({0}) SELECT {0} FROM {1} WHERE cents > 0", GRANT, last)


def _asked(capped: Capped) -> Composable:
    """What each receipt would use of a cap without end, and which receipts have less than that."""
    asked = ASKED[capped.cap.unit].format(within(capped.rules))
    if capped.cap.per is Holder.RECEIPT:
        return SQL("INSERT INTO replay_over (receipt) SELECT receipt FROM ({}) AS asked WHERE asked > {}").format(
            asked, Quoted(capped.cap.limit)
        )
    return SQL(
        "WITH asked AS ({0}), kept AS (INSERT INTO replay_asked (receipt, cap, asked)"
        " SELECT receipt, {1}, asked FROM asked) INSERT INTO replay_over (receipt) SELECT asked.receipt FROM asked"
        " JOIN replay_cap AS state ON state.receipt = asked.receipt AND state.cap = {1} WHERE asked > most"
    ).format(asked, Quoted(capped.number))


def points_granted(rules: range, caps: Sequence[Capped]) -> Iterator[Composable]:
    chain = Chain()
    last = chain.add("SELECT receipt, rule, points FROM replay_earned WHERE points > 0 AND {0}", within(rules))
    for capped in _in_order(caps):
        if capped.cap.unit is CapUnit.POINTS:
            yield _asked(capped)
            limited = _limited(chain, last, capped)
            weighed = chain.add(
                "SELECT receipt, rule, points AS weight, least(most, 9000000000) AS total FROM {0}", limited
            )
            shared = share_out(chain, weighed, SQL("receipt, rule"), BY_RULE)
            last = chain.add("SELECT receipt, rule, part AS points FROM {0} WHERE part > 0", shared)
    yield chain.statement(
        "INSERT INTO replay_points (receipt, rule, points) SELECT receipt, rule, points FROM {0}", last
    )


def _in_order(caps: Sequence[Capped]) -> list[Capped]:
    return sorted(caps, key=lambda one: (ORDER.index(one.cap.unit), one.cap.code))


def within(rules: range) -> Composable:
    return SQL("rule >= {} AND rule < {}").format(Quoted(rules.start), Quoted(rules.stop))


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
