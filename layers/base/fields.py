"""Field types that the land needs and Django has not."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from opening_hours import validate

if TYPE_CHECKING:  # Django's own class takes no type arguments at run time
    Text = models.CharField[str, str]
else:
    Text = models.CharField


class Words(Text):
    """Text that may be empty and is never null, with a default that holds for plain SQL inserts too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        options: dict[str, Any] = {"blank": True, "default": "", "db_default": ""} | kwargs
        super().__init__(*args, **options)


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
        options: dict[str, Any] = {"max_length": 500} | kwargs
        super().__init__(*args, **options)
