from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Renewal(models.Model):
    """A series of cards that gets successors, to print; until `overlap_until` old and new ones are both accepted."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    series = models.CharField(_("series"), max_length=40)
    new_series = models.CharField(_("new series"), max_length=40)
    overlap_until = models.DateTimeField(_("old ones are accepted until"))
    expires_at = models.DateTimeField(_("new ones are accepted until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING, editable=False)
    total = models.IntegerField(_("cards"), default=0, editable=False)
    done = models.IntegerField(_("renewed"), default=0, editable=False)
    started_by = models.CharField(_("started by"), max_length=60, editable=False)
    started_at = models.DateTimeField(_("started"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("renewal of a series")
        verbose_name_plural = _("renewals of series")
        ordering = ["-started_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series"], condition=Q(state="running"), name="renewal_running_once"),
        ]

    def __str__(self) -> str:
        return f"{self.series} → {self.new_series}"
