from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProcessesConfig(AppConfig):
    name = "ogc_api.processes"
    verbose_name = "OGC API Processes"

    def ready(self) -> None:
        autodiscover_modules("process_declarations")  # of this room and of any other that has processes to offer
