"""Dated suspensions that stand above the programmes."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OverrideQuerySet(models.QuerySet["Override"]):
    def active(self) -> Self:
        return self.filter(state=Override.State.ACTIVE)

    def touching(self, day: date) -> Self:
        """Active ones that withhold something from somebody on a local day, whoever is excepted."""
        return self.active().filter(reach__contains=day).exclude(lifted_from__lte=day)


class Override(models.Model):
    """An act that suspends all programmes, or those named, for a time. It ends by itself.

    An exception is `{"when": CQL2 over the facts, "end_day": "2021-11-15"}`: for whom it holds, the suspension ends on
    that day instead. Once active it stays as it is; it can only be lifted, once (by a trigger).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")

    legal_act = models.CharField(_("legal act"), max_length=300)
    legal_number = models.CharField(_("number of the act"), max_length=60)
    legal_date = models.DateField(_("date of the act"))
    period = DateRangeField(_("suspended"), help_text=_("Local days; the last one is not included."))
    programmes = ArrayField(
        models.SlugField(max_length=60), default=list, blank=True, verbose_name=_("programmes (none: all of them)")
    )
    exceptions = models.JSONField(_("exceptions"), default=list, blank=True)
    # Up to the latest end of all, so that the days of a longer exception are found too.
    reach = DateRangeField(editable=False)
    lifted_from = models.DateField(_("lifted from"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approver")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["-period", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="benefits_override_has_its_act", condition=~Q(legal_act="") & ~Q(legal_number="")
            ),
            models.CheckConstraint(
                name="benefits_override_has_two_ends",
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
            ),
            models.CheckConstraint(
                name="benefits_override_has_four_eyes", condition=Q(approver=None) | ~Q(approver=F("author"))
            ),
            models.CheckConstraint(
                name="benefits_override_active_is_approved",
                condition=~Q(state="active") | Q(approver__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="benefits_override_lifted_is_active",
                condition=Q(lifted_from=None, lifted_by=None)
                | Q(state="active", lifted_from__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.legal_basis

    @property
    def legal_basis(self) -> str:
        return f"{self.legal_act} {self.legal_number}, {self.legal_date.isoformat()}"

    @property
    def first_day(self) -> date:
        lower: date = self.period.lower
        return lower

    @property
    def end_day(self) -> date:
        """The first day on which it holds no more."""
        upper: date = self.period.upper
        return upper
