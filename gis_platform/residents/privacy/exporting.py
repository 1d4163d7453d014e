"""Everything that is held of a resident, as JSON values, by kind of record."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.postgresql.psycopg_any import Range

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.residents.models import Resident
from gis_platform.residents.privacy.rules import KEPT_BY_HANDLE, RULES, Rule

FORM = "gis-platform-resident-1"
NOT_OF_THE_PERSON = frozenset({"id", "resident", "run", "content"})


class ExportEncoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, Range):
            return {"from": o.lower, "until": o.upper}
        return o.geojson if hasattr(o, "geojson") else super().default(o)


def export(resident: Resident, *, actor: str) -> dict[str, Any]:
    """Written into the audit log, without what was in it."""
    with acting(actor, "data given out"):
        audit.record("residents.exported", f"resident:{resident.pk}")
    records: dict[str, list[dict[str, Any]]] = {}
    for rule in RULES.values():
        if found := [_record(one, rule) for one in rule.of(resident).order_by("pk")]:
            records.setdefault(str(rule.model._meta.verbose_name_plural), []).extend(found)
    for name, function in KEPT_BY_HANDLE.items():
        if found := function(resident):
            records[name] = found
    return {
        "format": FORM,
        "made_at": clock.now(),
        "profile": {
            "handle": resident.handle,
            "given_name": resident.given_name,
            "family_name": resident.family_name,
            "birth_date": resident.birth_date,
            "languages": resident.languages,
            "created_at": resident.created_at,
            "account": resident.user.get_username() if resident.user else None,
            "email": resident.user.email if resident.user else None,
        },
        "records": records,
    }


def _record(one: models.Model, rule: Rule) -> dict[str, Any]:
    kept = [
        field for field in one._meta.concrete_fields if field.name not in rule.hidden | NOT_OF_THE_PERSON | {rule.field}
    ]
    return {field.name: _value(one, field) for field in kept}


def _value(one: models.Model, field: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        related = getattr(one, field.name)
        # Another resident's name is not this one's to take along.
        return str(related.handle) if isinstance(related, Resident) else None if related is None else str(related)
    value = getattr(one, field.attname)
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value
