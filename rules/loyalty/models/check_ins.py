from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gis_platform.devices.models import Device
from gis_platform.residents.models import Resident
from layers.places.models import Beacon, Place

CELL_LENGTH = 15  # hexadecimal digits of an H3 index


class CheckIn(models.Model):
    """A resident showed up at a place, or said so. Where exactly the phone was is forgotten: only the H3 cell stays."""

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        NEEDS_STRONGER_PROOF = "needs-stronger-proof", _("Needs a stronger proof")
        REFUSED = "refused", _("Refused")
        VOIDED = "voided", _("Taken back")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="check_ins", verbose_name=_("resident"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="check_ins", verbose_name=_("place"))
    beacon = models.ForeignKey(Beacon, models.PROTECT, null=True, related_name="check_ins", verbose_name=_("beacon"))
    device = models.ForeignKey(  # that read a card, or confirmed what a label alone did not prove
        Device, models.PROTECT, null=True, related_name="check_ins", verbose_name=_("device")
    )
    phone = models.CharField(_("phone"), max_length=16, blank=True)  # keyed hash, of another key every day
    at = models.DateTimeField(_("at"))
    cell = models.CharField(_("H3 cell"), max_length=CELL_LENGTH)
    score = models.PositiveSmallIntegerField(_("score"))
    decision = models.CharField(_("decision"), max_length=20, choices=Decision)
    reasons = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("reasons"))
    points = models.PositiveIntegerField(_("points"), default=0)
    benefit = models.CharField(_("benefit"), max_length=100, blank=True)  # the reference of the benefit's decision

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__lte=100), name="check_in_score_range"),
            models.CheckConstraint(
                condition=Q(decision__in=("accepted", "voided")) | Q(points=0, benefit=""),
                name="check_in_earns_only_if_accepted",
            ),
            models.CheckConstraint(
                condition=Q(beacon__isnull=False) | Q(device__isnull=False), name="check_in_by_a_label_or_a_device"
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("resident"), F("at").desc(), condition=Q(decision="accepted"), name="check_in_last"),
            models.Index(
                fields=["at"], include=["cell", "resident"], name="check_in_heat_map", condition=Q(decision="accepted")
            ),
            models.Index(fields=["place", "at"], name="check_in_place"),
            models.Index(fields=["phone", "at"], condition=~Q(phone=""), name="check_in_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.at:%Y-%m-%d %H:%M}"


class PlaceDay(models.Model):
    """How many visits a place had on a local day; stays when the check-ins themselves are forgotten."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="days", verbose_name=_("place"))
    day = models.DateField(_("day"))
    visits = models.PositiveIntegerField(_("visits"))
    people = models.PositiveIntegerField(_("people"))

    class Meta:
        verbose_name = _("day of a place")
        verbose_name_plural = _("days of places")
        ordering = ["-day"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "day"], name="place_day_unique")]

    def __str__(self) -> str:
        return f"{self.place} {self.day}"
