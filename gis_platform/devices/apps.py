from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "gis_platform.devices"
