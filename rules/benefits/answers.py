"""What is answered to a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from rules.benefits.booking import Weighed
from rules.benefits.models import Decision
from rules.benefits.versions import InForce
from rules.engine.forms import Holder
from rules.engine.wording import MerchantCopy, merchant_copy

SHOWN_AT_A_TILL = (Holder.PERSON, Holder.HOUSEHOLD)  # what is left of these is the cardholder's own to know


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left of a limit after the decision: so many trips this day. It does not say of which programme."""

    unit: str
    period: str
    left: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was decided. A merchant may see the code, the cents and what is left; the rest is the resident's and the
    clerk's.

    `cents_by_line` has every line of the receipt, with 0 where nothing is taken off. `versions` has the number of each
    programme's version that gave something.
    """

    decision: str
    code: str
    status: str
    reason: str
    discount_cents: int
    cents_by_line: Mapping[str, int]
    points: int
    versions: Mapping[str, int]
    remaining: Sequence[Left]
    reserved_until: str | None = None

    @classmethod
    def of(cls, decision: Decision, weighed: Weighed) -> Self:
        taken = weighed.outcome.cents_by_line()
        until, giving = decision.reserved_until, _giving(weighed)
        return cls(
            decision=str(decision.pk),
            code=decision.code,
            status=decision.status,
            reason=decision.reason,
            discount_cents=decision.discount_cents,
            cents_by_line={line["id"]: taken.get(line["id"], 0) for line in decision.lines},
            points=decision.points,
            versions={one.code: one.number for one in giving},
            remaining=_left(weighed, giving),
            reserved_until=until.isoformat() if until else None,
        )

    @classmethod
    def stored(cls, value: Mapping[str, Any]) -> Self:
        return cls(**dict(value) | {"remaining": [Left(**left) for left in value["remaining"]]})

    def for_merchant(self) -> MerchantCopy:
        return merchant_copy(self.cents_by_line, code=self.code)


def _giving(weighed: Weighed) -> list[InForce]:
    outcome = weighed.outcome
    grants, points, vouchers = outcome.grants, outcome.points, outcome.vouchers
    codes = {one.programme for one in grants} | {one.programme for one in points} | {one.programme for one in vouchers}
    return [weighed.together.by_code[code] for code in sorted(codes)]


def _left(weighed: Weighed, giving: Sequence[InForce]) -> list[Left]:
    """Of the programmes that gave something here; from others, a merchant could learn what the person might have."""
    return [
        Left(unit=cap.unit, period=cap.period, left=weighed.remaining.get(key, cap.limit) - weighed.outcome.usage[key])
        for one in giving
        for cap in one.compiled.caps
        if cap.per in SHOWN_AT_A_TILL and (key := (one.code, cap.code)) in weighed.outcome.usage
    ]
