"""The payment file for the bank: ISO 20022 pain.001.001.09, the same bytes whenever it is made for the same run."""

from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree

from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError, try_valid_xml

from rules.ledger.models import Payment, Run

SCHEMA = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
CURRENCY = "EUR"


class PaymentFileInvalid(ValueError):
    """Our own mistake: the file does not fit its schema, so nothing of the run may be booked."""


def payment_file(run: Run, payments: Sequence[Payment]) -> bytes:
    """The file of all payments as one batch, checked against the schema. Raises PaymentFileInvalid."""
    transfer = SepaTransfer(
        {
            "name": run.payer_name,
            "IBAN": run.payer_iban,
            "BIC": run.payer_bic,
            "batch": True,
            "currency": CURRENCY,
        },
        schema=SCHEMA,
    )
    for payment in payments:
        transfer.add_payment(_transfer(payment, run.pay_on))
    file = _with_ids_of_the_run(transfer.export(validate=False), run)
    try:
        try_valid_xml(file, SCHEMA)
    except ValidationError as error:
        raise PaymentFileInvalid(f"the payment file of run {run.pk} does not fit {SCHEMA}") from error
    return file


def message_id(run: Run) -> str:
    return f"RUN{run.pk}"


def _transfer(payment: Payment, pay_on: date) -> dict[str, object]:
    # The library flattens ā and ž to ASCII: nothing that comes back from the bank may be matched by the name.
    return {
        "name": payment.name,
        "IBAN": payment.iban,
        "BIC": payment.bic,
        "amount": payment.amount_cents,
        "execution_date": pay_on,
        "description": payment.statement.number,
        "endtoend_id": payment.end_to_end_id,
    }


def _with_ids_of_the_run(file: bytes, run: Run) -> bytes:
    """The library names the message and its batch by chance and by the clock: a bank would take a rerun for new."""
    document = ElementTree.fromstring(file)  # noqa: S314 written a moment ago
    ElementTree.register_namespace("", NAMESPACE)
    texts = {
        "GrpHdr/MsgId": message_id(run),
        "GrpHdr/CreDtTm": run.prepared_at.strftime("%Y-%m-%dT%H:%M:%S"),
        "PmtInf/PmtInfId": f"{message_id(run)}-1",
    }
    for path, text in texts.items():
        element = document.find("./*/" + "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))
        assert element is not None, f"the library writes {path}"
        element.text = text
    written: bytes = ElementTree.tostring(document, "utf-8", xml_declaration=True)
    return written
