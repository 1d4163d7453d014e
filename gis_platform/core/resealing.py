"""Brings what older keys sealed under the first one, row by row, while the platform runs."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.models import BinaryField, Value
from django.db.models.functions import Cast

from gis_platform.core.sealing import SealedTextField, is_current, seal, unseal

ROWS_AT_A_TIME = 500


def sealed_fields() -> Iterator[tuple[type[models.Model], SealedTextField]]:
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, SealedTextField):
                yield model, field


def reseal(model: type[models.Model], field: SealedTextField) -> int:
    """How many were sealed anew. A row that somebody writes in the meantime is sealed by that very write."""
    stored = Cast(field.name, BinaryField())
    rows = model._default_manager.annotate(stored=stored).exclude(**{f"{field.name}__isnull": True}).order_by("pk")
    renewed = 0
    for key, held in rows.values_list("pk", "stored").iterator(chunk_size=ROWS_AT_A_TIME):
        former = bytes(held)
        if is_current(former):
            continue
        anew = seal(unseal(former, purpose=field.purpose), purpose=field.purpose)
        unchanged = model._default_manager.annotate(stored=stored).filter(pk=key, stored=former)
        renewed += unchanged.update(**{field.name: Value(anew, output_field=BinaryField())})
    return renewed
