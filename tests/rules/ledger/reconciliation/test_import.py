"""A bank's statement of our own payment file, with each fault planted."""

from dataclasses import replace
from datetime import date

import pytest

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from rules.ledger.models import BankLine, BankStatement, Entry, Finding, Leg
from rules.ledger.queries import balance
from rules.ledger.reconciliation.booking import UNEXPLAINED, bank_account
from rules.ledger.reconciliation.errors import AnotherAccount, FindingResolved, StatementAltered
from rules.ledger.reconciliation.services import import_statements, resolve
from rules.ledger.settlement.runs import CLEARING
from tests.people import a_user
from tests.rules.ledger.bank import Booked, Paper, execute
from tests.rules.ledger.bookings import (
    NOVEMBER_2,
    OCTOBER,
    OTHER_IBAN,
    a_merchant,
    account,
    close,
    grant,
    settle,
)

pytestmark = pytest.mark.django_db
Kind, State = Finding.Kind, BankLine.State


@pytest.fixture
def shops():
    return [a_merchant("Maiznīca Žagars"), a_merchant("Kafejnīca", iban=OTHER_IBAN), a_merchant("Tirgus")]


@pytest.fixture
def paper(shops) -> Paper:
    """185, 40 and 7 cents, paid."""
    for shop, cents in zip(shops, (185, 40, 7), strict=True):
        grant(shop, cents)
    return execute(bytes(settle(close()).payment_file))


def take(paper: Paper) -> BankStatement:
    with clock.frozen(NOVEMBER_2):
        return import_statements(paper.xml(), by=a_user("clerk"))[0]


def findings() -> list[tuple[str, str, str]]:
    return list(Finding.objects.order_by("pk").values_list("kind", "expected", "found"))


def states() -> list[str]:
    return list(BankLine.objects.order_by("number").values_list("state", flat=True))


def with_line(paper: Paper, number: int, **changes) -> Paper:
    lines = list(paper.lines)
    lines[number] = replace(lines[number], **changes)
    return paper.but(lines=tuple(lines))


@pytest.mark.parametrize("version", ["camt.053.001.02", "camt.053.001.08"])
def test_payments_that_the_bank_made_are_confirmed_and_booked(paper, version):
    take(paper.but(version=version))
    assert states() == [State.CONFIRMED] * 3
    assert findings() == []
    # 185 + 40 + 7 = 232 left the bank, and nothing is on its way any more.
    assert (balance(bank_account(paper.iban)), balance(CLEARING), balance(UNEXPLAINED)) == (232, 0, 0)


def test_a_missing_payment_is_named(paper):
    take(paper.but(lines=paper.lines[1:]))
    assert findings() == [(Kind.MISSING, "-1.85", "")]
    assert Finding.objects.get().payment.end_to_end_id == paper.lines[0].end_to_end_id
    assert balance(CLEARING) == 185


def test_a_payment_that_the_bank_makes_later_is_not_missing_any_more(paper):
    take(paper.but(lines=paper.lines[1:]))
    take(paper.but(lines=paper.lines[:1], number="STMT-2", day=date(2026, 10, 3)))
    found = Finding.objects.get()
    assert (found.kind, found.resolved_at is not None, found.note) == (Kind.MISSING, True, "The bank booked it later.")
    assert balance(CLEARING) == 0


def test_a_payment_that_is_not_due_on_the_statements_days_is_not_missing(paper):
    take(paper.but(lines=(), day=date(2026, 9, 30)))
    assert findings() == []


def test_a_doubled_payment_is_named_and_its_money_waits_for_an_explanation(paper):
    take(paper.but(lines=(*paper.lines, paper.lines[1])))
    assert states() == [*[State.CONFIRMED] * 3, State.DOUBLED]
    assert findings() == [(Kind.DOUBLED, "", "-0.40")]
    assert (balance(CLEARING), balance(UNEXPLAINED), balance(bank_account(paper.iban))) == (0, -40, 272)


def test_a_payment_that_comes_again_in_the_next_statement_is_doubled(paper):
    take(paper)
    take(paper.but(lines=paper.lines[:1], number="STMT-2", day=date(2026, 10, 3)))
    assert [kind for kind, *_ in findings()] == [Kind.DOUBLED]


def test_an_altered_amount_is_named_and_its_difference_waits(paper):
    take(with_line(paper, 0, cents=-158))
    assert findings() == [(Kind.ALTERED_AMOUNT, "-1.85", "-1.58")]
    # 27 cents of the 185 are still with us.
    assert (balance(CLEARING), balance(UNEXPLAINED), balance(bank_account(paper.iban))) == (0, 27, 205)


