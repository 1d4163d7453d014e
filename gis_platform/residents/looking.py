"""Who looked at whose data. Pages of staff that show a person say so here, and the resident reads it."""

from datetime import timedelta

from gis_platform.core import clock
from gis_platform.residents.models import Look, Resident

ONE_LOOK = timedelta(minutes=5)  # who loads a page again in this time has looked once


def looked(resident: Resident, *, actor: str, what: str, purpose: str) -> None:
    """`what` was seen ("profile", "groups") and why ("desk", "benefit-decision"): codes that the pages put in words.

    The resident's own look is none.
    """
    if resident.user_id is not None and actor == f"user:{resident.user_id}":
        return
    at = clock.now()
    recent = Look.objects.filter(resident=resident, actor=actor, what=what, purpose=purpose, at__gt=at - ONE_LOOK)
    if not recent.exists():
        Look.objects.create(resident=resident, at=at, actor=actor, what=what, purpose=purpose)
