"""What one rule would take off the lines it may use, before anything competes with it."""

from collections.abc import Sequence

from gis_platform.core.money import percent
from rules.engine.definition import Rule
from rules.engine.forms import Amount, FixedPrice, Percent, WholeReceipt
from rules.engine.receipt import Line
from rules.engine.rounding import share_out


def discounts(rule: Rule, lines: Sequence[Line]) -> dict[str, int]:
    """Cents off by line id: from 1 to the line's amount; lines that gain nothing are left out."""
    return {line_id: cents for line_id, cents in _off(rule, lines).items() if cents > 0}


def _off(rule: Rule, lines: Sequence[Line]) -> dict[str, int]:
    amounts = {line.id: line.amount_cents for line in lines}
    match rule.form.effect:
        case Percent(basis_points=basis_points) if isinstance(rule.form.target, WholeReceipt):
            # A part of the whole receipt is rounded once, for its total.
            return share_out(percent(sum(amounts.values()), basis_points), amounts)
        case Percent(basis_points=basis_points):
            return {line_id: percent(amount, basis_points) for line_id, amount in amounts.items()}
        case Amount(cents=cents):
            return share_out(cents, amounts)
        case FixedPrice(cents=cents):
            return {line.id: line.amount_cents - cents * line.quantity for line in lines}
        case _:
            return {}
