from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from layers.base.fields import Words
from layers.base.models import NamedFeature, Wheelchair


class Street(NamedFeature):
    """A stretch of street between two ends: MultiLineString. Streets that share an end are connected."""

    class Category(models.TextChoices):
        PRIMARY = "primary", _("Main road")
        SECONDARY = "secondary", _("Secondary road")
        RESIDENTIAL = "residential", _("Street")
        PEDESTRIAN = "pedestrian", _("Pedestrian street")
        CYCLEWAY = "cycleway", _("Cycleway")
        PATH = "path", _("Path")

    category = models.CharField(
        _("category"), max_length=12, choices=Category, default=Category.RESIDENTIAL, db_default=Category.RESIDENTIAL
    )
    surface = Words(_("surface"), max_length=40)
    # OSM's values: "yes" along the course, "-1" against it, "no" or nothing for both ways.
    oneway = Words(_("one way"), max_length=20)
    oneway_bicycle = Words(_("one way for bicycles, where it differs"), max_length=20)
    geometry = models.MultiLineStringField(_("course"), srid=4326)

    class Meta(NamedFeature.Meta):
        verbose_name = _("street")
        verbose_name_plural = _("streets")


class Stop(NamedFeature):
    """A stop of public transport, as in GTFS `stops.txt`."""

    code = Words(_("code"), max_length=40)
    zone = Words(_("fare zone"), max_length=40)
    wheelchair = Words(_("wheelchair access"), max_length=8, choices=Wheelchair)
    geometry = models.PointField(_("position"), srid=4326)

    class Meta(NamedFeature.Meta):
        verbose_name = _("stop")
        verbose_name_plural = _("stops")


class Route(NamedFeature):
    """A route of public transport: GTFS `routes.txt`, with the course of its shapes."""

    class Mode(models.TextChoices):
        BUS = "bus", _("Bus")
        TRAM = "tram", _("Tram")
        TROLLEYBUS = "trolleybus", _("Trolleybus")
        RAIL = "rail", _("Train")
        OTHER = "other", _("Other")

    code = Words(_("number"), max_length=40)
    mode = models.CharField(_("mode"), max_length=12, choices=Mode, default=Mode.BUS, db_default=Mode.BUS)
    color = Words(_("colour"), max_length=7)
    geometry = models.MultiLineStringField(_("course"), srid=4326)

    class Meta(NamedFeature.Meta):
        verbose_name = _("route")
        verbose_name_plural = _("routes")
