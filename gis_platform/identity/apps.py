from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IdentityConfig(AppConfig):
    name = "gis_platform.identity"

    def ready(self) -> None:
        post_migrate.connect(_seed_roles, sender=self)


def _seed_roles(**_: Any) -> None:
    from gis_platform.identity.roles import seed_roles  # noqa: PLC0415 needs the loaded models

    seed_roles()