def test_an_altered_account_is_named(paper):
    take(with_line(paper, 1, iban="LT257044000435195001"))
    assert findings() == [(Kind.ALTERED_ACCOUNT, OTHER_IBAN, "LT257044000435195001")]


def test_an_unknown_payment_is_named(paper):
    take(paper.but(lines=(*paper.lines, Booked(-5000, "ST999999-1", OTHER_IBAN, "Kafejnica"))))
    assert findings() == [(Kind.UNKNOWN, "", "-50.00")]
    assert balance(UNEXPLAINED) == -5000


def test_money_that_comes_back_is_owed_to_the_merchant_again(paper, shops):
    back = replace(paper.lines[0], cents=185)
    take(paper.but(lines=(*paper.lines, back)))
    assert states()[-1] == State.RETURNED
    assert [kind for kind, *_ in findings()] == [Kind.RETURNED]
    assert balance(account(shops[0])) == 185
    grant(shops[0], 15, OCTOBER)
    assert 200 in settle(close(NOVEMBER_2), NOVEMBER_2).payments.values_list("amount_cents", flat=True)


def test_of_a_doubled_payment_one_that_comes_back_is_not_owed_again(paper, shops):
    twice = (*paper.lines, paper.lines[0], replace(paper.lines[0], cents=185))
    take(paper.but(lines=twice))
    assert (balance(account(shops[0])), balance(UNEXPLAINED)) == (0, 0)
    assert [kind for kind, *_ in findings()] == [Kind.DOUBLED, Kind.RETURNED]


def test_money_that_comes_back_twice_is_owed_once(paper, shops):
    back = replace(paper.lines[0], cents=185)
    take(paper.but(lines=(*paper.lines, back, back)))
    assert (balance(account(shops[0])), balance(UNEXPLAINED)) == (185, 185)


def test_nothing_is_matched_by_the_name(paper, shops):
    """The library writes Žagars as Zagars, and two shops may bear one name."""
    assert paper.lines[0].name == "Maiznica Zagars"
    swapped = [replace(line, name="Tirgus") for line in paper.lines]
    take(paper.but(lines=tuple(swapped)))
    assert states() == [State.CONFIRMED] * 3


def test_the_broken_twin_that_matches_by_name_is_caught(paper, shops):
    """The canary: by their names, one of the three would not be found and two would be mistaken for each other."""

    def by_name(paper: Paper) -> list[bool]:
        names = {shop.name: shop for shop in shops}
        return [line.name in names for line in paper.lines]

    assert by_name(paper) != [True] * 3
    take(paper)
    assert states() == [State.CONFIRMED] * 3


def test_the_bank_account_moves_as_the_statement_says(paper):
    faults = (*paper.lines[1:], paper.lines[1], Booked(-123, "X"), Booked(4567, "Y", OTHER_IBAN))
    sheet = paper.but(lines=faults)
    take(sheet)
    assert balance(bank_account(paper.iban)) == -sum(line.cents for line in faults)
    assert sum(Leg.objects.values_list("amount", flat=True)) == 0


def test_the_same_file_twice_is_read_once(paper):
    first, again = take(paper), take(paper)
    assert first == again
    assert (BankLine.objects.count(), Entry.objects.filter(kind="bank").count()) == (3, 3)


def test_another_statement_under_a_known_number_is_refused(paper):
    take(paper)
    with pytest.raises(StatementAltered):
        take(with_line(paper, 0, cents=-1))
    assert BankLine.objects.count() == 3


def test_a_statement_of_another_account_is_refused(paper):
    with pytest.raises(AnotherAccount):
        take(paper.but(iban=OTHER_IBAN))


def test_a_statement_that_does_not_add_up_says_by_how_much(paper):
    take(paper.but(closing=999_767))  # 1,000,000 - 232 = 999,768
    assert findings() == [(Kind.BALANCE, "", "-0.01")]


def test_a_finding_is_resolved_once_with_a_note(paper):
    take(paper.but(lines=paper.lines[1:]))
    finding = Finding.objects.get()
    with pytest.raises(InvalidInput, match="Say what was found out"):
        resolve(finding.pk, note="  ", by=a_user("clerk"))
    assert resolve(finding.pk, note="The bank will pay tomorrow.", by=a_user("clerk")).resolved_at is not None
    with pytest.raises(FindingResolved):
        resolve(finding.pk, note="Again.", by=a_user("clerk"))


def test_every_payment_is_missing_from_an_empty_statement(paper):
    take(paper.but(lines=()))
    assert [kind for kind, *_ in findings()] == [Kind.MISSING] * 3
