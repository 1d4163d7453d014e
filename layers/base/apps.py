from django.apps import AppConfig
from django.db.models.signals import post_migrate

from layers import catalog


class BaseConfig(AppConfig):
    name = "layers.base"

    def ready(self) -> None:
        from layers.base.publishing import publish_after_migrate  # noqa: PLC0415 needs the loaded models

        catalog.autodiscover()
        post_migrate.connect(publish_after_migrate, sender=self)
