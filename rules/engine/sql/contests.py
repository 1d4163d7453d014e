"""Groups as statements, in the order in which they stack: the same as combination.combine.

They read replay_active (the rules that compete for a receipt) and write replay_take.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg.sql import SQL, Composable
from psycopg.sql import Literal as Quoted

from rules.engine.definition import Rule
from rules.engine.forms import Bundle, FreeQuantity, Mode, PayAtMost, SetTarget
from rules.engine.sql.offers import off_each, offer, shares
from rules.engine.sql.portions import choose
from rules.engine.sql.shares import Chain

FREE = SQL(" AND NOT EXISTS (SELECT FROM replay_used AS used WHERE used.receipt = l.receipt AND used.line = l.line)")


@dataclass(frozen=True, slots=True)
class Member:
    """A rule with its number, which is also its place in the order of keys, and the counter that its effect goes by."""

    number: int
    rule: Rule
    counter: int | None

    @property
    def standing(self) -> tuple[int, int]:
        return self.rule.form.priority, self.number

    @property
    def joint(self) -> bool:
        form = self.rule.form
        return isinstance(form.effect, FreeQuantity | Bundle) or isinstance(form.target, SetTarget)

    @property
    def is_fare_cap(self) -> bool:
        return isinstance(self.rule.form.effect, PayAtMost)


def combined(groups: Sequence[Sequence[Member]]) -> Iterator[Composable]:
    """Groups in order, their members by standing."""
    step = 0
    for members in groups:
        if members[0].rule.form.group.mode is Mode.ALL:
            for member in members:
                yield _take(member, step=step)
                step += 1
        elif len(members) == 1:
            yield _take(members[0], step=step)
            step += 1
        else:
            yield from _Contest(members, step).statements()
            step += 1


def lines_of(member: Member, *, step: int = 0, only: Composable | None = None) -> Composable:
    """What `portions.choose` and `offer` read: what earlier steps left is due."""
    taken = SQL("0")
    joins: list[Composable] = []
    if step:
        joins.append(
            SQL(
                " LEFT JOIN (SELECT receipt, line, sum(cents)::bigint AS cents FROM replay_take WHERE step < {}"
                " GROUP BY receipt, line) AS taken ON taken.receipt = l.receipt AND taken.line = l.line"
            ).format(Quoted(step))
        )
        taken = SQL("coalesce(taken.cents, 0)")
    counted = SQL("0::bigint")
    if member.counter is not None:
        joins.append(
            SQL(" LEFT JOIN replay_counter AS counter ON counter.receipt = l.receipt AND counter.counter = {}").format(
                Quoted(member.counter)
            )
        )
        counted = SQL("coalesce(counter.before, 0)")
    return SQL(
        "SELECT l.*, l.amount - {} AS due, {} AS counted FROM replay_active AS a JOIN replay_line AS l"
        " ON l.receipt = a.receipt{} WHERE a.rule = {}{}"
    ).format(taken, counted, SQL("").join(joins), Quoted(member.number), only or SQL(""))


def chosen(member: Member, *, step: int = 0, only: Composable | None = None) -> tuple[Chain, Composable]:
    chain = Chain()
    lines = chain.add("{0}", lines_of(member, step=step, only=only))
    return chain, choose(chain, member.rule, lines)


def _offered(
    member: Member, template: str, *parts: Composable, step: int = 0, only: Composable | None = None
) -> Composable:
    """The template's {0} is the offer; parts come after it."""
    chain, portions = chosen(member, step=step, only=only)
    found = offer(chain, member.rule, portions)  # type: ignore[arg-type] # an identifier
    return chain.statement(template, found, *parts)


def _take(member: Member, *, step: int) -> Composable:
    return _offered(
        member,
        "INSERT INTO replay_take (receipt, rule, line, cents, units, step)"
        " SELECT receipt, {1}, line, cents, units, {2} FROM {0} WHERE cents > 0",
        Quoted(member.number),
        Quoted(step),
        step=step,
    )


