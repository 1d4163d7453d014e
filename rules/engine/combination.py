"""Who gets which line. Groups stack in the order of their codes; inside a group its mode decides.

Everything is sorted by what the rules and lines say, never by the order they came in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rules.engine.definition import Rule
from rules.engine.effects import discounts
from rules.engine.errors import RuleError
from rules.engine.forms import Mode, Points
from rules.engine.outcome import Grant, PointsGrant
from rules.engine.receipt import Line, Receipt


@dataclass(frozen=True, slots=True)
class Contender:
    """A rule that matched, the lines it is meant for, and what it would take off them if it were alone."""

    rule: Rule
    lines: tuple[Line, ...]
    offers: dict[str, int]

    @property
    def standing(self) -> tuple[int, str, str]:
        return self.rule.form.priority, *self.rule.key

    @property
    def points(self) -> int:
        effect = self.rule.form.effect
        return effect.points if isinstance(effect, Points) else 0


def check_groups(rules: Iterable[Rule]) -> None:
    """Raises RuleError where two rules see one group differently; then no order could be the right one."""
    first: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.key):
        other = first.setdefault(rule.form.group.code, rule)
        names = f"{'/'.join(other.key)} and {'/'.join(rule.key)}"
        if other.form.group.mode is not rule.form.group.mode:
            raise RuleError(f"group.{rule.form.group.code}", f"has two modes, in {names}")
        if other.gives_points is not rule.gives_points:
            raise RuleError(f"group.{rule.form.group.code}", f"mixes money and points, in {names}")


def combine(contenders: Iterable[Contender], receipt: Receipt) -> tuple[list[Grant], list[PointsGrant]]:
    left = {line.id: line.amount_cents for line in receipt.lines}
    grants: list[Grant] = []
    points: list[PointsGrant] = []
    for _, group in groupby(sorted(contenders, key=_by_group), key=lambda one: one.rule.form.group):
        members = list(group)
        points += _points(members)
        for contender, lines in _assigned(members):
            grants += _take(contender, lines, left)
    return grants, points


def _by_group(contender: Contender) -> tuple[str, tuple[int, str, str]]:
    return contender.rule.form.group.code, contender.standing


def _assigned(members: Sequence[Contender]) -> list[tuple[Contender, list[Line]]]:
    """Each contender with the lines it may use, in the order of standing.

    A line too small to gain anything has its winner too, since it counts for a discount on the whole receipt.
    """
    if members[0].rule.form.group.mode is Mode.ALL:
        return [(contender, list(contender.lines)) for contender in members]
    wanted = sorted({line.id for contender in members for line in contender.lines})
    won = {line_id: _winner(members, line_id) for line_id in wanted}
    return [(contender, [line for line in contender.lines if won[line.id] is contender]) for contender in members]


def _winner(members: Sequence[Contender], line_id: str) -> Contender:
    bidders = [one for one in members if line_id in one.offers]
    bidders = bidders or [one for one in members if any(line.id == line_id for line in one.lines)]
    if bidders[0].rule.form.group.mode is Mode.FIRST:
        return min(bidders, key=lambda one: one.standing)
    return min(bidders, key=lambda one: (-one.offers.get(line_id, 0), one.standing))


def _take(contender: Contender, lines: Sequence[Line], left: dict[str, int]) -> list[Grant]:
    """Worked out anew over the lines that were won, and never more than earlier groups left of a line."""
    programme, rule = contender.rule.key
    grants = []
    for line_id, cents in sorted(discounts(contender.rule, lines).items()):
        taken = min(cents, left[line_id])
        left[line_id] -= taken
        if taken:
            grants.append(Grant(programme=programme, rule=rule, line=line_id, cents=taken))
    return grants


def _points(members: Sequence[Contender]) -> list[PointsGrant]:
    scoring = [contender for contender in members if contender.points]
    if scoring and scoring[0].rule.form.group.mode is Mode.BEST:
        scoring = [min(scoring, key=lambda one: (-one.points, one.standing))]
    elif scoring and scoring[0].rule.form.group.mode is Mode.FIRST:
        scoring = scoring[:1]
    return [PointsGrant(programme=one.rule.programme, rule=one.rule.id, points=one.points) for one in scoring]
