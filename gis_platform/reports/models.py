import secrets
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from gis_platform.identity.models import Department
from gis_platform.reports.states import State
from gis_platform.residents.models import Resident
from layers.base.fields import Words
from layers.base.models import Feature

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letter that reads like a digit
CODE_LENGTH = 8
TEXT_LENGTH_MAX = 4000


def new_code() -> str:
    """Random, because a code that counts would tell how many reports there are and which came when."""
    return "".join(secrets.choice(CODE_ALPHABET) for _digit in range(CODE_LENGTH))


class Category(models.Model):
    """What a report can be about, and how many working days its department has."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=200, blank=True)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="categories", verbose_name=_("department"))
    deadline_days = models.PositiveSmallIntegerField(_("deadline, working days"), default=10)
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("category of reports")
        verbose_name_plural = _("categories of reports")
        ordering = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(deadline_days__range=(1, 250)), name="category_deadline_range"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return text_of(self, "name") or self.code


class Routing(models.Model):
    """An exception to a category's own department: in this district another one handles it."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="routings", verbose_name=_("category"))
    district = models.CharField(_("district"), max_length=40)
    department = models.ForeignKey(Department, models.PROTECT, related_name="routings", verbose_name=_("department"))

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "district"], name="routing_district_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} / {self.district}"


class Report(Feature):
    """A problem at a position: nothing of its columns is private."""

    code = models.CharField(_("code"), max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="reports", verbose_name=_("category"))
    district = Words(_("district"), max_length=40)
    department = models.ForeignKey(Department, models.PROTECT, related_name="reports", verbose_name=_("department"))
    routed_by = models.CharField(_("routed by"), max_length=120)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.RECEIVED)
    received_at = models.DateTimeField(_("received at"))
    received_on = models.DateField(_("received"))
    due_at = models.DateTimeField(_("due"))
    geometry = models.PointField(_("position"), srid=4326)

    class Meta(Feature.Meta):
        verbose_name = _("problem report")
        verbose_name_plural = _("problem reports")
        ordering = ["-received_at"]
        constraints: ClassVar = [
            *Feature.Meta.constraints,
            models.CheckConstraint(condition=Q(state__in=State.values), name="report_state_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["department", "state", "due_at"], name="report_worklist")]

    def __str__(self) -> str:
        return self.code


class Submission(models.Model):
    """What was written, by whom, and where to answer. Apart from the report, whose columns are published and kept in
    the history of its layer, so that no word of a person can get there."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="submission", verbose_name=_("report"))
    text = models.TextField(_("text"), max_length=TEXT_LENGTH_MAX)
    resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("resident")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("account"),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return f"{self.report_id}"

    @property
    def can_be_answered(self) -> bool:
        return bool(self.user_id or self.email)


class ReportEvent(models.Model):
    """One move of a report: who, when, from where to where, and what was said."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="events", verbose_name=_("report"))
    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("actor"), max_length=100)
    before = models.CharField(_("before"), max_length=12, choices=State, blank=True)
    after = models.CharField(_("after"), max_length=12, choices=State)
    note = models.CharField(_("note to the resident"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("move of a report")
        verbose_name_plural = _("moves of reports")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.report}: {self.before} → {self.after}"


class Notice(models.Model):
    """What the reporter is told about a move; one for each, however often the job runs."""

    event = models.OneToOneField(ReportEvent, models.CASCADE, related_name="notice", verbose_name=_("move"))
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="notices", verbose_name=_("submission"))
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.subject
