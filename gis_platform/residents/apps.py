from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ResidentsConfig(AppConfig):
    name = "gis_platform.residents"

    def ready(self) -> None:
        autodiscover_modules("privacy_rules")  # where every room says what becomes of a resident's records
