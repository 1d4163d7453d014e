from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.base.fields import Words
from layers.base.models import NamedFeature


class Boundary(NamedFeature):
    """A division of the land: MultiPolygon. Divisions of one kind do not need to tile the city."""

    class Kind(models.TextChoices):
        CITY = "city", _("City")
        DISTRICT = "district", _("City district")
        MUNICIPALITY = "municipality", _("Municipality")
        ELDERSHIP = "eldership", _("Eldership")
        COUNTY = "county", _("County")
        ZONE = "zone", _("Zone")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    code = Words(_("code"), max_length=40)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    geometry = models.MultiPolygonField(_("geometry"), srid=4326)

    class Meta(NamedFeature.Meta):
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        constraints: ClassVar = [
            *NamedFeature.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "code"], condition=~Q(code=""), name="boundary_code_unique"),
        ]


class LandCover(NamedFeature):
    """Water, parks, woods and islands: MultiPolygon."""

    class Kind(models.TextChoices):
        WATER = "water", _("Water")
        PARK = "park", _("Park")
        FOREST = "forest", _("Forest")
        ISLAND = "island", _("Island")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    geometry = models.MultiPolygonField(_("geometry"), srid=4326)

    class Meta(NamedFeature.Meta):
        verbose_name = _("land cover")
        verbose_name_plural = _("land cover")
