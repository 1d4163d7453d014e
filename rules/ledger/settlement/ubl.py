"""An invoice or credit note to a funder as OASIS UBL 2.1, with what EN 16931 asks of one outside the scope of VAT."""

from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from django.conf import settings

from rules.ledger.models import Funder

BASE = "urn:oasis:names:specification:ubl:schema:xsd:"
BASIC, AGGREGATE = f"{BASE}CommonBasicComponents-2", f"{BASE}CommonAggregateComponents-2"
CUSTOMIZATION = "urn:cen.eu:en16931:2017"
INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
OUTSIDE_VAT = "O"  # UNTDID 5305
EXEMPTION = "Compensation between public bodies: outside the scope of VAT"
CREDIT_TRANSFER = "30"  # UNTDID 4461


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    programme: str
    cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Invoice:
    number: str
    issued_on: date
    due_on: date
    first_day: date
    last_day: date
    lines: tuple[InvoiceLine, ...]
    customer: Funder

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)


def document(invoice: Invoice) -> bytes:
    """A credit note when the sum is negative: its amounts are then written without their sign, as UBL wants."""
    kind = "CreditNote" if invoice.cents < 0 else "Invoice"
    namespace = f"{BASE}{kind}-2"
    for prefix, uri in (("", namespace), ("cbc", BASIC), ("cac", AGGREGATE)):
        register_namespace(prefix, uri)
    root = Element(f"{{{namespace}}}{kind}")
    _head(root, invoice, kind)
    _party(root, "AccountingSupplierParty", name=settings.PAYER["name"], number=settings.PAYER["registration_number"])
    customer = invoice.customer
    _party(root, "AccountingCustomerParty", name=customer.name, number=customer.registration_number, of=customer)
    _means(root, invoice)
    _totals(root, invoice)
    for number, line in enumerate(invoice.lines, start=1):
        _line(root, kind, number, line, sign=-1 if invoice.cents < 0 else 1)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def decimal(cents: int) -> str:
    """
    >>> decimal(-5), decimal(123456)
    ('-0.05', '1234.56')
    """
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _basic(parent: Element, name: str, text: str, **attributes: str) -> Element:
    element = SubElement(parent, f"{{{BASIC}}}{name}", attributes)
    element.text = text
    return element


def _aggregate(parent: Element, *names: str) -> Element:
    for name in names:
        parent = SubElement(parent, f"{{{AGGREGATE}}}{name}")
    return parent


def _head(root: Element, invoice: Invoice, kind: str) -> None:
    _basic(root, "CustomizationID", CUSTOMIZATION)
    _basic(root, "ID", invoice.number)
    _basic(root, "IssueDate", invoice.issued_on.isoformat())
    if kind == "Invoice":
        _basic(root, "DueDate", invoice.due_on.isoformat())
        _basic(root, "InvoiceTypeCode", INVOICE)
    else:
        _basic(root, "CreditNoteTypeCode", CREDIT_NOTE)
    _basic(root, "DocumentCurrencyCode", "EUR")
    _basic(root, "BuyerReference", invoice.customer.code)
    period = _aggregate(root, "InvoicePeriod")
    _basic(period, "StartDate", invoice.first_day.isoformat())
    _basic(period, "EndDate", invoice.last_day.isoformat())


def _party(root: Element, role: str, *, name: str, number: str, of: Funder | None = None) -> None:
    party = _aggregate(root, role, "Party")
    address = _aggregate(party, "PostalAddress")
    if of is not None and of.address:
        _basic(address, "StreetName", of.address)
    _basic(_aggregate(address, "Country"), "IdentificationCode", of.country if of else settings.CITY.country)
    legal = _aggregate(party, "PartyLegalEntity")
    _basic(legal, "RegistrationName", name)
    if number:
        _basic(legal, "CompanyID", number)


def _means(root: Element, invoice: Invoice) -> None:
    means = _aggregate(root, "PaymentMeans")
    _basic(means, "PaymentMeansCode", CREDIT_TRANSFER)
    _basic(means, "PaymentID", invoice.number)
    _basic(_aggregate(means, "PayeeFinancialAccount"), "ID", settings.PAYER["iban"])


def _totals(root: Element, invoice: Invoice) -> None:
    amount = decimal(abs(invoice.cents))
    tax = _aggregate(root, "TaxTotal")
    _basic(tax, "TaxAmount", "0.00", currencyID="EUR")
    subtotal = _aggregate(tax, "TaxSubtotal")
    _basic(subtotal, "TaxableAmount", amount, currencyID="EUR")
    _basic(subtotal, "TaxAmount", "0.00", currencyID="EUR")
    _category(_aggregate(subtotal, "TaxCategory"), exemption=EXEMPTION)
    total = _aggregate(root, "LegalMonetaryTotal")
    for name in ("LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "PayableAmount"):
        _basic(total, name, amount, currencyID="EUR")


def _line(root: Element, kind: str, number: int, line: InvoiceLine, *, sign: int) -> None:
    """A price is never negative: the sign of what is given back stands in the quantity."""
    cents = sign * line.cents
    element = _aggregate(root, f"{kind}Line")
    _basic(element, "ID", str(number))
    quantity = "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity"
    _basic(element, quantity, "1" if cents >= 0 else "-1", unitCode="C62")  # one, UN/ECE Recommendation 20
    _basic(element, "LineExtensionAmount", decimal(cents), currencyID="EUR")
    item = _aggregate(element, "Item")
    _basic(item, "Name", line.programme)
    _category(_aggregate(item, "ClassifiedTaxCategory"))
    _basic(_aggregate(element, "Price"), "PriceAmount", decimal(abs(cents)), currencyID="EUR")


def _category(category: Element, exemption: str = "") -> None:
    _basic(category, "ID", OUTSIDE_VAT)
    if exemption:
        _basic(category, "TaxExemptionReason", exemption)
    _basic(_aggregate(category, "TaxScheme"), "ID", "VAT")
