from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "gis_platform.reports"
    verbose_name = _("Problem reports")
