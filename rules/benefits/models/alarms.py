"""When a reading is an alarm for the whole city, and how long it was: on a smog day the buses are free."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from layers.sensors.models import ObservedProperty, Stream


class AlarmThreshold(models.Model):
    """An alarm begins when any sensor reads so much, and ends when all that speak read less than the lower value."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=200, blank=True)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    observed_property = models.ForeignKey(
        ObservedProperty, models.PROTECT, related_name="+", verbose_name=_("observed property")
    )
    begins_from = models.FloatField(_("begins from"))
    ends_below = models.FloatField(_("ends below"))

    class Meta:
        verbose_name = _("threshold of an alarm")
        verbose_name_plural = _("thresholds of alarms")
        ordering = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                # With one value for both, a reading that trembles around it would begin and end alarms all day.
                condition=Q(ends_below__lte=F("begins_from")),
                name="benefits_threshold_ends_no_higher_than_it_begins",
            )
        ]

    def __str__(self) -> str:
        return text_of(self, "name") or self.code


class CityAlarmQuerySet(models.QuerySet["CityAlarm"]):
    def active(self, at: datetime) -> Self:
        return self.filter(began_at__lte=at).filter(Q(ended_at=None) | Q(ended_at__gt=at))


class CityAlarm(models.Model):
    """One stretch of time in which a threshold was passed. It stays, so that a decision of then can be understood."""

    threshold = models.ForeignKey(
        AlarmThreshold, models.PROTECT, related_name="alarms", verbose_name=_("threshold of an alarm")
    )
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="+", verbose_name=_("stream"))
    value = models.FloatField(_("reading"))
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = CityAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm for the city")
        verbose_name_plural = _("alarms for the city")
        ordering = ["-began_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["threshold"], condition=Q(ended_at=None), name="benefits_alarm_is_active_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="benefits_alarm_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.threshold} {self.began_at.isoformat()}"
