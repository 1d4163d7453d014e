from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "gis_platform.residents"
