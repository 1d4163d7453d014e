"""Merchants, bookings and closed months for the tests of settlement."""

import itertools
from datetime import UTC, date, datetime

from django.contrib.gis.geos import Point

from gis_platform.core import clock
from gis_platform.identity.models import User
from layers.merchants.models import Merchant
from rules.ledger.models import Account, Entry, Period, Run
from rules.ledger.services import AccountKey, Posting, post
from rules.ledger.settlement import periods, runs
from tests.people import a_user

SEPTEMBER, OCTOBER = date(2026, 9, 15), date(2026, 10, 15)
OCTOBER_2 = datetime(2026, 10, 2, 6, 0, tzinfo=UTC)
NOVEMBER_2 = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
IBAN, OTHER_IBAN = "LV21UNLA0000435195001", "LV19PARX0000435195001"
_numbers = itertools.count(1)


def a_merchant(name: str = "Pilsētas autobuss", *, iban: str = IBAN) -> Merchant:
    return Merchant.objects.create(
        name_lv=name, name_en=name, category="transport", bank_account=iban, geometry=Point(23.72, 56.65, srid=4326)
    )


def account(merchant: Merchant) -> AccountKey:
    return AccountKey(kind=Account.Kind.MERCHANT, holder=f"merchant:{merchant.pk}", unit="cents")


def programme(code: str = "trips", funder: str = "city") -> AccountKey:
    return AccountKey(kind=Account.Kind.PROGRAMME, holder=code, unit="cents", funder=funder)


def grant(merchant: Merchant, cents: int, day: date = SEPTEMBER, *, by: AccountKey | None = None, **fields) -> Entry:
    """A decision of that day; negative cents are a return."""
    reference = fields.pop("reference", f"decision:{next(_numbers)}")
    postings = [Posting(by or programme(), -cents), Posting(account(merchant), cents)]
    return post("benefit", reference=reference, effective_on=day, postings=postings, **fields)


def close(at: datetime = OCTOBER_2, *, by: User | None = None) -> Period:
    """Closes the next month at that instant, with its statements."""
    with clock.frozen(at):
        period = periods.close_next(by=by or a_user("clerk"))
        periods.complete(period.pk)
    period.refresh_from_db()
    return period


def settle(period: Period, at: datetime = OCTOBER_2) -> Run:
    """Prepared by one clerk, approved by another."""
    with clock.frozen(at):
        run = runs.prepare(period, by=a_user("clerk"))
        return runs.approve(run.pk, by=a_user("clerk"))
