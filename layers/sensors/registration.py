"""The writing verbs for what observes and what is observed: instruments, observed properties, streams.

Each is one transaction with its entry in the audit log. Sensors themselves are features: `layers.base.editing`.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit
from gis_platform.core.actor import acting
from gis_platform.core.errors import Conflict, InvalidInput
from layers.sensors.models import Instrument, ObservedProperty, Stream

type Registered = Instrument | ObservedProperty | Stream


class StillInUse(Conflict):
    code = "still-in-use"
    title = _("Others still refer to it")


def register[R: Registered](entry: R, *, actor: str) -> R:
    """Stores a new one; raises InvalidInput, which names the fields, also where its code or key is taken."""
    with acting(actor):
        _clean(entry)
        entry.save()
        audit.record(f"sensors.{entry._meta.model_name}-added", _subject(entry))
    return entry


def change[R: Registered](entry: R, values: dict[str, Any], *, actor: str) -> R:
    """Sets these fields; raises InvalidInput."""
    with acting(actor):
        former = {name: getattr(entry, name) for name in values}
        for name, value in values.items():
            setattr(entry, name, value)
        _clean(entry)
        entry.save(update_fields=[*values])
        audit.record(f"sensors.{entry._meta.model_name}-changed", _subject(entry), former=former)
    return entry


def remove(entry: Registered, *, actor: str) -> None:
    """Deletes it; raises StillInUse for one with streams, for a stream with observations."""
    with acting(actor):
        audit.record(f"sensors.{entry._meta.model_name}-removed", _subject(entry), name=str(entry))
        try:
            entry.delete()
        except ProtectedError as error:
            raise StillInUse from error


def _clean(entry: Model) -> None:
    try:
        # The instrument of a stream may still be found when it is saved.
        entry.full_clean(exclude=["instrument"])
    except ValidationError as error:
        fields = {name: " ".join(texts) for name, texts in error.message_dict.items()}
        reasons = " ".join(f"{name}: {reason}" for name, reason in fields.items())
        raise InvalidInput(reasons, fields=fields) from error


def _subject(entry: Registered) -> str:
    return f"{entry._meta.model_name}:{entry.pk}"
