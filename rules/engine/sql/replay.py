"""The statements of a replay, in order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from psycopg.sql import SQL, Composable, Identifier
from psycopg.sql import Literal as Quoted

from rules.engine.definition import COUNTER, Gives, Programme, Rule
from rules.engine.expressions import Expression
from rules.engine.facts import FactSchema, Kind
from rules.engine.forms import Holder
from rules.engine.sql import tables
from rules.engine.sql.asking import asked_counters, asked_facts, counters_in, effect_counter, parts_of
from rules.engine.sql.conditions import TYPES, condition
from rules.engine.sql.contests import Member, combined
from rules.engine.sql.earnings import earned, vouchers
from rules.engine.sql.limits import Capped, granted, points_granted
from rules.engine.sql.states import (
    Counted,
    counted_before,
    due_by_caps,
    due_by_counters,
    keep_caps,
    keep_counters,
    left_of_cap,
    whole_cap,
)

# What is kept of each receipt until it is due again.
KEPT = ("replay_grant", "replay_points", "replay_voucher", "replay_asked")


@dataclass(frozen=True, slots=True)
class Version:
    """Rules that were asked for the receipts that name `id` among their versions; None is asked for all."""

    programme: Programme
    id: int | None


@dataclass(frozen=True, slots=True)
class _Numbered:
    version: Version
    rules: range
    members: tuple[Member, ...]
    caps: tuple[Capped, ...]
    counted: tuple[Counted, ...]


class Replay:
    """`facts` are the columns f0, f1, … of replay_receipt; see tables.py for what else has to be there.

    Run `tables`, fill replay_receipt and replay_line, run `staged` and `matching` once, and then `deciding` and
    `comparing` until replay_due is empty. The result is in replay_grant, replay_points and replay_voucher, by the
    number of the rule.
    """

    def __init__(self, versions: Sequence[Version], schema: FactSchema, *, others: Sequence[Version] = ()) -> None:
        """`others` are replayed over the same tables, and may ask for further facts."""
        self._numbers: dict[tuple[str, ...], int] = {}
        self._versions: list[_Numbered] = []
        self._first = True
        for version in sorted(versions, key=lambda one: one.programme.code):
            self._versions.append(self._numbered(version))
        rules = [rule for version in (*versions, *others) for rule in version.programme.rules]
        conditions = [one.expression for rule in rules for one in rule.conditions]
        names = sorted(
            {name for expression in conditions for name in asked_facts(expression) if not name.startswith(COUNTER)}
        )
        self.facts = [schema.fact(name, field="facts") for name in names]
        self._column = {fact.name: SQL("receipt.{}").format(Identifier(f"f{n}")) for n, fact in enumerate(self.facts)}

    @property
    def rules(self) -> list[tuple[Version, Rule]]:
        """By their numbers."""
        return [(one.version, member.rule) for one in self._versions for member in one.members]

    def tables(self) -> Iterator[Composable]:
        columns = [tables.fact_column(number, TYPES[fact.kind]) for number, fact in enumerate(self.facts)]
        yield tables.DROP
        yield tables.RECEIPTS.format(SQL("").join(columns))
        yield from tables.CREATE

    def stored_facts(self, facts: Composable) -> Composable:
        """The values of f0, f1, … out of a JSON object of stored facts."""
        return SQL("").join(SQL(", {}").format(_stored(fact.kind, facts, fact.name)) for fact in self.facts)

    def staged(self) -> Iterator[Composable]:
        """After replay_receipt and replay_line were filled."""
        yield from tables.CREATE_INDEXES
        yield SQL("ANALYZE replay_receipt, replay_line")

    def end(self) -> Iterator[Composable]:
        yield tables.DROP

    def matching(self) -> Iterator[Composable]:
        """Which rules hold, as far as no counter is asked: one pass over all receipts."""
        holds = [
            SQL("CASE WHEN {} THEN {} END").format(self._matches(one, member), Quoted(member.number))
            for one in self._versions
            for member in one.members
        ]
        yield tables.EMPTY
        yield SQL(
            "INSERT INTO replay_matched (receipt, rule) SELECT receipt, rule FROM replay_receipt AS receipt,"
            " unnest(ARRAY[{}]::int[]) AS rule WHERE rule IS NOT NULL"
        ).format(SQL(", ").join(holds))
        yield SQL("ANALYZE replay_matched")
        yield from (whole_cap(capped) for capped in self._caps)
        yield SQL("ANALYZE replay_cap")
        if self._counted:
            yield from self._count()
            yield from keep_counters()
        yield SQL("INSERT INTO replay_due (receipt) SELECT DISTINCT receipt FROM replay_matched")
        self._first = True

    def deciding(self) -> Iterator[Composable]:
        """What the receipts that are due get, with the limits as they are known."""
        yield SQL("ANALYZE replay_due")
        yield from (
            SQL("DELETE FROM {} WHERE receipt IN (SELECT receipt FROM replay_due)").format(Identifier(name))
            for name in KEPT
        )
        yield SQL("TRUNCATE replay_active, replay_take, replay_earned, replay_over")
        for one in self._versions:
            yield from self._active(one)
        yield SQL("ANALYZE replay_active")
        yield from combined(self._groups(Gives.MONEY) + self._groups(Gives.FARE_CAP))
        for one in self._versions:
            yield from granted(one.rules, one.caps)
        earning = self._groups(Gives.POINTS) + self._groups(Gives.VOUCHER)
        yield from earned(earning)
        yield from vouchers([member for members in earning for member in members])
        for one in self._versions:
            yield from points_granted(one.rules, one.caps)

    def comparing(self) -> Iterator[Composable]:
        """The receipts for which their limits are not as good as what they were decided with are due again."""
        yield SQL("TRUNCATE replay_cap_now")
        yield from (
            left_of_cap(versions, due_only=not self._first) for versions in _by(self._caps, lambda one: one.number)
        )
        self._first = False
        yield from self._count()
        yield SQL("TRUNCATE replay_due")
        yield due_by_caps()
        yield keep_caps()
        if self._counted:
            yield due_by_counters()
            yield from keep_counters()

    def _count(self) -> Iterator[Composable]:
        if self._counted:
            yield SQL("TRUNCATE replay_counter_now")
            yield from (counted_before(versions) for versions in _by(self._counted, lambda one: one.number))

    @property
    def _caps(self) -> list[Capped]:
        return [cap for one in self._versions for cap in one.caps if cap.cap.per is not Holder.RECEIPT]

    @property
    def _counted(self) -> list[Counted]:
        return [counter for one in self._versions for counter in one.counted]

    def _numbered(self, version: Version) -> _Numbered:
        programme = version.programme
        start = self._versions[-1].rules.stop if self._versions else 0
        rules = sorted(programme.rules, key=lambda rule: rule.id)
        numbers = range(start, start + len(rules))
        asked = asked_counters(rules)
        counters = {one.code: self._number(programme.code, "counter", one.code) for one in programme.counters}
        members = tuple(
            Member(number, rule, _counter_of(rule, counters)) for number, rule in zip(numbers, rules, strict=True)
        )
        caps = tuple(Capped(self._number(programme.code, "cap", cap.code), cap, numbers) for cap in programme.caps)
        counted = tuple(
            Counted(counters[one.code], one, numbers, self._answers(version))
            for one in programme.counters
            if one.code in asked
        )
        return _Numbered(version, numbers, members, caps, counted)

    def _number(self, *key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def _answers(self, version: Version) -> Composable:
        answers = SQL("receipt.trigger = ANY({})").format(Quoted(list(version.programme.form.triggers)))
        if version.id is None:
            return answers
        return SQL("({} AND {} = ANY(receipt.versions))").format(answers, Quoted(version.id))

    def _matches(self, one: _Numbered, member: Member) -> Composable:
        parts = [
            self._answers(one.version),
            SQL("NOT {} = ANY(receipt.withheld)").format(Quoted(one.version.programme.code)),
        ]
        for part in parts_of(member.rule):
            if not counters_in(part):
                parts.append(condition(part, self._column.__getitem__))
        return SQL(" AND ").join(parts)

    def _active(self, one: _Numbered) -> Iterator[Composable]:
        """Rules compete where their programme's caps leave something, and its counters are as they want them."""
        column = dict(self._column)
        for counter in one.counted:
            column[f"{COUNTER}{counter.counter.code}"] = SQL(
                "coalesce((SELECT before FROM replay_counter AS c"
                " WHERE c.receipt = receipt.receipt AND c.counter = {}), 0)"
            ).format(Quoted(counter.number))
        for numbers, parts in _by_counters_asked(one.members):
            asked = [condition(part, column.__getitem__) for part in parts]
            yield _competing(numbers, asked, [cap.number for cap in one.caps if cap.cap.per is not Holder.RECEIPT])

    def _groups(self, gives: Gives) -> list[list[Member]]:
        """In the order of their codes, their members by standing."""
        members = [member for one in self._versions for member in one.members if member.rule.gives is gives]
        ordered = sorted(members, key=lambda one: (one.rule.form.group.code, one.standing))
        return [list(found) for _, found in groupby(ordered, key=lambda one: one.rule.form.group.code)]


