from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models.people import Resident


class Consent(models.Model):
    """A resident agreed to one use of their data; taking it back ends it, and both moments are kept."""

    class Purpose(models.TextChoices):
        LOCATION_OFFERS = "location-offers", _("Offers where I am")
        CITY_NEWS = "city-news", _("News of the city")
        PARTNER_CITY = "partner-city", _("Recognised in the partner city")
        STATISTICS = "statistics", _("Statistics without names")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="consents", verbose_name=_("resident"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resident", "purpose"], condition=Q(withdrawn_at=None), name="consent_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")), name="consent_ends_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident}: {self.get_purpose_display()}"
