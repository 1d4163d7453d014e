"""Who looked at whose data. Pages of staff that show a person say so here, and the resident reads it."""

from collections.abc import Iterable
from datetime import timedelta

from gis_platform.core import clock
from gis_platform.residents.models import Look, Resident

ONE_LOOK = timedelta(minutes=5)  # who loads a page again in this time has looked once


def looked(resident: Resident, *, actor: str, what: str, purpose: str) -> None:
    """`what` was seen ("profile", "groups") and why ("desk", "benefit-decision"): codes that the pages put in words.

    The resident's own look is none.
    """
    looked_at_all([resident], actor=actor, what=what, purpose=purpose)


def looked_at_all(residents: Iterable[Resident], *, actor: str, what: str, purpose: str) -> None:
    """As `looked`, of a list that is on one page."""
    at, by_key = clock.now(), {one.pk: one for one in residents}
    recent = Look.objects.filter(resident__in=by_key, actor=actor, what=what, purpose=purpose, at__gt=at - ONE_LOOK)
    seen = set(recent.values_list("resident_id", flat=True))
    Look.objects.bulk_create(
        Look(resident=one, actor=actor, what=what, purpose=purpose, at=at)
        for key, one in by_key.items()
        if key not in seen and (one.user_id is None or actor != f"user:{one.user_id}")
    )
