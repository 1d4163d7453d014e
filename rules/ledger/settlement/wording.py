"""What a statement calls its lines, on its page and on paper."""

from django.utils.translation import gettext as _

from rules.ledger.settlement.contents import LineKind


def kind_title(kind: str) -> str:
    titles = {
        LineKind.GRANT: _("Decisions"),
        LineKind.RETURN: _("Returns"),
        LineKind.CORRECTION: _("Corrections of earlier periods"),
        LineKind.PAYMENT: _("Payments"),
    }
    return titles[LineKind(kind)]


def vat_note() -> str:
    return _("The amounts are as taken off at the till, VAT included. This statement is not a VAT invoice.")
