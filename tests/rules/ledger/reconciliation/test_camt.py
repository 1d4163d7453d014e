"""Files that a bank, or somebody who says so, may send."""

import pytest

from rules.ledger.reconciliation import camt
from rules.ledger.reconciliation.errors import StatementUnreadable
from tests.rules.ledger.bank import Booked, Paper

PAPER = Paper(iban="LV48HABA0000435195001", lines=(Booked(-185, "ST1", "LV21UNLA0000435195001"), Booked(4000, "CL1")))
BOMB = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'


@pytest.mark.parametrize("version", camt.VERSIONS)
def test_both_versions_read_the_same(version):
    (sheet,) = camt.read(PAPER.but(version=version).xml())
    assert (sheet.number, sheet.iban, sheet.off_by) == ("STMT-1", PAPER.iban, 0)
    assert [(line.cents, line.end_to_end_id, line.iban) for line in sheet.lines] == [
        (-185, "ST1", "LV21UNLA0000435195001"),
        (4000, "CL1", ""),
    ]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "not XML"),
        (b"<a", "not XML"),
        (BOMB, "entities"),
        (OUTSIDE, "entities"),
        (b"<a/>", "is not one of: camt.053.001.02"),
        (PAPER.xml().replace(b"001.08", b"001.99"), "is not one of"),
        (PAPER.xml().replace(b">1.85<", b">1.855<"), "not an amount"),
        (PAPER.xml().replace(b">1.85<", b">NaN<"), "not an amount"),
        (PAPER.xml().replace(b">1.85<", b">-1.85<"), "not an amount"),
        (PAPER.xml().replace(b'Ccy="EUR">1.85', b'Ccy="SEK">1.85'), "not in euros"),
        (PAPER.xml().replace(b"<CdtDbtInd>DBIT</CdtDbtInd>", b""), "came or went"),
        (PAPER.xml().replace(b"<Id>STMT-1</Id>", b""), "does not say its Id"),
        (PAPER.xml().replace(b"<BookgDt><Dt>2026-10-02", b"<BookgDt><Dt>2026-13-02"), "not a day"),
        (b"x" * (camt.SIZE_MAX + 1), "larger than 4 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(file, sentence):
    with pytest.raises(StatementUnreadable, match=sentence):
        camt.read(file)


def test_a_file_with_one_statement_twice_is_refused():
    file = PAPER.xml().decode()
    start, end = file.index("<Stmt>"), file.index("</Stmt>") + len("</Stmt>")
    with pytest.raises(StatementUnreadable, match="twice"):
        camt.read((file[:end] + file[start:end] + file[end:]).encode())


def test_what_is_only_announced_is_left_out():
    announced = PAPER.xml().replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>")
    assert camt.read(announced)[0].lines == ()


@pytest.mark.parametrize(("second", "right"), [("1.00", True), ("1.01", False)])
def test_a_batch_that_the_bank_books_as_one_is_read_payment_by_payment(second, right):
    details = "".join(
        f"<TxDtls><Refs><EndToEndId>ST{number}</EndToEndId></Refs>"
        f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>'
        for number, amount in enumerate(("0.85", second))
    )
    file = PAPER.but(lines=(Booked(-185, "BATCH"),)).xml().decode()
    start, end = file.index("<TxDtls>"), file.index("</TxDtls>") + len("</TxDtls>")
    file = (file[:start] + details + file[end:]).encode()
    if right:
        lines = camt.read(file)[0].lines
        assert [(line.end_to_end_id, line.cents) for line in lines] == [("ST0", -85), ("ST1", -100)]
    else:
        with pytest.raises(StatementUnreadable, match="do not sum"):
            camt.read(file)
