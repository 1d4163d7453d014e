from django.db import models
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from layers.base.fields import Words


class Named(models.Model):
    """What residents read about: with a name and a description in three languages."""

    name_lv = Words(_("name in Latvian"), max_length=120)
    name_lt = Words(_("name in Lithuanian"), max_length=120)
    name_en = Words(_("name in English"), max_length=120)
    description_lv = Words(_("description in Latvian"), max_length=1000)
    description_lt = Words(_("description in Lithuanian"), max_length=1000)
    description_en = Words(_("description in English"), max_length=1000)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the active language, else in the city's, else in any."""
        return text_of(self, "name")

    @property
    def description(self) -> str:
        return text_of(self, "description")
