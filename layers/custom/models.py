from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.base.fields import Words
from layers.catalog import Access


class CustomLayer(models.Model):
    """The declaration of a layer that was added at run time. Its features live in the table `custom.<id>`."""

    class GeometryType(models.TextChoices):
        POINT = "Point", _("Point")
        MULTI_POINT = "MultiPoint", _("Points")
        LINE = "MultiLineString", _("Line")
        POLYGON = "MultiPolygon", _("Area")
        ANY = "Geometry", _("Any")

    id = models.CharField(
        primary_key=True,
        max_length=50,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]{1,49}$", _("Small letters, digits and underscores, 2 to 50."))],
    )
    title_lv = Words(_("title in Latvian"), max_length=200)
    title_lt = Words(_("title in Lithuanian"), max_length=200)
    title_en = Words(_("title in English"), max_length=200)
    description = Words(_("description"), max_length=2000)
    geometry_type = models.CharField(_("geometry"), max_length=16, choices=GeometryType)
    properties = models.JSONField(_("properties"), blank=True, help_text=_("In order: name, column, type, max_length."))
    label = Words(_("the property that names a feature"), max_length=63)
    access = models.CharField(
        _("who may read"), max_length=8, choices=[(a.value, a.value) for a in Access], default=Access.PUBLIC
    )
    color = models.CharField(_("colour"), max_length=7, default="#7c3aed")
    licence = Words(_("licence"), max_length=100)
    attribution = Words(_("attribution"), max_length=300)
    created_by = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("added layer")
        verbose_name_plural = _("added layers")

    def __str__(self) -> str:
        return self.id
