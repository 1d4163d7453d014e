"""Statement, payment file, claim and journal: one sum in all of them, and each in its form."""

import csv
import io
import json
import logging
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import peppol.xsd
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.ledger.models import Funder, Statement
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from rules.ledger.settlement import contents, journal, payment_file, statement_csv
from rules.ledger.settlement.statement_pdf import statement_pdf
from rules.ledger.settlement.ubl import Invoice, InvoiceLine, document
from tests.rules.ledger.bank import PAIN, cents_of, execute
from tests.rules.ledger.bookings import (
    NOVEMBER_2,
    OCTOBER,
    OTHER_IBAN,
    SEPTEMBER,
    a_merchant,
    close,
    grant,
    programme,
    settle,
)

SCHEMA = json.loads(Path(journal.__file__).with_name("journal.schema.json").read_text())
UBL = {"cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"}


@pytest.fixture
def shops(db):
    return [a_merchant("Maiznīca Žagars"), a_merchant("Šiaulių kepykla ąčęėįšųūž", iban=OTHER_IBAN)]


@pytest.fixture
def month(shops):
    grant(shops[0], 85, code="K7QF2MWX9P"), grant(shops[0], 150, date(2026, 9, 20)), grant(shops[0], -50)
    grant(shops[1], 4000, by=programme("meals", "district"))
    return close()


def csv_rows(rows) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(statement_csv.as_text(rows)))))


def test_statement_payment_file_journal_and_ledger_agree_to_the_cent(month):
    run = settle(month)
    statements = sum(Statement.objects.filter(period=month).values_list("closing_cents", flat=True))
    paper = execute(bytes(run.payment_file))
    file = -sum(line.cents for line in paper.lines)
    october = close(NOVEMBER_2)
    booked = [row for row in journal.rows(october) if row[3] == "payment"]
    paid = sum(cents_of(row[-2]) for row in booked if row[6].startswith("merchant:"))
    accounting = sum(
        cents_of(line["debit"])
        for one in journal.horizon(october)["documents"]
        if one["kind"] == "payment"
        for line in one["lines"]
    )
    # 85 + 150 - 50 = 185 and 4,000: 4,185 in each.
    assert (statements, file, paid, accounting) == (4185, 4185, 4185, 4185)


def test_the_payment_file_is_the_same_whenever_it_is_made(month):
    run = settle(month)
    payments = list(run.payments.select_related("statement"))
    assert payment_file.payment_file(run, payments) == bytes(run.payment_file)
    ids = [line.end_to_end_id for line in execute(bytes(run.payment_file)).lines]
    assert ids == [f"ST202609-{payment.statement.account_id}" for payment in payments]


def test_a_payment_file_that_does_not_fit_its_schema_is_not_given_out(month):
    run = settle(month)
    payment = run.payments.select_related("statement").first()
    payment.iban = "not an account"
    with pytest.raises(payment_file.PaymentFileInvalid, match=r"does not fit pain\.001\.001\.09"):
        payment_file.payment_file(run, [payment])


def test_the_payment_files_sums_and_number_of_payments_are_stated(month):
    root = ElementTree.fromstring(bytes(settle(month).payment_file))
    assert root.findtext(f".//{PAIN}GrpHdr/{PAIN}NbOfTxs") == "2"
    assert root.findtext(f".//{PAIN}GrpHdr/{PAIN}CtrlSum") == "41.85"
    assert root.findtext(f".//{PAIN}ReqdExctnDt/{PAIN}Dt") == "2026-10-02"


def test_a_statement_as_csv_sums_to_its_last_balance(month):
    rows = csv_rows(statement_csv.rows(first(month)))
    assert [(row["kind"], row["amount_eur"]) for row in rows] == [
        ("opening-balance", "0.00"),
        ("grant", "0.85"),
        ("return", "-0.50"),
        ("grant", "1.50"),
        ("closing-balance", "1.85"),
    ]
    assert rows[1]["code"] == "K7QF2MWX9P"


def first(month) -> Statement:
    return Statement.objects.filter(period=month).order_by("pk").first()


def test_a_merchant_never_learns_the_programme(month):
    statement = Statement.objects.filter(period=month).order_by("-pk").first()
    told = "".join(statement_csv.as_text(statement_csv.rows(statement)))
    assert "meals" not in told
    assert "district" not in told
    assert list(contents.programmes(statement)) == [("meals", "district", 4000)]


def test_corrections_and_payments_are_shown_as_what_they_are(month, shops):
    settle(month)
    grant(shops[0], -30, SEPTEMBER), grant(shops[0], 70, OCTOBER)
    statement = Statement.objects.filter(period=close(NOVEMBER_2)).order_by("pk").first()
    assert [(one.kind, one.cents) for one in contents.days(statement)] == [
        ("correction", -30),
        ("payment", -185),
        ("grant", 70),
    ]
    # 185 - 185 - 30 + 70 = 40.
    assert statement.closing_cents == 40


