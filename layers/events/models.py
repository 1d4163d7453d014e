from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from layers.base.fields import Words
from layers.base.models import VisitedFeature


class Event(VisitedFeature):
    """Something that happens at a place and a time. Where it repeats, the times are those of the next occurrence."""

    class Category(models.TextChoices):
        FESTIVAL = "festival", _("Festival")
        CULTURE = "culture", _("Culture")
        SPORT = "sport", _("Sport")
        MARKET = "market", _("Market")
        OTHER = "other", _("Other")

    category = models.CharField(
        _("category"), max_length=12, choices=Category, default=Category.OTHER, db_default=Category.OTHER
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    recurrence = Words(_("repeats"), max_length=200)
    organiser = Words(_("organiser"), max_length=200)
    geometry = models.PointField(_("position"), srid=4326)

    class Meta(VisitedFeature.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints: ClassVar = [
            *VisitedFeature.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="event_ends_after_start"
            ),
        ]
