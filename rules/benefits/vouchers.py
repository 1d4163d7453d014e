"""Vouchers for tills without a network: issued against the budget, used offline, sent later, paid once.

The first till to send a voucher is paid and the second bears the loss. A till's own clock decides only whether the
voucher was still valid, within what the platform's clock allows: who was first by the tills' clocks could be forged.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import F

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.idempotency import StoredAnswer, once
from gis_platform.devices.models import Device
from rules.benefits import voucher_tokens
from rules.benefits.identification import credited
from rules.benefits.limits import BUDGET_EXHAUSTED, NO_BUDGET, BudgetRefused
from rules.benefits.models import Budget, Decision, Programme, Redemption, Voucher
from rules.benefits.voucher_tokens import Claims, TokenForged
from rules.engine.forms.effects import VALID_DAYS_MAX
from rules.ledger.models import Account, Entry, Unit
from rules.ledger.services import AccountKey, Posting, post

ENTRY_KIND = "voucher"
SYNC_WITHIN = timedelta(days=3)  # after a voucher's end, for what was used before it; then its money is free again
CLOCK_SKEW = timedelta(minutes=5)  # of a till that has been offline for days
BATCH_MAX = 200  # redemptions a request
EXPIRED_MAX = 1_000  # vouchers a round, so that no transaction grows without end

Outcome = Redemption.Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """What a voucher is to be. `origin` names what it is issued for, and is issued for once."""

    programme: Programme
    funder: str
    holder: str
    cents: int
    valid_days: int
    origin: str
    categories: tuple[str, ...] = ()
    bound_to: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """What a till says it took, and when by its own clock. `key` is the till's own number for it."""

    key: str
    token: str
    cents: int
    used_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What became of it; `loss_owner` bears what is not paid."""

    key: str
    outcome: str
    paid_cents: int
    loss_cents: int
    loss_owner: str


def issue(promise: Promise) -> Voucher:
    """In the caller's transaction. Raises limits.BudgetRefused when the budget has no room for the whole amount."""
    if not 1 <= promise.valid_days <= VALID_DAYS_MAX:
        raise ValueError(f"a voucher is valid for 1 to {VALID_DAYS_MAX} days, not {promise.valid_days}")
    at = clock.now()
    return Voucher.objects.create(
        programme=promise.programme,
        funder=promise.funder,
        budget=_set_aside(promise, at),
        holder=promise.holder,
        bound_to=promise.bound_to,
        cents=promise.cents,
        categories=list(promise.categories),
        origin=promise.origin,
        issued_at=at,
        expires_at=at + timedelta(days=promise.valid_days),
        status_at=at,
    )


def issue_for(decision: Decision) -> list[Voucher]:
    """The vouchers that a decision gave, each once however often this is called.

    Where the budget has no room any more there is none; the audit log says so, for the resident to be told why.
    """
    codes = {one["programme"] for one in decision.vouchers}
    programmes = {one.code: one for one in Programme.objects.filter(code__in=codes)}
    issued = []
    for one in decision.vouchers:
        programme, origin = programmes[one["programme"]], f"decision:{decision.pk}/{one['programme']}/{one['rule']}"
        if Voucher.objects.filter(origin=origin).exists():
            continue
        promise = Promise(
            programme=programme,
            funder=programme.funder,
            holder=f"resident:{decision.resident}",
            cents=one["cents"],
            valid_days=one["valid_days"],
            origin=origin,
            categories=tuple(one["categories"] or ()),
        )
        try:
            issued.append(issue(promise))
        except BudgetRefused as refused:
            audit.record("benefits.voucher-refused", f"decision:{decision.pk}", reason=refused.reason)
    return issued


def token_of(voucher: Voucher) -> str:
    return voucher_tokens.sign(
        Claims(
            id=voucher.pk,
            cents=voucher.cents,
            issued_at=voucher.issued_at,
            expires_at=voucher.expires_at,
            categories=tuple(voucher.categories),
            bound_to=voucher.bound_to,
        )
    )


def held_by(holder: str, *, limit: int = 100) -> list[Voucher]:
    """The newest first."""
    return list(Voucher.objects.filter(holder=holder).select_related("programme")[:limit])


def is_usable(voucher: Voucher) -> bool:
    return status_of(voucher) == Voucher.Status.ISSUED


def status_of(voucher: Voucher) -> str:
    """As its holder sees it: its money may still wait for a till that was offline after it has expired."""
    over = voucher.status == Voucher.Status.ISSUED and voucher.expires_at <= clock.now()
    return Voucher.Status.EXPIRED if over else voucher.status


def redeem(device: Device, offered: Sequence[Offered]) -> list[Settled]:
    """Each on its own: one that fails keeps none of the others from being paid, and each may be sent again.

    Raises KeyReused when a key came before with another voucher, amount or time.
    """
    return [_redeem_once(device, one) for one in offered]


