"""Vouchers for the tests, issued the way the platform issues them."""

from dataclasses import replace
from datetime import UTC, datetime

from gis_platform.devices.models import Device
from rules.benefits import vouchers
from rules.benefits.models import Programme, Voucher
from rules.benefits.vouchers import Offered, Promise, Settled

ISSUED_AT = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def a_voucher(programme: Programme, cents: int = 300, **fields) -> Voucher:
    promise = Promise(
        programme=programme,
        funder="city",
        holder="resident:anna",
        cents=cents,
        valid_days=7,
        origin=f"test:{Voucher.objects.count()}",
    )
    return vouchers.issue(replace(promise, **fields))


def offered(voucher: Voucher, cents: int = 250, *, used_at: datetime = ISSUED_AT, key: str = "1", token: str = ""):
    return Offered(key=key, token=token or vouchers.token_of(voucher), cents=cents, used_at=used_at)


def sent(till: Device, *all_offered: Offered) -> list[Settled]:
    return vouchers.redeem(till, list(all_offered))