@pytest.mark.parametrize("language", ["lv", "lt", "en"])
def test_a_statement_on_paper_has_every_letter_and_is_the_same_each_time(month, language, caplog):
    statement = Statement.objects.filter(period=month).order_by("-pk").first()
    with translation.override(language), caplog.at_level(logging.WARNING):
        paper = statement_pdf(statement)
        assert paper == statement_pdf(statement)
    assert paper.startswith(b"%PDF-")
    assert caplog.messages == []  # a letter without a drawing would be warned of


def test_a_long_statement_on_paper_leaves_the_codes_to_the_csv(shops, monkeypatch):
    for _ in range(4):
        grant(shops[0], 1)
    statement = first(close())
    whole = statement_pdf(statement)
    monkeypatch.setattr("rules.ledger.settlement.statement_pdf.CODES_MAX", 3)
    assert len(statement_pdf(statement)) < len(whole)


def test_another_funder_is_sent_a_claim_and_the_city_is_not(month):
    Funder.objects.create(code="city", name="Jelgava", is_city=True)
    district = Funder.objects.create(code="district", name="Jelgavas novads", registration_number="40003074749")
    claim = settle(month).claims.get()
    assert (claim.number, claim.amount_cents, claim.lines) == (f"CL202609-{district.pk}", 4000, [["meals", 4000]])
    owed = AccountKey(kind="funder", holder="district", unit="cents")
    assert (balance(owed), balance(programme("meals", "district"))) == (-4000, 0)
    root = ElementTree.fromstring(bytes(claim.document))
    assert root.tag.endswith("}Invoice")
    assert root.findtext(".//cbc:PayableAmount", namespaces=UBL) == "40.00"


def test_a_funder_who_is_owed_gets_a_credit_note(shops):
    Funder.objects.create(code="district", name="Jelgavas novads")
    grant(shops[0], 500), grant(shops[0], -120, by=programme("meals", "district"))
    claim = settle(close()).claims.get()
    root = ElementTree.fromstring(bytes(claim.document))
    assert (claim.amount_cents, root.tag.endswith("}CreditNote")) == (-120, True)
    assert root.findtext(".//cbc:PayableAmount", namespaces=UBL) == "1.20"


def test_a_claim_is_made_once(month, shops):
    Funder.objects.create(code="district", name="Jelgavas novads")
    settle(month)
    claims_before = month.claims.count()
    grant(shops[0], 10, OCTOBER)
    october = close(NOVEMBER_2)
    settle(october, NOVEMBER_2)
    # The claim itself moved the programme's account in October: it is not claimed back.
    assert (month.claims.count(), october.claims.count()) == (claims_before, 0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-10_000, 10_000).filter(bool), min_size=1, max_size=5))
def test_claims_fit_the_schema_of_ubl(amounts):
    lines = tuple(InvoiceLine(f"programme {number}", cents) for number, cents in enumerate(amounts))
    invoice = Invoice(
        number="CL202609-1",
        issued_on=date(2026, 10, 2),
        due_on=date(2026, 11, 1),
        first_day=date(2026, 9, 1),
        last_day=date(2026, 9, 30),
        lines=lines,
        customer=Funder(code="district", name="Jelgavas novads & Co", address="Pasta iela 37", country="LV"),
    )
    assert faults_of(document(invoice)) == []


def test_the_check_against_ubl_finds_a_fault():
    """The canary: without its date an invoice does not fit."""
    lines = (InvoiceLine("meals", 4000),)
    customer = Funder(code="district", name="Jelgavas novads")
    day = date(2026, 10, 2)
    whole = document(
        Invoice(number="1", issued_on=day, due_on=day, first_day=day, last_day=day, lines=lines, customer=customer)
    )
    assert faults_of(whole.replace(b"<cbc:IssueDate>2026-10-02</cbc:IssueDate>", b"")) != []


def faults_of(file: bytes) -> list:
    return peppol.xsd.validate_xsd(file)[1]


def test_the_journal_balances_in_every_entry(month):
    rows = list(csv.DictReader(io.StringIO("".join(statement_csv.as_text(journal.rows(month))))))
    for entry in {row["entry"] for row in rows}:
        legs = [row for row in rows if row["entry"] == entry]
        assert sum(cents_of(leg["debit"]) for leg in legs) == sum(cents_of(leg["credit"]) for leg in legs)
    assert {row["account"].partition(":")[0] for row in rows} == {"merchant", "programme"}


def test_the_accounting_document_fits_its_contract_and_balances(month):
    found = json.loads(json.dumps(journal.horizon(month)))
    jsonschema.validate(found, SCHEMA)
    assert found["period"] == {"first": "2026-09-01", "last": "2026-09-30"}
    for one in found["documents"]:
        assert sum(cents_of(line["debit"]) for line in one["lines"]) == sum(
            cents_of(line["credit"]) for line in one["lines"]
        )
    # 85 - 50 on the 15th and 4,000 for the other shop.
    assert [line["credit"] for line in found["documents"][0]["lines"] if line["account"].startswith("merchant")] == [
        "0.35",
        "40.00",
    ]
