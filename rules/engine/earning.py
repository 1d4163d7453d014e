"""Points and vouchers: what is given beside the receipt, once it is known what is paid of it."""

from collections.abc import Iterable, Mapping, Sequence

from rules.engine.combination import Contender, in_groups
from rules.engine.forms import Mode, Points, Voucher
from rules.engine.outcome import PointsGrant, VoucherGrant

CENTS_PER_EURO = 100


def earned(contenders: Iterable[Contender], paid: Mapping[str, int]) -> tuple[list[PointsGrant], list[VoucherGrant]]:
    """`paid` is what is left to pay of each line after all discounts."""
    points: list[PointsGrant] = []
    vouchers: list[VoucherGrant] = []
    for members in in_groups(contenders):
        for contender in _chosen(members, paid):
            programme, rule = contender.rule.key
            match contender.rule.form.effect:
                case Points():
                    points.append(PointsGrant(programme=programme, rule=rule, points=worth(contender, paid)))
                case Voucher(cents=cents, valid_days=days, categories=categories):
                    kept = None if categories is None else tuple(categories)
                    voucher = VoucherGrant(
                        programme=programme, rule=rule, cents=cents, valid_days=days, categories=kept
                    )
                    vouchers.append(voucher)
    return points, vouchers


def worth(contender: Contender, paid: Mapping[str, int]) -> int:
    """Points, or the cents of a voucher."""
    match contender.rule.form.effect:
        case Points(points=points, per="unit"):
            return points * sum(one.units for one in contender.portions)
        case Points(points=points, per="euro"):
            due = (paid[one.line.id] * one.units // one.line.quantity for one in contender.portions)
            return points * (sum(due) // CENTS_PER_EURO)
        case Points(points=points):
            return points
        case Voucher(cents=cents):
            return cents
        case _:
            return 0


def _chosen(members: Sequence[Contender], paid: Mapping[str, int]) -> Sequence[Contender]:
    earning = [one for one in members if worth(one, paid)]
    match members[0].rule.form.group.mode:
        case Mode.ALL:
            return earning
        case Mode.FIRST:
            return earning[:1]
        case Mode.BEST:
            return sorted(earning, key=lambda one: (-worth(one, paid), one.standing))[:1]
