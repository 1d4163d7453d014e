"""Points and vouchers, once it is known what is paid: the same as earning.earned, into replay_earned."""

from collections.abc import Iterator, Sequence

from psycopg.sql import SQL, Composable
from psycopg.sql import Literal as Quoted

from rules.engine.forms import Mode, Points, Voucher
from rules.engine.sql.contests import Member, chosen


def earned(groups: Sequence[Sequence[Member]]) -> Iterator[Composable]:
    """Groups of rules that give points, or vouchers, their members by standing."""
    for members in groups:
        yield from (_worth(member, standing) for standing, member in enumerate(members))
        mode = members[0].rule.form.group.mode
        if mode is not Mode.ALL and len(members) > 1:
            yield _chosen(members, best=mode is Mode.BEST)


def vouchers(members: Sequence[Member]) -> Iterator[Composable]:
    numbers = [member.number for member in members if isinstance(member.rule.form.effect, Voucher)]
    if numbers:
        yield SQL(
            "INSERT INTO replay_voucher (receipt, rule, cents)"
            " SELECT receipt, rule, points FROM replay_earned WHERE rule = ANY({}::int[])"
        ).format(Quoted(numbers))
        yield SQL("DELETE FROM replay_earned WHERE rule = ANY({}::int[])").format(Quoted(numbers))


def _worth(member: Member, standing: int) -> Composable:
    chain, portions = chosen(member)
    match member.rule.form.effect:
        case Points(points=points, per="unit"):
            found = chain.add(
                "SELECT receipt, sum(units) * {1} AS points FROM {0} GROUP BY receipt", portions, Quoted(points)
            )
        case Points(points=points, per="euro"):
            found = chain.add(
                "SELECT receipt,"
                " sum((amount - coalesce(given.cents, 0)) * units / quantity)::bigint / 100 * {1} AS points"
                " FROM {0} AS one LEFT JOIN (SELECT receipt, line, sum(cents)::bigint AS cents FROM replay_grant"
                " GROUP BY receipt, line) AS given USING (receipt, line) GROUP BY receipt",
                portions,
                Quoted(points),
            )
        case Points(points=worth) | Voucher(cents=worth):
            if member.rule.target.whole:  # also of an event without lines
                return SQL(
                    "INSERT INTO replay_earned (receipt, rule, points) SELECT receipt, rule, {} FROM replay_active"
                    " WHERE rule = {}"
                ).format(Quoted(worth), Quoted(member.number))
            found = chain.add("SELECT DISTINCT receipt, {1} AS points FROM {0}", portions, Quoted(worth))
        case _:
            raise AssertionError(f"{member.rule.form.effect.kind} earns nothing")
    return chain.statement(
        "INSERT INTO replay_earned (receipt, rule, points) SELECT receipt, {1}, points FROM {0} WHERE points > 0",
        found,
        Quoted(member.number),
    )


def _chosen(members: Sequence[Member], *, best: bool) -> Composable:
    """One of the group for each receipt."""
    ranks = SQL(", ").join(
        SQL("({}, {})").format(Quoted(one.number), Quoted(place)) for place, one in enumerate(members)
    )
    return SQL(
        "DELETE FROM replay_earned AS earned USING (SELECT receipt, rule, row_number() OVER"
        " (PARTITION BY receipt ORDER BY {} standing) AS place FROM replay_earned"
        " JOIN (VALUES {}) AS ranks (rule, standing) USING (rule)) AS ranked"
        " WHERE ranked.receipt = earned.receipt AND ranked.rule = earned.rule AND ranked.place > 1"
    ).format(SQL("points DESC," if best else ""), ranks)
