from datetime import date

import pytest
from django.db import IntegrityError

from rules.ledger.models import Account, Entry
from rules.ledger.queries import balance, balances
from rules.ledger.services import AccountKey, Posting, UnbalancedEntry, post, reverse

pytestmark = pytest.mark.django_db

DAY = date(2026, 9, 1)
PROGRAMME = AccountKey(kind="programme", holder="trips", funder="city", unit="cents")
MERCHANT = AccountKey(kind="merchant", holder="merchant:1", unit="cents")
SCORED = AccountKey(kind="programme", holder="visits", funder="city", unit="points")
RESIDENT = AccountKey(kind="resident", holder="a-handle", unit="points")


def book(*postings: Posting, reference="decision:1", kind="benefit"):
    return post(kind, reference=reference, effective_on=DAY, postings=postings)


def test_an_entry_moves_cents_and_points_each_in_its_unit():
    book(Posting(PROGRAMME, -85), Posting(MERCHANT, 85), Posting(SCORED, -50), Posting(RESIDENT, 50))
    assert [balance(key) for key in (PROGRAMME, MERCHANT, SCORED, RESIDENT)] == [-85, 85, -50, 50]


def test_cents_do_not_balance_points():
    with pytest.raises(UnbalancedEntry, match="decision:1 is off balance by -50 cents"):
        book(Posting(PROGRAMME, -50), Posting(RESIDENT, 50))
    assert not Entry.objects.exists()


def test_nothing_is_not_booked():
    with pytest.raises(UnbalancedEntry, match="moves nothing"):
        book(Posting(PROGRAMME, 5), Posting(PROGRAMME, -5))


def test_postings_to_one_account_are_one_leg():
    entry = book(Posting(PROGRAMME, -85), Posting(PROGRAMME, -15), Posting(MERCHANT, 100))
    assert sorted(entry.legs.values_list("amount", flat=True)) == [-100, 100]


def test_an_account_is_opened_once():
    for number in range(3):
        book(Posting(PROGRAMME, -85), Posting(MERCHANT, 85), reference=f"decision:{number}")
    assert Account.objects.count() == 2
    assert [(account.holder, total) for account, total in balances("merchant")] == [("merchant:1", 255)]


def test_a_reference_is_booked_once():
    book(Posting(PROGRAMME, -85), Posting(MERCHANT, 85))
    with pytest.raises(IntegrityError, match="ledger_entry_is_booked_once"):
        book(Posting(PROGRAMME, -85), Posting(MERCHANT, 85))


def test_a_reversal_brings_every_account_back():
    entry = book(Posting(PROGRAMME, -85), Posting(MERCHANT, 85))
    reverse(entry, reference="decision:1", effective_on=DAY)
    assert (balance(PROGRAMME), balance(MERCHANT)) == (0, 0)


def test_an_account_never_booked_to_is_empty():
    assert balance(RESIDENT) == 0
