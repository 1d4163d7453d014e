"""Pairs of rules of one group that can meet on one line, each with an example that the engine has decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations, islice, product
from time import monotonic
from typing import Any

from rules.benefits.conflicts.branches import Key, branches
from rules.benefits.conflicts.moments import NAMES, Window
from rules.benefits.conflicts.receipts import fits, never_share, receipts
from rules.benefits.conflicts.solving import Solution, Verdict, solve
from rules.benefits.facts import RECEIPT, SCHEMA, Case, ResidentFacts, gather
from rules.engine.condition import as_json
from rules.engine.deciding import decide
from rules.engine.definition import COUNTER, Gives, Programme, Rule
from rules.engine.errors import RuleError
from rules.engine.forms import Mode
from rules.engine.outcome import Outcome
from rules.engine.receipt import Line, read_receipt

BRANCHES_MAX = 512  # alternatives of a pair; a pair with more is not ruled out
PAIRS_MAX = 5_000
SECONDS_MAX = 8.0  # for all pairs; those that are left are named as not ruled out

OWN_FACTS = NAMES | {"trigger"}


@dataclass(frozen=True, slots=True)
class Dated:
    """A version with the local days on which it is, or would be, in force; the last is not included."""

    programme: Programme
    first_day: date
    end_day: date | None = None

    @property
    def code(self) -> str:
        return self.programme.code

    def meets(self, other: "Dated") -> Window | None:
        first = max(self.first_day, other.first_day)
        ends = [end for end in (self.end_day, other.end_day) if end is not None]
        end = min(ends, default=None)
        return Window(first, end) if end is None or first < end else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A receipt that both rules match: the facts and lines, what each takes alone, and what both give together.

    Cents are those off the line of id 1, points or a voucher's cents where the group gives no money.
    """

    facts: Mapping[str, Any]
    counters: Mapping[str, int]
    lines: tuple[Line, ...]
    first_alone: int
    second_alone: int
    first_together: int
    second_together: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Without an example: neither found to meet nor ruled out."""

    group: str
    mode: Mode
    first: tuple[str, str]  # programme, rule
    second: tuple[str, str]
    example: Example | None

    @property
    def decided(self) -> bool:
        return self.example is not None

    @property
    def winner(self) -> tuple[str, str] | None:
        """The rule that has the line of the example; None where both have, or neither."""
        if self.example is None:
            return None
        gives = (self.example.first_together > 0, self.example.second_together > 0)
        return {(True, False): self.first, (False, True): self.second}.get(gives)


def find(subject: Dated, others: Iterable[Dated]) -> list[Conflict]:
    """The conflicts of the subject's rules with each other and with the others' rules, by group and name.

    Other versions of the subject's own programme are passed over: they never hold on the same day.
    """
    ends_at = monotonic() + SECONDS_MAX
    conflicts = []
    for first, second, window in islice(_pairs(subject, others), PAIRS_MAX):
        pair = _Pair(first, second, window, subject, ends_at)
        if (conflict := pair.conflict()) is not None:
            conflicts.append(conflict)
    return sorted(conflicts, key=lambda one: (not one.decided, one.group, one.first, one.second))


type Sided = tuple[Dated, Rule]


def _pairs(subject: Dated, others: Iterable[Dated]) -> Iterator[tuple[Sided, Sided, Window]]:
    own = Window(subject.first_day, subject.end_day)
    ours = sorted(subject.programme.rules, key=lambda rule: rule.id)
    for one, two in combinations(ours, 2):
        if one.form.group.code == two.form.group.code:
            yield (subject, one), (subject, two), own
    for other in sorted(others, key=lambda one: (one.code, one.first_day)):
        window = subject.meets(other)
        if window is None or other.code == subject.code:
            continue
        for one, two in product(ours, sorted(other.programme.rules, key=lambda rule: rule.id)):
            if one.form.group.code == two.form.group.code:
                yield (subject, one), (other, two), window


@dataclass(frozen=True, slots=True)
class _Pair:
    first: Sided
    second: Sided
    window: Window
    subject: Dated
    ends_at: float

    def conflict(self) -> Conflict | None:
        """None where the two are proved never to meet."""
        (_, one), (_, two) = self.first, self.second
        if not self._triggers() or (self._on_lines() and never_share(one, two)):
            return None
        example, ruled_out = self._search()
        if ruled_out:
            return None
        return Conflict(
            group=one.form.group.code, mode=one.form.group.mode, first=one.key, second=two.key, example=example
        )

    def _triggers(self) -> list[str]:
        shared = [
            trigger for trigger in self.first[0].programme.form.triggers if self.second[0].programme.answers(trigger)
        ]
        return sorted(shared, key=lambda trigger: trigger != RECEIPT)

    def _on_lines(self) -> bool:
        return self.first[1].gives in (Gives.MONEY, Gives.FARE_CAP)

    def _search(self) -> tuple[Example | None, bool]:
        """An example, and whether there is none for sure."""
        conditions = [(rule.programme, condition.expression)
                      for _, rule in (self.first, self.second) for condition in rule.conditions]  # fmt: skip
        ruled_out = True
        for count, branch in enumerate(branches(conditions)):
            if count >= BRANCHES_MAX or monotonic() > self.ends_at:
                return None, False
            for trigger in self._triggers():
                solution = solve(branch, self.window, triggers=[trigger])
                if solution.verdict is Verdict.IMPOSSIBLE:
                    continue
                ruled_out = False
                if solution.verdict is Verdict.FOUND and (example := self._shown(solution)) is not None:
                    return example, False
        return None, ruled_out

    def _shown(self, solution: Solution) -> Example | None:
        """The solution with lines that both targets take, once the engine has said that both rules match."""
        assert solution.at is not None
        if solution.values["", "trigger"] != RECEIPT:
            return self._decided(solution, ()) if fits(solution.receipt, ()) or not solution.receipt else None
        for lines in receipts(self.first[1], self.second[1], solution.receipt):
            if monotonic() > self.ends_at:
                return None
            if fits(solution.receipt, lines) and (example := self._decided(solution, lines)) is not None:
                return example
        return None

    def _decided(self, solution: Solution, lines: Sequence[Line]) -> Example | None:
        facts = facts_of(solution.values, solution.at, lines)
        counters = {key: value for key, value in solution.values.items() if key[0] and value}
        try:
            alone = [_gives(_decide([side], facts, counters, lines), side[1]) for side in (self.first, self.second)]
            both = _decide([self.first, self.second], facts, counters, lines)
        except RuleError:
            return None
        if not all(alone):
            return None
        return Example(
            facts=facts,
            counters={name.removeprefix(COUNTER): value for (_, name), value in counters.items()},
            lines=tuple(lines),
            first_alone=alone[0],
            second_alone=alone[1],
            first_together=_gives(both, self.first[1]),
            second_together=_gives(both, self.second[1]),
        )


def facts_of(values: Mapping[Key, Any], at: datetime | None, lines: Sequence[Line]) -> dict[str, Any]:
    """In the JSON form; those of time and of the receipt as they are gathered for a decision."""
    assert at is not None
    trigger = values["", "trigger"]
    gathered = gather(Case(trigger=trigger, at=at, resident=ResidentFacts(handle=""), lines=tuple(lines)))
    own = {name: value for name, value in gathered.items() if name in OWN_FACTS or name.startswith("receipt.")}
    rest = {
        name: _fact_json(value) for (programme, name), value in values.items() if not programme and value is not None
    }
    return own | {name: value for name, value in rest.items() if name not in own}


def _fact_json(value: Any) -> Any:
    if hasattr(value, "geom_type"):
        return {"type": "Point", "coordinates": [value.x, value.y]}
    return value if isinstance(value, float) else as_json(value)


def _decide(
    sides: Sequence[Sided], facts: Mapping[str, Any], counters: Mapping[Key, int], lines: Sequence[Line]
) -> Outcome:
    """By these rules alone, with nothing used up beforehand."""
    merged: dict[str, Programme] = {}
    for dated, rule in sides:
        programme = merged.get(dated.code, replace(dated.programme, rules=()))
        merged[dated.code] = replace(programme, rules=(*programme.rules, rule))
    asked = {(programme, name.removeprefix(COUNTER)): value for (programme, name), value in counters.items()}
    return decide(merged.values(), facts=SCHEMA.read(facts), receipt=read_receipt(lines), counters=asked)


def _gives(outcome: Outcome, rule: Rule) -> int:
    """Cents off the line on which they meet; of a rule that gives points or a voucher, so many of these."""
    money = sum(one.cents for one in outcome.grants if (one.programme, one.rule) == rule.key and one.line == "1")
    points = sum(one.points for one in outcome.points if (one.programme, one.rule) == rule.key)
    vouchers = sum(one.cents for one in outcome.vouchers if (one.programme, one.rule) == rule.key)
    return money + points + vouchers
