"""Paying and claiming: what one person prepares and another approves, and the files that come of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rules.ledger.models.book import Entry
from rules.ledger.models.settlement import Period, Statement


class Funder(models.Model):
    """Who pays for benefits, by the name that programmes and accounts use. The city itself is never sent a claim."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    registration_number = models.CharField(_("registration number"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, default="LV")
    is_city = models.BooleanField(_("the city itself"), default=False)

    class Meta:
        verbose_name = _("funder")
        verbose_name_plural = _("funders")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """The payments and claims of a period, prepared by one and approved by another. Approved, it stays as it is."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        APPROVED = "approved", _("Approved")
        CANCELLED = "cancelled", _("Cancelled")

    period = models.ForeignKey(Period, models.PROTECT, related_name="runs", verbose_name=_("settlement period"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PREPARED)
    pay_on = models.DateField(_("day of payment"))
    payer_name = models.CharField(_("payer"), max_length=140)
    payer_iban = models.CharField(_("payer's account"), max_length=34)
    payer_bic = models.CharField(_("payer's bank"), max_length=11)
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by"))
    prepared_at = models.DateTimeField(_("prepared"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True)
    payment_file = models.BinaryField(_("payment file"), default=bytes, db_default=b"")

    class Meta:
        verbose_name = _("settlement run")
        verbose_name_plural = _("settlement runs")
        ordering = ["-prepared_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ledger_run_is_approved_by_another", condition=Q(checker=None) | ~Q(checker=F("maker"))
            ),
            models.CheckConstraint(
                name="ledger_run_approved_names_who_and_when",
                condition=~Q(state="approved") | Q(checker__isnull=False, approved_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["period"], condition=Q(state="prepared"), name="ledger_run_prepared_is_one_a_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.state}"


class Payment(models.Model):
    """A merchant's money in a run. Its end-to-end id follows from the statement, so it can be paid once only."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="payments", verbose_name=_("settlement run"))
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="payments", verbose_name=_("statement"))
    end_to_end_id = models.CharField(_("end-to-end id"), max_length=35)
    amount_cents = models.BigIntegerField(_("amount, cents"))
    name = models.CharField(_("payee"), max_length=140)
    iban = models.CharField(_("account"), max_length=34)
    bic = models.CharField(_("bank"), max_length=11, blank=True)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="payment", verbose_name=_("ledger entry")
    )

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["statement"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["end_to_end_id"], condition=Q(is_cancelled=False), name="ledger_payment_is_made_once"
            ),
            models.CheckConstraint(name="ledger_payment_pays_something", condition=Q(amount_cents__gt=0)),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id


class Omission(models.Model):
    """A statement that a run leaves out, and why."""

    class Reason(models.TextChoices):
        NO_ACCOUNT = "no-account", _("The merchant has no bank account on record.")
        INVALID_IBAN = "invalid-iban", _("The merchant's bank account is not a valid IBAN.")
        UNKNOWN_BANK = "unknown-bank", _("The bank of the merchant's account is not known.")
        NO_MERCHANT = "no-merchant", _("There is no such merchant any more.")
        CARRIED_FORWARD = "carried-forward", _("The merchant owes; the balance is carried forward.")
        NOTHING_DUE = "nothing-due", _("Nothing is due.")

    run = models.ForeignKey(Run, models.PROTECT, related_name="omissions", verbose_name=_("settlement run"))
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+", verbose_name=_("statement"))
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    amount_cents = models.BigIntegerField(_("amount, cents"))

    class Meta:
        verbose_name = _("omission")
        verbose_name_plural = _("omissions")
        ordering = ["reason", "statement"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "statement"], name="ledger_omission_is_one")]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.reason}"


class Claim(models.Model):
    """What another funder owes the city for a period: an invoice, or a credit note when it is negative."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="claims", verbose_name=_("settlement run"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="claims", verbose_name=_("settlement period"))
    funder = models.ForeignKey(Funder, models.PROTECT, related_name="claims", verbose_name=_("funder"))
    number = models.CharField(_("number"), max_length=35, unique=True)
    issued_on = models.DateField(_("issued"))
    due_on = models.DateField(_("due"))
    amount_cents = models.BigIntegerField(_("amount, cents"))
    lines = models.JSONField(_("lines"))  # [[programme, cents], ...]
    document = models.BinaryField(_("document"))
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="claim", verbose_name=_("ledger entry"))

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "funder"], name="ledger_claim_is_made_once"),
            models.CheckConstraint(name="ledger_claim_is_for_something", condition=~Q(amount_cents=0)),
        ]

    def __str__(self) -> str:
        return self.number
