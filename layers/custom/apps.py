from django.apps import AppConfig

from layers import catalog


class CustomConfig(AppConfig):
    name = "layers.custom"

    def ready(self) -> None:
        from layers.custom.queries import custom_specs  # noqa: PLC0415 needs the loaded models

        catalog.add_source(custom_specs)
