"""What was decided for a resident is given out; on erasure it stays, under a handle that leads to nobody."""

from typing import Any

from gis_platform.residents.models import Resident
from gis_platform.residents.privacy.rules import kept_by_handle
from rules.benefits.models import Decision

GIVEN_OUT = (
    "code", "trigger", "decided_at", "day", "facts", "discount_cents", "points", "reason", "status", "merchant",
    "place_id", "lines",
)  # fmt: skip


@kept_by_handle("benefit decisions")
def decisions(resident: Resident) -> list[dict[str, Any]]:
    found = Decision.objects.filter(resident=str(resident.handle)).order_by("decided_at")
    return [dict(one) for one in found.values(*GIVEN_OUT)]
