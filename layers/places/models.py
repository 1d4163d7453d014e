from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core.sealing import SealedTextField
from layers.base.fields import Words
from layers.base.models import Feature, VisitedFeature


class Place(VisitedFeature):
    """A smart place: where a resident's card or phone meets the city. A point, with the radius of a visit."""

    class Category(models.TextChoices):
        SCHOOL = "school", _("School")
        KINDERGARTEN = "kindergarten", _("Kindergarten")
        UNIVERSITY = "university", _("University")
        LIBRARY = "library", _("Library")
        CULTURE = "culture", _("Culture")
        HOSPITAL = "hospital", _("Hospital")
        CLINIC = "clinic", _("Clinic")
        PHARMACY = "pharmacy", _("Pharmacy")
        SPORTS = "sports", _("Sports")
        POOL = "pool", _("Swimming pool")
        MUNICIPALITY = "municipality", _("Municipality")
        POLICE = "police", _("Police")
        FIRE_STATION = "fire_station", _("Fire station")
        POST = "post", _("Post")
        BANK = "bank", _("Bank")
        STATION = "station", _("Station")
        BUS_STOP = "bus_stop", _("Bus stop")
        MARKET = "market", _("Market")
        SHOPPING = "shopping", _("Shopping")
        CATERING = "catering", _("Food and drink")
        PARKING = "parking", _("Parking")
        OTHER = "other", _("Other")

    code = models.CharField(_("code"), max_length=40, null=True, blank=True, unique=True)
    category = models.CharField(
        _("category"), max_length=16, choices=Category, default=Category.OTHER, db_default=Category.OTHER
    )
    accessibility = Words(_("accessibility"), max_length=500)
    visit_radius_m = models.PositiveIntegerField(_("radius of a visit, metres"), default=60, db_default=60)
    geometry = models.PointField(_("position"), srid=4326)

    class Meta(VisitedFeature.Meta):
        verbose_name = _("smart place")
        verbose_name_plural = _("smart places")
        constraints: ClassVar = [
            *VisitedFeature.Meta.constraints,
            models.CheckConstraint(condition=Q(visit_radius_m__range=(5, 5000)), name="place_visit_radius_range"),
        ]


class Beacon(Feature):
    """A label or beacon at a place. `generation` is part of a label's signature: raising it revokes old prints."""

    class Technology(models.TextChoices):
        QR = "qr", _("QR label")
        NFC = "nfc", _("NFC tag")
        IBEACON = "ibeacon", "iBeacon"
        ALTBEACON = "altbeacon", "AltBeacon"
        EDDYSTONE_UID = "eddystone-uid", "Eddystone-UID"
        EDDYSTONE_URL = "eddystone-url", "Eddystone-URL"
        EDDYSTONE_EID = "eddystone-eid", "Eddystone-EID"

    place = models.ForeignKey(Place, models.PROTECT, related_name="beacons", verbose_name=_("place"))
    technology = models.CharField(_("technology"), max_length=16, choices=Technology)
    identifier = Words(
        _("identifier"),
        max_length=80,
        help_text=_("iBeacon: UUID/major/minor; AltBeacon: 40 hexadecimal digits; Eddystone-UID: namespace/instance."),
    )
    floor = models.SmallIntegerField(_("floor"), default=0, db_default=0)
    note = Words(_("note"), max_length=300)
    generation = models.PositiveSmallIntegerField(_("generation"), default=1, db_default=1, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    geometry = models.PointField(_("position"), srid=4326)

    class Meta(Feature.Meta):
        verbose_name = _("beacon")
        verbose_name_plural = _("beacons")
        constraints: ClassVar = [
            *Feature.Meta.constraints,
            models.UniqueConstraint(
                F("technology"), F("identifier"), condition=~Q(identifier=""), name="beacon_identifier_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_technology_display()} {self.identifier or self.pk}, {self.place}"


class RotatingKey(models.Model):
    """By what an Eddystone-EID beacon changes its identifier: known to it and to us alone."""

    beacon = models.OneToOneField(Beacon, models.CASCADE, related_name="rotating_key", verbose_name=_("beacon"))
    key = SealedTextField(_("key"), purpose="places.rotating-key")  # 32 hexadecimal digits
    exponent = models.PositiveSmallIntegerField(
        _("rotation exponent"), default=10, help_text=_("An identifier lasts two to the power of it, in seconds.")
    )
    clock_began_at = models.DateTimeField(_("clock began"))  # when the beacon's own clock stood at zero

    class Meta:
        verbose_name = _("rotating key")
        verbose_name_plural = _("rotating keys")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(exponent__lte=15), name="rotating_key_exponent_range")
        ]

    def __str__(self) -> str:
        return str(self.beacon)
