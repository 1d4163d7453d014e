"""Who gets which line. Groups stack in the order of their codes; inside a group its mode decides.

Everything is sorted by what the rules and lines say, never by the order they came in.
"""

from collections import defaultdict
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
    """A rule that matched, and what it would take off each line if it were alone."""

    rule: Rule
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
    lines = {line.id: line for line in receipt.lines}
    left = {line.id: line.amount_cents for line in receipt.lines}
    grants: list[Grant] = []
    points: list[PointsGrant] = []
    for _, group in groupby(sorted(contenders, key=_by_group), key=lambda one: one.rule.form.group):
        members = list(group)
        points += _points(members)
        for contender, line_ids in _assigned(members):
            grants += _take(contender, [lines[line_id] for line_id in line_ids], left)
    return grants, points


def _by_group(contender: Contender) -> tuple[str, tuple[int, str, str]]:
    return contender.rule.form.group.code, contender.standing


def _assigned(members: Sequence[Contender]) -> list[tuple[Contender, list[str]]]:
    """Each contender with the lines it may use, in the order of standing."""
    if members[0].rule.form.group.mode is Mode.ALL:
        return [(contender, sorted(contender.offers)) for contender in members]
    won: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line_id in sorted({line_id for contender in members for line_id in contender.offers}):
        bidders = [contender for contender in members if line_id in contender.offers]
        won[_winner(bidders, line_id).rule.key].append(line_id)
    return [(contender, won[contender.rule.key]) for contender in members if contender.rule.key in won]


def _winner(bidders: Sequence[Contender], line_id: str) -> Contender:
    if bidders[0].rule.form.group.mode is Mode.FIRST:
        return min(bidders, key=lambda one: one.standing)
    return min(bidders, key=lambda one: (-one.offers[line_id], one.standing))


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
