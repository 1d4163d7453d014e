"""Offers that a place triggers: a zone that is entered, a beacon or place that is near, a route that is followed."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from gis_platform.residents.models import Group, Resident


class Offer(models.Model):
    """A text for whoever comes near, in a time, at most so often.

    `reach` is the area where it counts: the geometry, widened by `metres` on the ground. The trigger
    loyalty_offer_reaches makes it, so that matching asks one index of areas, whatever the trigger.
    """

    class Trigger(models.TextChoices):
        ZONE = "zone", _("Entering a zone")
        NEAR = "near", _("Near a place or beacon")
        ROUTE = "route", _("Along a route")

    title_lv = models.CharField(_("title in Latvian"), max_length=120, blank=True)
    title_lt = models.CharField(_("title in Lithuanian"), max_length=120, blank=True)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    text_lv = models.TextField(_("text in Latvian"), max_length=1000, blank=True)
    text_lt = models.TextField(_("text in Lithuanian"), max_length=1000, blank=True)
    text_en = models.TextField(_("text in English"), max_length=1000, blank=True)
    trigger = models.CharField(_("where"), max_length=5, choices=Trigger)
    geometry = models.GeometryField(_("geometry"), srid=4326)
    metres = models.PositiveIntegerField(_("metres around"), default=0)
    reach = models.GeometryField(srid=4326, editable=False, spatial_index=False)
    source = models.CharField(_("taken from"), max_length=200, blank=True)  # "<layer>/<id>", "" for a drawn one
    audience = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, verbose_name=_("group"))
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"))
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet to"), null=True, blank=True)
    per_person_day = models.PositiveSmallIntegerField(_("times a person and day, at most"), default=1)
    per_person_total = models.PositiveSmallIntegerField(_("times a person, at most"), null=True, blank=True)
    total_max = models.PositiveIntegerField(_("times in all, at most"), null=True, blank=True)
    given = models.PositiveIntegerField(_("given"), default=0, editable=False)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering: ClassVar = ["-valid_from", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="offer_valid_to_after_valid_from"),
            models.CheckConstraint(
                condition=Q(geometry__isvalid=True, geometry__isempty=False), name="offer_geometry_valid"
            ),
            models.CheckConstraint(condition=Q(metres__lte=5000), name="offer_metres_range"),
            models.CheckConstraint(condition=Q(trigger="zone") | Q(metres__gte=1), name="offer_reaches_somewhere"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="offer_quiet_has_both_ends",
            ),
            models.CheckConstraint(
                condition=Q(total_max__isnull=True) | Q(given__lte=F("total_max")), name="offer_given_at_most"
            ),
        ]
        indexes: ClassVar = [GistIndex(fields=["reach"], name="offer_reach")]

    def __str__(self) -> str:
        return text_of(self, "title") or f"{self._meta.verbose_name} {self.pk}"

    @property
    def text(self) -> str:
        return text_of(self, "text")


class Given(models.Model):
    """An offer that a resident got. The moment is kept, not where the resident was."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="gifts", verbose_name=_("offer"))
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="offers", verbose_name=_("resident"))
    at = models.DateTimeField(_("at"))
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("given offer")
        verbose_name_plural = _("given offers")
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["resident", "offer", "day"], name="offer_given_to")]

    def __str__(self) -> str:
        return f"{self.offer} {self.at:%Y-%m-%d}"
