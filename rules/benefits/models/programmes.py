"""Programmes, their versions and their money."""

from datetime import date
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of


class Programme(models.Model):
    """A promise of the city, with the act that it rests on and who pays for it."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=200, blank=True)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    # A programme may be written before the council has decided; no version of it comes into force before that.
    legal_act = models.CharField(_("legal act"), max_length=300, blank=True)
    legal_number = models.CharField(_("number of the act"), max_length=60, blank=True)
    legal_date = models.DateField(_("date of the act"), null=True, blank=True)
    funder = models.SlugField(_("funder"), max_length=60, help_text=_("Who pays, as the ledger names it."))

    class Meta:
        verbose_name = _("benefit programme")
        verbose_name_plural = _("benefit programmes")
        ordering = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(name="benefits_programme_has_a_funder", condition=~Q(funder="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return text_of(self, "name") or self.code

    @property
    def has_legal_basis(self) -> bool:
        return bool(self.legal_act and self.legal_number and self.legal_date)

    @property
    def legal_basis(self) -> str:
        """Act, number and date; "" as long as one of them is missing."""
        if not self.has_legal_basis or self.legal_date is None:
            return ""
        return f"{self.legal_act} {self.legal_number}, {self.legal_date.isoformat()}"


class ProgrammeVersionQuerySet(models.QuerySet["ProgrammeVersion"]):
    def active(self) -> Self:
        return self.filter(state=ProgrammeVersion.State.ACTIVE)

    def on(self, day: date) -> Self:
        """In force on a local day."""
        return self.active().filter(effective__contains=day)


class ProgrammeVersion(models.Model):
    """The rules of a programme for a time. Once active it stays as it is; only its end can be set (by a trigger)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for approval")
        ACTIVE = "active", _("Active")

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="versions", verbose_name=_("benefit programme")
    )
    number = models.PositiveIntegerField(_("number"))
    definition = models.JSONField(_("definition"))
    # GeoJSON by "<layer>/<code or id>": the borders as they were when it was written, for a replay years later.
    features = models.JSONField(_("features that it names"), default=dict, blank=True, editable=False)
    examples = models.JSONField(_("worked examples"), default=list, blank=True)
    effective = DateRangeField(_("in force"), help_text=_("Local days; the last one is not included."))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approver")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = ProgrammeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a programme")
        verbose_name_plural = _("versions of programmes")
        ordering = ["programme", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="benefits_version_number_is_one"),
            ExclusionConstraint(
                name="benefits_versions_never_overlap",
                expressions=[("programme", RangeOperators.EQUAL), ("effective", RangeOperators.OVERLAPS)],
                condition=Q(state="active"),
            ),
            models.CheckConstraint(
                name="benefits_version_has_four_eyes", condition=Q(approver=None) | ~Q(approver=F("author"))
            ),
            models.CheckConstraint(
                name="benefits_version_active_is_approved",
                condition=~Q(state="active") | Q(approver__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="benefits_version_has_a_first_day",
                condition=Q(effective__isempty=False, effective__startswith__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme.code} {self.number}"


class Catalogue(models.Model):
    """One row: its token is new whenever a programme, a version or a suspension has changed (by a trigger).

    Whoever has compiled what is in force asks by it whether that still stands.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="benefits_catalogue_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.token)


class Budget(models.Model):
    """Cents that one funder of a programme may give in a time. Without one, a programme gives no money.

    What is reserved waits for its commit; both together never pass the limit.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="budgets", verbose_name=_("benefit programme")
    )
    funder = models.SlugField(
        _("funder"), max_length=60, blank=True, help_text=_("Left empty, it is the programme's own.")
    )
    period = DateRangeField(_("period"), help_text=_("Local days; the last one is not included."))
    limit_cents = models.BigIntegerField(_("limit, cents"))
    reserved_cents = models.BigIntegerField(_("reserved, cents"), default=0, db_default=0, editable=False)
    used_cents = models.BigIntegerField(_("used, cents"), default=0, db_default=0, editable=False)
    warned_at = models.DateTimeField(_("nearly used up since"), null=True, editable=False)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["programme", "funder", "period"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="benefits_budget_is_never_overdrawn",
                condition=Q(
                    reserved_cents__gte=0, used_cents__gte=0, used_cents__lte=F("limit_cents") - F("reserved_cents")
                ),
            ),
            models.CheckConstraint(name="benefits_budget_has_a_funder", condition=~Q(funder="")),
            models.CheckConstraint(name="benefits_budget_period_is_not_empty", condition=Q(period__isempty=False)),
            ExclusionConstraint(
                name="benefits_budgets_never_overlap",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("funder", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme.code} {self.used_cents}/{self.limit_cents}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.funder = self.funder or self.programme.funder
        super().save(*args, **kwargs)

    @property
    def left_cents(self) -> int:
        return self.limit_cents - self.used_cents - self.reserved_cents
