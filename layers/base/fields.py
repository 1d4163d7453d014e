"""Field types that the land needs and Django has not."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from opening_hours import validate


class Words(models.CharField):
    """Text that may be empty and is never null, with a default that holds for plain SQL inserts too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"blank": True, "default": "", "db_default": ""} | kwargs)


def validate_opening_hours(text: str) -> None:
    """Raises ValidationError unless the text is OSM's opening_hours syntax."""
    if text and not validate(text):
        raise ValidationError(
            _("“%(text)s” is not understood as opening hours; write for example “Mo-Fr 09:00-18:00; PH off”."),
            code="opening-hours",
            params={"text": text},
        )


class OpeningHoursField(Words):
    """Opening hours in OSM's syntax (wiki.openstreetmap.org/wiki/Key:opening_hours/specification)."""

    default_validators = [validate_opening_hours]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 500} | kwargs)
