from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from layers.base.fields import Words
from layers.base.models import VisitedFeature


class TourismObject(VisitedFeature):
    """A sight or a service for visitors: a point, or an area or line for parks and trails."""

    class Category(models.TextChoices):
        MUSEUM = "museum", _("Museum")
        GALLERY = "gallery", _("Gallery")
        THEATRE = "theatre", _("Theatre")
        CASTLE = "castle", _("Castle or manor")
        CHURCH = "church", _("Church")
        MONUMENT = "monument", _("Monument")
        VIEWPOINT = "viewpoint", _("Viewpoint")
        PARK = "park", _("Park")
        NATURE = "nature", _("Nature")
        TRAIL = "trail", _("Trail")
        SPORT = "sport", _("Sport and leisure")
        HOTEL = "hotel", _("Accommodation")
        RESTAURANT = "restaurant", _("Restaurant")
        CAFE = "cafe", _("Café")
        INFORMATION = "information", _("Tourist information")
        OTHER = "other", _("Other")

    category = models.CharField(
        _("category"), max_length=16, choices=Category, default=Category.OTHER, db_default=Category.OTHER
    )
    season = Words(_("season"), max_length=100)

    class Meta(VisitedFeature.Meta):
        verbose_name = _("tourism object")
        verbose_name_plural = _("tourism objects")
