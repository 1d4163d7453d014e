"""What was asked of the past about a draft, and what came out. Nothing here is about a single person."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rules.benefits.models.programmes import Programme, ProgrammeVersion


class WhatIfRun(models.Model):
    """One version replayed over past days.

    Its definition and the borders that it names are kept here, since a draft may change or go.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    # A worker may die in the middle; the next attempt starts the replay again.
    MOVES = {
        State.WAITING: {State.RUNNING, State.CANCELLED},
        State.RUNNING: {State.RUNNING, State.DONE, State.FAILED, State.CANCELLED},
        State.DONE: set(),
        State.FAILED: set(),
        State.CANCELLED: set(),
    }
    BUSY = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="what_if_runs", verbose_name=_("benefit programme")
    )
    version = models.ForeignKey(
        ProgrammeVersion, models.SET_NULL, null=True, related_name="+", verbose_name=_("version of a programme")
    )
    version_number = models.PositiveIntegerField(_("number"))
    definition = models.JSONField(_("definition"))
    features = models.JSONField(_("named features"), default=dict)
    period = DateRangeField(_("period"), help_text=_("Local days; the last one is not included."))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    error_code = models.CharField(max_length=60, blank=True)
    error_text = models.TextField(blank=True)
    result = models.JSONField(_("result"), null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("what-if run")
        verbose_name_plural = _("what-if runs")
        ordering = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["programme", "-asked_at"], name="benefits_what_if_programme")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="benefits_what_if_done_has_its_result",
                condition=~Q(state="done") | Q(result__isnull=False, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="benefits_what_if_period_has_two_ends",
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme.code} {self.version_number}, {self.period}"
