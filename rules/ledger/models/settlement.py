"""Closed periods, and what they leave: the balance of every account and a statement for every merchant."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rules.ledger.models.book import Account


class Period(models.Model):
    """Local days that are closed for ever: a trigger keeps bookings out, and the row cannot be taken away.

    An open period has no row. `completed_at` is set once the balances and statements are there.
    """

    days = DateRangeField(_("period"), help_text=_("Local days; the last one is not included."))
    closed_at = models.DateTimeField(_("closed"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("closed by")
    )
    progress = models.PositiveSmallIntegerField(_("progress, percent"), default=0)
    completed_at = models.DateTimeField(_("completed"), null=True)

    class Meta:
        verbose_name = _("settlement period")
        verbose_name_plural = _("settlement periods")
        ordering = ["-days"]
        constraints: ClassVar = [
            ExclusionConstraint(name="ledger_periods_never_overlap", expressions=[("days", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(
                name="ledger_period_has_first_and_last_day",
                condition=Q(days__isempty=False, days__startswith__isnull=False, days__endswith__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days.lower:%Y-%m}"


class BalanceSnapshot(models.Model):
    """An account's balance at the end of a period: the sum of all its legs booked before."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="balances", verbose_name=_("settlement period"))
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("ledger", "account")
    )
    balance = models.BigIntegerField(_("balance"))

    class Meta:
        verbose_name = _("balance at the end of a period")
        verbose_name_plural = _("balances at the end of periods")
        constraints: ClassVar = [models.UniqueConstraint(fields=["period", "account"], name="ledger_snapshot_is_one")]

    def __str__(self) -> str:
        return f"{self.period_id} {self.account_id} {self.balance}"


class Statement(models.Model):
    """What a merchant is owed at the end of a period, and how it came about, in cents.

    `corrections` came too late for their own period. Paid and returned amounts are negative.
    """

    period = models.ForeignKey(Period, models.PROTECT, related_name="statements", verbose_name=_("settlement period"))
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="statements", verbose_name=pgettext_lazy("ledger", "account")
    )
    number = models.CharField(_("number"), max_length=35, unique=True)
    opening_cents = models.BigIntegerField(_("opening balance"))
    granted_cents = models.BigIntegerField(_("decisions"))
    returned_cents = models.BigIntegerField(_("returns"))
    correction_cents = models.BigIntegerField(_("corrections of earlier periods"))
    paid_cents = models.BigIntegerField(_("paid"))
    closing_cents = models.BigIntegerField(_("closing balance"))
    decisions = models.PositiveIntegerField(_("number of decisions"))

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["period", "account"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "account"], name="ledger_statement_is_one"),
            models.CheckConstraint(
                name="ledger_statement_adds_up",
                condition=Q(
                    closing_cents=F("opening_cents")
                    + F("granted_cents")
                    + F("returned_cents")
                    + F("correction_cents")
                    + F("paid_cents")
                ),
            ),
            models.CheckConstraint(
                name="ledger_statement_signs", condition=Q(granted_cents__gte=0, returned_cents__lte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.number
