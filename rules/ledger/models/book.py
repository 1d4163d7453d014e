"""Accounts, entries, legs. What is written here stays: sql/triggers/ledger_*.sql refuse every change."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Unit(models.TextChoices):
    CENTS = "cents", _("euro cents")
    POINTS = "points", _("points")


class Account(models.Model):
    """Who is owed or owes. A positive balance is what the platform owes to the holder."""

    class Kind(models.TextChoices):
        FUNDER = "funder", _("funder")
        PROGRAMME = "programme", _("programme")
        MERCHANT = "merchant", _("merchant")
        RESIDENT = "resident", _("resident")
        CLEARING = "clearing", _("clearing")  # on its way to or from the bank, or not explained yet
        BANK = "bank", _("bank")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    holder = models.CharField(_("holder"), max_length=100)  # a code or a handle, never a name
    funder = models.CharField(_("funder"), max_length=60, blank=True)  # one programme may be paid by several
    unit = models.CharField(_("unit"), max_length=6, choices=Unit)

    class Meta:
        verbose_name = pgettext_lazy("ledger", "account")
        verbose_name_plural = pgettext_lazy("ledger", "accounts")
        constraints = [
            models.UniqueConstraint(fields=["kind", "holder", "funder", "unit"], name="ledger_account_is_one"),
            models.CheckConstraint(name="ledger_account_has_a_holder", condition=~Q(holder="")),
            models.CheckConstraint(name="ledger_account_unit_is_known", condition=Q(unit__in=Unit.values)),
            models.CheckConstraint(
                name="ledger_account_of_a_programme_names_its_funder",
                condition=Q(kind="programme") & ~Q(funder="") | ~Q(kind="programme") & Q(funder=""),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.holder, self.funder, self.unit)))


class Entry(models.Model):
    """One booking. The pair of kind and reference is booked once."""

    kind = models.CharField(_("kind"), max_length=20)  # the room that books names it: benefit, check-in
    reference = models.CharField(_("reference"), max_length=100)  # what was booked, such as "decision:<id>"
    posted_at = models.DateTimeField(_("posted"))
    effective_on = models.DateField(_("effective"))  # the local day it counts for
    # The day it is settled with: `effective_on`, or the first day after the closed periods when it comes too late. Set
    # by a trigger, so that nothing is ever booked into a closed period.
    booked_on = models.DateField(_("booked"), editable=False, db_default=Cast(Now(), models.DateField()))
    # What a merchant may see of it: random, so that it tells nothing about the person.
    code = models.CharField(_("code"), max_length=20, blank=True, default="", db_default="")
    # The transaction that wrote it, set by a trigger: legs can join an entry in that transaction only.
    posted_in = models.BigIntegerField(editable=False, default=0, db_default=0)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="ledger_entry_is_booked_once"),
            models.CheckConstraint(name="ledger_entry_has_a_reference", condition=~Q(reference="")),
            models.CheckConstraint(
                name="ledger_entry_is_booked_when_effective_or_later",
                condition=Q(booked_on__gte=models.F("effective_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["effective_on"], name="ledger_entry_effective"),
            models.Index(fields=["booked_on"], name="ledger_entry_booked"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Leg(models.Model):
    """One side of an entry, in the unit of its account."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="legs", verbose_name=_("entry"))
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="legs", verbose_name=pgettext_lazy("ledger", "account")
    )
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("leg")
        verbose_name_plural = _("legs")
        constraints = [
            models.CheckConstraint(name="ledger_leg_moves_something", condition=~Q(amount=0)),
            models.UniqueConstraint(fields=["entry", "account"], name="ledger_leg_is_one_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+} {self.account}"
