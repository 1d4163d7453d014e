"""Who gets which line. Groups stack in the order of their codes, fare caps after all others; inside a group its mode
decides.

Everything is sorted by what the rules and lines say, never by the order they came in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rules.engine.definition import Gives, Rule
from rules.engine.effects import Bill, Offer, offer
from rules.engine.errors import RuleError
from rules.engine.facts import Facts
from rules.engine.forms import Bundle, FreeQuantity, Mode, SetTarget
from rules.engine.outcome import Grant
from rules.engine.receipt import Receipt
from rules.engine.targets import Portion


@dataclass(frozen=True, slots=True)
class Contender:
    """A rule that matched, the units it is meant for, and what it would take off them if it were alone."""

    rule: Rule
    portions: tuple[Portion, ...]
    offer: Offer
    counted: Mapping[str, int]  # the programme's counters before this receipt
    facts: Facts  # with these counters among them

    @property
    def standing(self) -> tuple[int, str, str]:
        return self.rule.form.priority, *self.rule.key

    def bill(self, left: Mapping[str, int]) -> Bill:
        return Bill(left, self.counted)

    def offered(self, left: Mapping[str, int]) -> Offer:
        """Of what is left of the lines; as it was worked out alone, where they are whole."""
        if all(left[one.line.id] == one.line.amount_cents for one in self.portions):
            return self.offer
        return offer(self.rule, self.portions, self.bill(left))

    @property
    def joint(self) -> bool:
        """Lines count together: with one of them gone to another rule, the rest may be worth nothing."""
        form = self.rule.form
        return isinstance(form.effect, FreeQuantity | Bundle) or isinstance(form.target, SetTarget)


def check_groups(rules: Iterable[Rule]) -> None:
    """Raises RuleError where two rules see one group differently; then no order could be the right one."""
    first: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.key):
        other = first.setdefault(rule.form.group.code, rule)
        names = f"{'/'.join(other.key)} and {'/'.join(rule.key)}"
        if other.form.group.mode is not rule.form.group.mode:
            raise RuleError(f"group.{rule.form.group.code}", f"has two modes, in {names}")
        if other.gives is not rule.gives:
            kinds = f"{other.gives} and {rule.gives}"
            raise RuleError(f"group.{rule.form.group.code}", f"mixes {kinds}, in {names}")


def in_groups(contenders: Iterable[Contender]) -> list[list[Contender]]:
    """Groups in the order in which they stack, their members by standing."""
    ordered = sorted(
        contenders, key=lambda one: (one.rule.gives is Gives.FARE_CAP, one.rule.form.group.code, one.standing)
    )
    return [list(members) for _, members in groupby(ordered, key=lambda one: one.rule.form.group)]


def combine(contenders: Iterable[Contender], receipt: Receipt) -> list[Grant]:
    left = {line.id: line.amount_cents for line in receipt.lines}
    grants: list[Grant] = []
    for members in in_groups(contenders):
        if len(members) == 1 or members[0].rule.form.group.mode is Mode.ALL:  # who is alone has no rival
            for contender in members:
                grants += _take(contender, contender.offered(left), left)
        else:
            for contender, found in _Contest(members, receipt, left).settled():
                grants += _take(contender, found, left)
    return grants


def _take(contender: Contender, found: Offer, left: dict[str, int]) -> list[Grant]:
    for line, off in found.off.items():
        left[line] -= off.cents
    programme, rule = contender.rule.key
    return [
        Grant(programme=programme, rule=rule, line=line, cents=off.cents, units=off.units)
        for line, off in sorted(found.off.items())
    ]


class _Contest:
    """A group in which a line goes to one rule."""

    def __init__(self, members: Sequence[Contender], receipt: Receipt, left: Mapping[str, int]) -> None:
        self.first = members[0].rule.form.group.mode is Mode.FIRST
        self.lines, self.left = receipt.lines, dict(left)  # as they were before the group
        self.free = {line.id for line in receipt.lines}
        self.joint = [one for one in members if one.joint]
        alone = [one for one in members if not one.joint]
        self.alone = [(one, one.offered(self.left)) for one in alone]

    def settled(self) -> list[tuple[Contender, Offer]]:
        together = self._together()
        winners = self._winners()
        return together + [(one, self._rest(one, found, winners)) for one, found in self.alone]

    def _together(self) -> list[tuple[Contender, Offer]]:
        """Rules that need several lines take them all or none, and only where the lines gain most by it."""
        won: list[tuple[Contender, Offer]] = []
        waiting = list(self.joint)
        while waiting:
            tried = [(one, self._tried(one)) for one in waiting]
            contender, found = min(tried, key=lambda each: self._rank(each[0], each[1].cents))
            waiting.remove(contender)
            if found.off and (self.first or found.cents > sum(self._best_alone(line) for line in found.used)):
                won.append((contender, found))
                self.free -= found.used
        return won

    def _tried(self, contender: Contender) -> Offer:
        """Over the lines that are still free; where priority decides, without those that go to a rule before it."""
        ahead = [found for one, found in self.alone if self.first and one.standing < contender.standing]
        gone = {line for found in ahead for line in found.off}
        lines = [line for line in self.lines if line.id in self.free - gone]
        return offer(contender.rule, contender.rule.target.choose(lines), contender.bill(self.left))

    def _best_alone(self, line: str) -> int:
        return max((found.off[line].cents for _, found in self.alone if line in found.off), default=0)

    def _winners(self) -> dict[str, Contender]:
        """By line. One too small to gain anything has its winner too: it counts for a discount on the whole receipt."""
        best: dict[str, tuple[bool, int, tuple[int, str, str]]] = {}
        won: dict[str, Contender] = {}
        for contender, found in self.alone:
            for line in (portion.line.id for portion in contender.portions):
                bid = line not in found.off, *self._rank(contender, found.off[line].cents if line in found.off else 0)
                if line in self.free and (line not in best or bid < best[line]):
                    best[line], won[line] = bid, contender
        return won

    def _rest(self, contender: Contender, found: Offer, winners: Mapping[str, Contender]) -> Offer:
        """Worked out anew over the lines that were won, unless that is all of them."""
        mine = [one for one in contender.portions if winners.get(one.line.id) is contender]
        if len(mine) == len(contender.portions):
            return found
        return offer(contender.rule, mine, contender.bill(self.left))

    def _rank(self, contender: Contender, cents: int) -> tuple[int, tuple[int, str, str]]:
        return 0 if self.first else -cents, contender.standing
