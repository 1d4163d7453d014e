"""The bank's statements as they came, line by line, and what does not fit our payments."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rules.ledger.models.book import Entry
from rules.ledger.models.runs import Claim, Payment


class BankStatement(models.Model):
    """One statement of the city's account, as imported."""

    digest = models.CharField(_("digest"), max_length=64, editable=False)  # of the file, SHA-256
    number = models.CharField(_("number"), max_length=35)
    iban = models.CharField(_("account"), max_length=34)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    opening_cents = models.BigIntegerField(_("opening balance"), null=True)
    closing_cents = models.BigIntegerField(_("closing balance"), null=True)
    imported_at = models.DateTimeField(_("imported"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("imported by")
    )

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-last_day", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["iban", "number"], name="ledger_bank_statement_is_read_once"),
            models.CheckConstraint(name="ledger_bank_statement_days", condition=Q(last_day__gte=models.F("first_day"))),
        ]

    def __str__(self) -> str:
        return f"{self.iban} {self.number}"


class BankLine(models.Model):
    """One booked movement: negative cents left the city's account."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        DOUBLED = "doubled", _("Paid twice")
        ALTERED = "altered", _("Altered")
        RETURNED = "returned", _("Sent back")
        RECEIVED = "received", _("Received")
        UNKNOWN = "unknown", _("Unknown")

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines", verbose_name=_("bank statement"))
    number = models.PositiveIntegerField(_("line"))
    bank_reference = models.CharField(_("bank's reference"), max_length=140, blank=True)
    end_to_end_id = models.CharField(_("end-to-end id"), max_length=35, blank=True)
    remittance = models.CharField(_("reference"), max_length=140, blank=True)
    amount_cents = models.BigIntegerField(_("amount, cents"))
    iban = models.CharField(_("account"), max_length=34, blank=True)  # of the other side
    booked_on = models.DateField(_("booked"))
    state = models.CharField(_("state"), max_length=9, choices=State)
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, related_name="bank_lines", verbose_name=_("payment")
    )
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="bank_lines", verbose_name=_("claim"))
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="bank_line", verbose_name=_("ledger entry")
    )

    class Meta:
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        ordering = ["statement", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "number"], name="ledger_bank_line_is_one"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(state="confirmed"), name="ledger_payment_is_confirmed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.end_to_end_id} {self.amount_cents}"


class Finding(models.Model):
    """Something that does not fit, for a person to look into. It is resolved with a note, never taken away."""

    class Kind(models.TextChoices):
        MISSING = "missing", _("Missing at the bank")
        DOUBLED = "doubled", _("Paid twice")
        ALTERED_AMOUNT = "altered-amount", _("Another amount")
        ALTERED_ACCOUNT = "altered-account", _("Another account")
        RETURNED = "returned", _("Sent back")
        UNKNOWN = "unknown", _("Unknown payment")
        BALANCE = "balance", _("The statement does not add up")

    kind = models.CharField(_("finding"), max_length=15, choices=Kind)
    statement = models.ForeignKey(
        BankStatement, models.PROTECT, related_name="findings", verbose_name=_("bank statement")
    )
    line = models.ForeignKey(BankLine, models.PROTECT, null=True, related_name="findings", verbose_name=_("bank line"))
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="findings", verbose_name=_("payment"))
    expected = models.CharField(_("expected"), max_length=40, blank=True)
    found = models.CharField(_("found"), max_length=40, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("resolved by")
    )

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["resolved_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payment"], condition=Q(kind="missing", resolved_at=None), name="ledger_missing_is_found_once"
            ),
            models.CheckConstraint(
                name="ledger_finding_is_resolved_with_a_note", condition=Q(resolved_at=None) | ~Q(note="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.expected} {self.found}"

    @property
    def end_to_end_id(self) -> str:
        """Of the payment that it is about, else what the bank wrote; "" when neither says any."""
        if self.payment is not None:
            return self.payment.end_to_end_id
        return self.line.end_to_end_id if self.line is not None else ""