def _by[T](some: Sequence[T], number: Callable[[T], int]) -> list[list[T]]:
    return [list(found) for _, found in groupby(sorted(some, key=number), key=number)]


def _by_counters_asked(members: Sequence[Member]) -> Iterator[tuple[list[int], list[Expression]]]:
    """Rules that ask no counter go together."""
    asked = {member.number: [part for part in parts_of(member.rule) if counters_in(part)] for member in members}
    yield [number for number, parts in asked.items() if not parts], []
    yield from (([number], parts) for number, parts in asked.items() if parts)


def _competing(rules: Sequence[int], asked: Sequence[Composable], limits: Sequence[int]) -> Composable:
    wanted, joined = list(asked), SQL(" JOIN replay_receipt AS receipt USING (receipt)") if asked else SQL("")
    if limits:
        wanted.append(
            SQL(
                "NOT EXISTS (SELECT FROM replay_cap AS cap WHERE cap.receipt = matched.receipt AND cap.most = 0"
                " AND cap.cap = ANY({}::int[]))"
            ).format(Quoted(list(limits)))
        )
    return SQL(
        "INSERT INTO replay_active (receipt, rule) SELECT matched.receipt, matched.rule"
        " FROM replay_matched AS matched JOIN replay_due AS due USING (receipt){} WHERE matched.rule = ANY({}::int[]){}"
    ).format(joined, Quoted(list(rules)), SQL("").join(SQL(" AND {}").format(part) for part in wanted))


def _counter_of(rule: Rule, numbers: dict[str, int]) -> int | None:
    code = effect_counter(rule)
    return None if code is None else numbers[code]


def _stored(kind: Kind, facts: Composable, name: str) -> Composable:
    if kind is Kind.GEOMETRY:
        return SQL("ST_SetSRID(ST_GeomFromGeoJSON({} -> {}), 4326)").format(facts, Quoted(name))
    if kind is Kind.STRINGS:
        return SQL(
            "CASE WHEN jsonb_typeof({0} -> {1}) = 'array' THEN ARRAY(SELECT jsonb_array_elements_text({0} -> {1})) END"
        ).format(facts, Quoted(name))
    return SQL("({} ->> {})::{}").format(facts, Quoted(name), TYPES[kind])