def expire_due() -> int:
    """Frees the money of vouchers that nobody can use any more; returns how many."""
    at = clock.now()
    due = Voucher.objects.filter(status=Voucher.Status.ISSUED, expires_at__lt=at - SYNC_WITHIN).order_by("pk")
    expired = 0
    with acting("system:benefits", "vouchers expired"):
        for voucher in due.select_for_update(skip_locked=True)[:EXPIRED_MAX]:
            moved = Voucher.objects.filter(pk=voucher.pk, status=Voucher.Status.ISSUED)
            if moved.update(status=Voucher.Status.EXPIRED, status_at=at):
                _free(voucher, voucher.cents)
                expired += 1
    return expired


def _redeem_once(device: Device, one: Offered) -> Settled:
    with acting(device.actor, "voucher redeemed"):
        stored = once(
            scope=f"redeem:{device.actor}",
            key=one.key,
            body=f"{one.token}\n{one.cents}\n{one.used_at.isoformat()}".encode(),
            run=lambda: StoredAnswer.of(asdict(_settle(device, one))),
        )
    return Settled(**stored.value)


def _settle(device: Device, one: Offered) -> Settled:
    try:
        claims: Claims | None = voucher_tokens.read(one.token)
    except TokenForged:
        claims = None
    voucher = _known(claims)
    outcome = Outcome.FORGED if claims is None or voucher is None else _judge(claims, one, device)
    if voucher is not None and outcome is Outcome.ACCEPTED and not _take(voucher, one.cents):
        outcome = Outcome.DOUBLED if _status(voucher) == Voucher.Status.REDEEMED else Outcome.TOO_LATE
    redemption = Redemption(
        voucher=voucher,
        terminal=device.actor,
        merchant=credited(device),
        key=one.key,
        cents=one.cents,
        used_at=one.used_at,
        received_at=clock.now(),
        outcome=outcome,
    )
    if voucher is not None and outcome is Outcome.ACCEPTED:
        _free(voucher, voucher.cents - one.cents)
        redemption.entry = _book(voucher, redemption)
    redemption.save(force_insert=True)
    return Settled(
        key=one.key,
        outcome=outcome,
        paid_cents=one.cents - redemption.loss_cents,
        loss_cents=redemption.loss_cents,
        loss_owner=redemption.loss_owner,
    )


def _judge(claims: Claims, one: Offered, device: Device) -> Outcome:
    """What the till could have known by itself; only whether it was used before is left open."""
    now = clock.now()
    if not claims.issued_at - CLOCK_SKEW <= one.used_at <= now + CLOCK_SKEW:
        return Outcome.IMPLAUSIBLE_TIME
    if claims.bound_to not in ("", device.actor):
        return Outcome.OTHER_TERMINAL
    if one.cents > claims.cents:
        return Outcome.ABOVE_AMOUNT
    if one.used_at >= claims.expires_at:
        return Outcome.EXPIRED
    return Outcome.TOO_LATE if now >= claims.expires_at + SYNC_WITHIN else Outcome.ACCEPTED


def _known(claims: Claims | None) -> Voucher | None:
    return Voucher.objects.select_related("programme").filter(pk=claims.id).first() if claims else None


def _status(voucher: Voucher) -> str:
    return Voucher.objects.values_list("status", flat=True).get(pk=voucher.pk)


def _take(voucher: Voucher, cents: int) -> bool:
    """One statement: of two tills that send it at once one finds it issued."""
    issued = Voucher.objects.filter(pk=voucher.pk, status=Voucher.Status.ISSUED)
    return issued.update(status=Voucher.Status.REDEEMED, status_at=clock.now(), redeemed_cents=cents) == 1


def _set_aside(promise: Promise, at: datetime) -> Budget:
    day = clock.local(at).date()
    budget = Budget.objects.filter(programme=promise.programme, funder=promise.funder, period__contains=day).first()
    if budget is None:
        raise BudgetRefused(promise.programme.code, NO_BUDGET)
    room = Budget.objects.filter(pk=budget.pk, used_cents__lte=F("limit_cents") - F("reserved_cents") - promise.cents)
    if room.update(used_cents=F("used_cents") + promise.cents) != 1:
        raise BudgetRefused(promise.programme.code, BUDGET_EXHAUSTED)
    return budget


def _free(voucher: Voucher, cents: int) -> None:
    if cents:
        Budget.objects.filter(pk=voucher.budget_id).update(used_cents=F("used_cents") - cents)


def _book(voucher: Voucher, redemption: Redemption) -> Entry:
    programme = AccountKey(
        kind=Account.Kind.PROGRAMME, holder=voucher.programme.code, funder=voucher.funder, unit=Unit.CENTS
    )
    merchant = AccountKey(kind=Account.Kind.MERCHANT, holder=redemption.merchant, unit=Unit.CENTS)
    return post(
        ENTRY_KIND,
        reference=f"voucher:{voucher.pk}",
        effective_on=clock.local(redemption.received_at).date(),
        postings=[Posting(programme, -redemption.cents), Posting(merchant, redemption.cents)],
    )
