from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def firing(self) -> Self:
        return self.filter(state=Alarm.State.FIRING)

    def unacknowledged(self) -> Self:
        return self.filter(acknowledged_at=None)

    def recover(self, at: datetime) -> int:
        """Ends those that are firing, and returns how many these were."""
        return self.firing().update(state=Alarm.State.RECOVERED, recovered_at=at)


class Alarm(models.Model):
    """Something about one feature that somebody should look at. It ends by itself when its cause has gone.

    A feature has one firing alarm of a kind at most; when it falls silent again later, that is another alarm.
    """

    class Kind(models.TextChoices):
        SILENCE = "silence", _("Silent sensor")
        DEVICE = "device", _("Silent device")

    class State(models.TextChoices):
        FIRING = "firing", _("Firing")
        RECOVERED = "recovered", _("Recovered")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    layer = models.CharField(_("layer"), max_length=60)
    feature_id = models.BigIntegerField(_("feature"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.FIRING)
    since = models.DateTimeField(_("since"), help_text=_("When the last sign of life came; the alarm is later."))
    raised_at = models.DateTimeField(_("raised"))
    recovered_at = models.DateTimeField(_("recovered"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="acknowledged_alarms",
        verbose_name=_("acknowledged by"),
    )

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-raised_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "layer", "feature_id"], condition=Q(state="firing"), name="alarm_firing_once"
            ),
            models.CheckConstraint(
                condition=Q(state="firing", recovered_at=None) | Q(state="recovered", recovered_at__isnull=False),
                name="alarm_recovered_has_time",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None) | Q(acknowledged_at__isnull=False), name="alarm_acknowledged_has_time"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-raised_at"], name="alarm_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.layer}/{self.feature_id}"
