"""Reading ISO 20022 camt.053, versions 2 and 8, from a stranger: no entities, no document type, within limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from gis_platform.core import clock
from rules.ledger.reconciliation.errors import StatementUnreadable

VERSIONS = ("camt.053.001.02", "camt.053.001.08")
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
SIZE_MAX = 4 * 1024 * 1024  # bytes; a day of 5,000 payments is 3 MB
LINES_MAX = 20_000
AMOUNT = re.compile(r"(\d{1,13})(?:\.(\d{1,2})0{0,3})?")
CURRENCY = "EUR"
NOT_PROVIDED = "NOTPROVIDED"  # what stands for no end-to-end id


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A movement: negative cents left the account."""

    cents: int
    booked_on: date
    end_to_end_id: str
    bank_reference: str
    remittance: str
    iban: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One statement of one account. `closing` is None when the bank left the balance out."""

    number: str
    iban: str
    first_day: date
    last_day: date
    opening: int | None
    closing: int | None
    lines: tuple[Line, ...]

    @property
    def off_by(self) -> int:
        """By how many cents the lines miss what the balances say."""
        if self.opening is None or self.closing is None:
            return 0
        return self.closing - self.opening - sum(line.cents for line in self.lines)


def read(file: bytes) -> list[Sheet]:
    """The statements of a file. Raises StatementUnreadable with a sentence that says where it went wrong."""
    if len(file) > SIZE_MAX:
        raise StatementUnreadable(_("The file is larger than %(size)s MB.") % {"size": SIZE_MAX // 1024**2})
    try:
        root = fromstring(file, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise StatementUnreadable(_("The file is not XML, or declares a document type or entities.")) from error
    version = root.tag.removeprefix(f"{{{NAMESPACE}").removesuffix("}Document")
    if version not in VERSIONS:
        raise StatementUnreadable(_("The file is not one of: %(versions)s.") % {"versions": ", ".join(VERSIONS)})
    _drop_namespaces(root)
    sheets = [_sheet(element) for element in root.findall("./BkToCstmrStmt/Stmt")]
    if not sheets:
        raise StatementUnreadable(_("The file holds no statement."))
    if len({(sheet.iban, sheet.number) for sheet in sheets}) < len(sheets):
        raise StatementUnreadable(_("The file holds one statement twice."))
    return sheets


def _drop_namespaces(root: Element) -> None:
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]


def _sheet(statement: Element) -> Sheet:
    lines = tuple(line for entry in statement.findall("Ntry") for line in _lines(entry))
    if len(lines) > LINES_MAX:
        raise StatementUnreadable(_("The statement has more than %(count)s lines.") % {"count": LINES_MAX})
    days = [line.booked_on for line in lines]
    created = _day(statement, "CreDtTm")
    return Sheet(
        number=_text(statement, "Id"),
        iban=_text(statement, "Acct/Id/IBAN").replace(" ", "").upper(),
        first_day=_day_or(statement, "FrToDt/FrDtTm", min(days, default=created)),
        last_day=_day_or(statement, "FrToDt/ToDtTm", max(days, default=created)),
        opening=_balance(statement, "OPBD", "PRCD"),
        closing=_balance(statement, "CLBD"),
        lines=lines,
    )


def _lines(entry: Element) -> Iterator[Line]:
    """The payments of an entry: a bank may book a whole batch as one. What is only announced is not booked yet."""
    status = entry.findtext("Sts/Cd") or (entry.findtext("Sts") or "").strip()
    if status != "BOOK":
        return
    total, booked_on = _signed(entry), _day(entry, "BookgDt")
    reference = (entry.findtext("AcctSvcrRef") or "").strip()
    details = entry.findall("NtryDtls/TxDtls")
    if len(details) < 2:
        yield _line(details[0] if details else entry, total, booked_on, reference)
        return
    cents = [_detail_cents(detail, entry) for detail in details]
    if sum(cents) != total:
        raise StatementUnreadable(_("The payments of a batch do not sum to the batch: %(id)s.") % {"id": reference})
    for detail, part in zip(details, cents, strict=True):
        yield _line(detail, part, booked_on, reference)


def _line(detail: Element, cents: int, booked_on: date, reference: str) -> Line:
    end_to_end_id = (detail.findtext("Refs/EndToEndId") or "").strip()
    other = "Cdtr" if cents < 0 else "Dbtr"
    return Line(
        cents=cents,
        booked_on=booked_on,
        end_to_end_id="" if end_to_end_id == NOT_PROVIDED else end_to_end_id[:35],
        bank_reference=((detail.findtext("Refs/AcctSvcrRef") or "").strip() or reference)[:140],
        remittance=_remittance(detail)[:140],
        iban=(detail.findtext(f"RltdPties/{other}Acct/Id/IBAN") or "").replace(" ", "").upper()[:34],
    )


def _remittance(detail: Element) -> str:
    structured = detail.findtext("RmtInf/Strd/CdtrRefInf/Ref")
    return (structured or detail.findtext("RmtInf/Ustrd") or "").strip()


def _detail_cents(detail: Element, entry: Element) -> int:
    """Version 8 gives each payment its own amount and sign, version 2 the amount among its details."""
    amount = detail.find("Amt") if detail.find("Amt") is not None else detail.find("AmtDtls/TxAmt/Amt")
    sign = detail.findtext("CdtDbtInd") or entry.findtext("CdtDbtInd")
    return _cents(amount) * (-1 if sign == "DBIT" else 1)


def _signed(element: Element) -> int:
    """A reversal stands on the side that it moves the balance to, as the standard has it."""
    sign = element.findtext("CdtDbtInd")
    if sign not in ("CRDT", "DBIT"):
        raise StatementUnreadable(_("An amount does not say whether it came or went."))
    return _cents(element.find("Amt")) * (-1 if sign == "DBIT" else 1)


def _cents(amount: Element | None) -> int:
    text = (amount.text or "").strip() if amount is not None else ""
    match = AMOUNT.fullmatch(text)
    if amount is None or match is None:
        raise StatementUnreadable(_("This is not an amount in euros and cents: “%(text)s”.") % {"text": text[:40]})
    if amount.get("Ccy") != CURRENCY:
        raise StatementUnreadable(_("An amount is not in euros."))
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _balance(statement: Element, *codes: str) -> int | None:
    for balance in statement.findall("Bal"):
        if balance.findtext("Tp/CdOrPrtry/Cd") in codes:
            return _signed(balance)
    return None


def _text(element: Element, path: str) -> str:
    text = (element.findtext(path) or "").strip()
    if not text or len(text) > 35:
        raise StatementUnreadable(_("The statement does not say its %(path)s.") % {"path": path})
    return text


def _day_or(element: Element, path: str, otherwise: date) -> date:
    return _day(element, path) if element.find(path) is not None else otherwise


def _day(element: Element, path: str) -> date:
    """A date, or the local day of a time; a time without its zone is the city's."""
    text = (element.findtext(f"{path}/Dt") or element.findtext(f"{path}/DtTm") or element.findtext(path) or "").strip()
    try:
        if len(text) == len("2026-10-01"):
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise StatementUnreadable(_("This is not a day: “%(text)s”.") % {"text": text[:40]}) from error
    return clock.local(at).date() if at.tzinfo else at.date()
