from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from layers.base.fields import Words
from layers.base.models import VisitedFeature


class Merchant(VisitedFeature):
    """A point where benefits are used. The registration number and account never leave the platform."""

    class Category(models.TextChoices):
        TRANSPORT = "transport", _("Transport")
        CATERING = "catering", _("Food and drink")
        CULTURE = "culture", _("Culture")
        SPORT = "sport", _("Sport")
        RETAIL = "retail", _("Shop")
        EDUCATION = "education", _("Education")
        HEALTH = "health", _("Health")

    code = models.CharField(_("code"), max_length=40, null=True, blank=True, unique=True)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    registration_number = Words(_("registration number"), max_length=20)
    bank_account = Words(_("bank account (IBAN)"), max_length=34)
    geometry = models.PointField(_("position"), srid=4326)

    class Meta(VisitedFeature.Meta):
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
