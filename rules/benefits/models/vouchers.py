"""Vouchers, and every attempt to use one."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rules.benefits.models.programmes import Budget, Programme
from rules.ledger.models import Entry


class Voucher(models.Model):
    """A promise of so many cents that a till can take without a network. Its budget is set aside when it is issued."""

    class Status(models.TextChoices):
        ISSUED = "issued", _("Issued")
        REDEEMED = "redeemed", _("Redeemed")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="vouchers", verbose_name=_("benefit programme")
    )
    funder = models.SlugField(_("funder"), max_length=60)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="+", verbose_name=_("budget"))
    holder = models.CharField(_("holder"), max_length=100)  # resident:<handle>, or the till that may give it
    bound_to = models.CharField(_("only at this terminal"), max_length=100, blank=True)
    cents = models.BigIntegerField(_("cents"))
    categories = ArrayField(models.CharField(max_length=60), default=list, verbose_name=_("categories of goods"))
    origin = models.CharField(_("issued for"), max_length=200)  # what it was issued for, once: decision:<id>/<rule>
    issued_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("expires"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ISSUED)
    status_at = models.DateTimeField(_("status since"))
    redeemed_cents = models.BigIntegerField(_("redeemed, cents"), default=0)

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["-issued_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["origin"], name="benefits_voucher_is_issued_once"),
            models.CheckConstraint(
                name="benefits_voucher_is_worth_something", condition=Q(cents__gt=0, expires_at__gt=F("issued_at"))
            ),
            models.CheckConstraint(
                name="benefits_voucher_pays_when_redeemed",
                condition=Q(status="redeemed", redeemed_cents__gt=0, redeemed_cents__lte=F("cents"))
                | ~Q(status="redeemed") & Q(redeemed_cents=0),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder", "-issued_at"], name="benefits_voucher_holder"),
            models.Index(fields=["expires_at"], condition=Q(status="issued"), name="benefits_voucher_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.programme.code} {self.cents}"


class Redemption(models.Model):
    """A till says that it took a voucher. One is paid; of any other the merchant whose till it was bears the loss."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DOUBLED = "doubled", _("Used before")
        EXPIRED = "expired", _("Used after it had expired")
        TOO_LATE = "too-late", _("Sent too late")
        ABOVE_AMOUNT = "above-amount", _("More than the voucher is worth")
        OTHER_TERMINAL = "other-terminal", _("Only for another terminal")
        IMPLAUSIBLE_TIME = "implausible-time", _("The terminal’s clock is wrong")
        FORGED = "forged", _("Not issued by this city")

    voucher = models.ForeignKey(
        Voucher, models.PROTECT, null=True, related_name="redemptions", verbose_name=_("voucher")
    )
    terminal = models.CharField(_("terminal"), max_length=100)
    merchant = models.CharField(_("merchant's account"), max_length=100)
    key = models.CharField(_("the terminal's number for it"), max_length=200)
    cents = models.BigIntegerField(_("cents"))
    used_at = models.DateTimeField(_("used, by the terminal's clock"))
    received_at = models.DateTimeField(_("received"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="redemption", verbose_name=_("ledger entry")
    )

    class Meta:
        verbose_name = _("use of a voucher")
        verbose_name_plural = _("uses of vouchers")
        ordering = ["-received_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["terminal", "key"], name="benefits_redemption_is_sent_once"),
            models.UniqueConstraint(
                fields=["voucher"], condition=Q(outcome="accepted"), name="benefits_voucher_is_paid_once"
            ),
            models.CheckConstraint(
                name="benefits_redemption_that_pays_is_booked",
                condition=Q(outcome="accepted", entry__isnull=False, voucher__isnull=False)
                | ~Q(outcome="accepted") & Q(entry=None),
            ),
            models.CheckConstraint(name="benefits_redemption_takes_something", condition=Q(cents__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.terminal} {self.key} {self.outcome}"

    @property
    def loss_cents(self) -> int:
        return 0 if self.outcome == self.Outcome.ACCEPTED else self.cents

    @property
    def loss_owner(self) -> str:
        """The merchant whose till took it: the till could have checked, or is the second to have sent it."""
        return self.merchant if self.loss_cents else ""
