"""Seals everything under the first of SEALING_KEYS, so that the older ones can be taken away."""

from typing import Any

from django.core.management.base import BaseCommand

from gis_platform.core.resealing import reseal, sealed_fields


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for model, field in sealed_fields():
            self.stdout.write(f"{model._meta.label}.{field.name}: {reseal(model, field)}")