class _Contest:
    """A group in which a line goes to one rule."""

    def __init__(self, members: Sequence[Member], step: int) -> None:
        self.members, self.step = members, step
        self.first = members[0].rule.form.group.mode is Mode.FIRST
        self.joint = [member for member in members if member.joint]
        self.alone = [member for member in members if not member.joint]
        self.rank = {member.number: place for place, member in enumerate(members)}

    def statements(self) -> Iterator[Composable]:
        if self.joint or any(shares(member.rule) for member in self.alone):
            yield from (self._only_contenders(member) for member in self.members)
        yield SQL("TRUNCATE replay_used, replay_tried, replay_try, replay_bid, replay_won")
        yield from (self._bid(member) for member in self.alone)
        for turn in range(len(self.joint)):
            yield from (self._try(member) for member in self.joint)
            yield from self._settle(turn)
        if self.alone and not self.joint and not any(shares(member.rule) for member in self.alone):
            yield self._best()
        elif self.alone:
            yield self._winners()
            yield self._alone()
            yield from (self._anew(member) for member in self.alone if shares(member.rule))

    def _only_contenders(self, member: Member) -> Composable:
        """A rule that would take nothing off the whole receipt does not compete for what is left of it."""
        return _offered(
            member,
            "DELETE FROM replay_active AS active WHERE rule = {1} AND NOT EXISTS"
            " (SELECT FROM {0} AS found WHERE found.receipt = active.receipt AND found.cents > 0)",
            Quoted(member.number),
        )

    def _bid(self, member: Member) -> Composable:
        """Lines that the rule is meant for, also those that it would take nothing off."""
        chain, portions = chosen(member, step=self.step)
        standing = Quoted(self.rank[member.number])
        if not shares(member.rule):
            return chain.statement(
                "INSERT INTO replay_bid (receipt, rule, line, cents, units, standing)"
                " SELECT receipt, {1}, line, greatest(0, least(coalesce({2}, 0), due)), units, {3} FROM {0}",
                portions,
                Quoted(member.number),
                off_each(member.rule),
                standing,
            )
        found = offer(chain, member.rule, portions)  # type: ignore[arg-type] # an identifier
        return chain.statement(
            "INSERT INTO replay_bid (receipt, rule, line, cents, units, standing)"
            " SELECT one.receipt, {2}, one.line, coalesce(found.cents, 0), one.units, {3} FROM {0} AS one"
            " LEFT JOIN {1} AS found ON found.receipt = one.receipt AND found.line = one.line",
            portions,
            found,
            Quoted(member.number),
            standing,
        )

    def _try(self, member: Member) -> Composable:
        """Over the lines that are still free; where priority decides, without those that go to a rule before it."""
        waiting = SQL(
            "{} AND NOT EXISTS (SELECT FROM replay_tried AS tried WHERE tried.receipt = l.receipt AND tried.rule = {})"
        ).format(FREE, Quoted(member.number))
        if self.first:
            waiting += SQL(
                " AND NOT EXISTS (SELECT FROM replay_bid AS bid WHERE bid.receipt = l.receipt AND bid.line = l.line"
                " AND bid.cents > 0 AND bid.standing < {})"
            ).format(Quoted(self.rank[member.number]))
        return _offered(
            member,
            "INSERT INTO replay_try (receipt, rule, line, cents, units, standing)"
            " SELECT receipt, {1}, line, cents, units, {2} FROM {0}",
            Quoted(member.number),
            Quoted(self.rank[member.number]),
            step=self.step,
            only=waiting,
        )

    def _settle(self, turn: int) -> Iterator[Composable]:
        """The best of those that wait, for each receipt: it takes its lines where they gain more by it, or goes."""
        numbers = SQL(", ").join(
            SQL("({}, {})").format(Quoted(member.number), Quoted(self.rank[member.number])) for member in self.joint
        )
        order = SQL("standing" if self.first else "cents DESC, standing")
        gains = SQL("true" if self.first else "picked.cents > coalesce(alone.cents, 0)")
        yield SQL(
            "WITH waiting AS (SELECT active.receipt, active.rule, joint.standing, coalesce(sum(try.cents), 0) AS cents"
            " FROM replay_active AS active JOIN (VALUES {}) AS joint (rule, standing) USING (rule)"
            " LEFT JOIN replay_try AS try ON try.receipt = active.receipt AND try.rule = active.rule"
            " WHERE NOT EXISTS (SELECT FROM replay_tried AS tried"
            " WHERE tried.receipt = active.receipt AND tried.rule = active.rule)"
            " GROUP BY active.receipt, active.rule, joint.standing),"
            " picked AS (SELECT DISTINCT ON (receipt) * FROM waiting ORDER BY receipt, {}),"
            " best AS (SELECT receipt, line, max(cents) AS cents FROM replay_bid GROUP BY receipt, line),"
            " alone AS (SELECT receipt, try.rule, sum(best.cents) AS cents FROM replay_try AS try"
            " JOIN best USING (receipt, line) GROUP BY receipt, try.rule)"
            " INSERT INTO replay_tried (receipt, rule, turn, wins)"
            " SELECT picked.receipt, picked.rule, {}, picked.cents > 0 AND {} FROM picked"
            " LEFT JOIN alone ON alone.receipt = picked.receipt AND alone.rule = picked.rule"
        ).format(numbers, order, Quoted(turn), gains)
        won = SQL(
            " FROM replay_try AS try JOIN replay_tried AS tried USING (receipt, rule)"
            " WHERE tried.turn = {} AND tried.wins"
        ).format(Quoted(turn))
        yield SQL(
            "INSERT INTO replay_take (receipt, rule, line, cents, units, step)"
            " SELECT try.receipt, try.rule, try.line, try.cents, try.units, {}{} AND try.cents > 0"
        ).format(Quoted(self.step), won)
        yield SQL("INSERT INTO replay_used (receipt, line) SELECT try.receipt, try.line{}").format(won)
        yield SQL("TRUNCATE replay_try")

    def _best(self) -> Composable:
        """Where nothing is tried together or worked out anew, a line's best bid is what is taken."""
        return SQL(
            "INSERT INTO replay_take (receipt, rule, line, cents, units, step) SELECT receipt, rule, line, cents,"
            " units, {} FROM (SELECT DISTINCT ON (receipt, line) * FROM replay_bid ORDER BY receipt, line, {}) AS best"
            " WHERE cents > 0"
        ).format(Quoted(self.step), self._order)

    @property
    def _order(self) -> Composable:
        return SQL("(cents > 0) DESC, standing" if self.first else "cents DESC, standing")

    def _winners(self) -> Composable:
        """A line too small to gain anything has its winner too, since it counts for a discount on the whole receipt."""
        return SQL(
            "INSERT INTO replay_won (receipt, line, rule)"
            " SELECT DISTINCT ON (l.receipt, l.line) l.receipt, l.line, l.rule"
            " FROM replay_bid AS l WHERE true{} ORDER BY l.receipt, l.line, {}"
        ).format(FREE, self._order)

    def _alone(self) -> Composable:
        """Rules that take the same off a line whichever others they have."""
        numbers = [member.number for member in self.alone if not shares(member.rule)]
        return SQL(
            "INSERT INTO replay_take (receipt, rule, line, cents, units, step)"
            " SELECT receipt, rule, line, cents, units, {} FROM replay_bid JOIN replay_won USING (receipt, line, rule)"
            " WHERE cents > 0 AND rule = ANY({}::int[])"
        ).format(Quoted(self.step), Quoted(numbers))

    def _anew(self, member: Member) -> Composable:
        """Worked out anew over the lines that were won."""
        chain, portions = chosen(member, step=self.step)
        mine = chain.add(
            "SELECT * FROM {0} AS one WHERE EXISTS (SELECT FROM replay_won AS won"
            " WHERE won.receipt = one.receipt AND won.line = one.line AND won.rule = {1})",
            portions,
            Quoted(member.number),
        )
        found = offer(chain, member.rule, mine)
        return chain.statement(
            "INSERT INTO replay_take (receipt, rule, line, cents, units, step)"
            " SELECT receipt, {1}, line, cents, units, {2} FROM {0} WHERE cents > 0",
            found,
            Quoted(member.number),
            Quoted(self.step),
        )
