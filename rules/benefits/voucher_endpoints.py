"""Vouchers over HTTP: public keys for the tills, a resident's own vouchers, and what tills took while offline."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from gis_platform.core.idempotency import KEY_LENGTH_MAX
from gis_platform.devices.authentication import FACING_PEOPLE, DeviceKey, calling_device
from gis_platform.identity.guards import SignedIn, account
from gis_platform.residents.accounts import resident_of
from rules.benefits import voucher_tokens, vouchers
from rules.benefits.models import Voucher
from rules.engine.receipt import AMOUNT_CENTS_MAX

router = Router(tags=["vouchers"])


class VoucherKeySet(Schema):
    """A JSON Web Key Set (RFC 7517). Fetch it daily; a till keeps it for the time without a network."""

    keys: list[dict[str, str]]


class VoucherShown(Schema):
    voucher: UUID
    programme: str
    cents: int
    categories: list[str]
    issued_at: datetime
    expires_at: datetime
    status: str
    token: str = Field(description="What the till reads, as text or as a QR code; empty when it is of no use any more.")


class RedemptionIn(Schema):
    key: str = Field(min_length=1, max_length=KEY_LENGTH_MAX, description="The till's own number for this use.")
    token: str = Field(max_length=voucher_tokens.LENGTH_MAX)
    cents: int = Field(ge=1, le=AMOUNT_CENTS_MAX, strict=True, description="What was taken off, at most its amount.")
    used_at: AwareDatetime = Field(description="By the till's own clock.")


class Redemptions(Schema):
    redemptions: list[RedemptionIn] = Field(min_length=1, max_length=vouchers.BATCH_MAX)


class RedemptionOut(Schema):
    key: str
    outcome: str
    paid_cents: int
    loss_cents: int
    loss_owner: str = Field(description="Who bears what is not paid; empty where all of it is.")


class RedemptionsOut(Schema):
    redemptions: list[RedemptionOut]


@router.get("/vouchers/keys", response=VoucherKeySet, summary="The keys that vouchers are signed with")
def keys(request: HttpRequest) -> dict[str, Any]:
    return {"keys": voucher_tokens.public_keys()}


@router.get("/vouchers", response=list[VoucherShown], auth=SignedIn(), summary="My vouchers, newest first")
def mine(request: HttpRequest) -> list[VoucherShown]:
    holder = f"resident:{resident_of(account(request)).handle}"
    return [_shown(voucher) for voucher in vouchers.held_by(holder)]


@router.get(
    "/vouchers/terminal",
    response=list[VoucherShown],
    auth=DeviceKey(*FACING_PEOPLE),
    summary="Vouchers that this terminal may give out",
)
def of_terminal(request: HttpRequest) -> list[VoucherShown]:
    return [_shown(voucher) for voucher in vouchers.held_by(calling_device(request).actor)]


@router.post(
    "/vouchers/redemptions",
    response=RedemptionsOut,
    auth=DeviceKey(*FACING_PEOPLE),
    summary="Send the vouchers that were taken while offline",
)
def redeem(request: HttpRequest, body: Redemptions) -> RedemptionsOut:
    """Every one is answered, whatever became of the others; sent again, the answer is the same."""
    offered = [vouchers.Offered(**one.model_dump()) for one in body.redemptions]
    settled = vouchers.redeem(calling_device(request), offered)
    return RedemptionsOut(redemptions=[RedemptionOut(**asdict(one)) for one in settled])


def _shown(voucher: Voucher) -> VoucherShown:
    return VoucherShown(
        voucher=voucher.pk,
        programme=voucher.programme.name,
        cents=voucher.cents,
        categories=voucher.categories,
        issued_at=voucher.issued_at,
        expires_at=voucher.expires_at,
        status=vouchers.status_of(voucher),
        token=vouchers.token_of(voucher) if vouchers.is_usable(voucher) else "",
    )
