from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DevicesConfig(AppConfig):
    name = "gis_platform.devices"

    def ready(self) -> None:
        autodiscover_modules("for_devices")  # what the rooms above answer to devices, and take from them later
