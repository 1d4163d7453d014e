"""Joining and parting with the points: they go with the card, in the same transaction."""

from django.db import transaction

from gis_platform.residents import joining
from gis_platform.residents.models import Join, Resident
from rules.loyalty import points

JOINED, PARTED = "points-joined", "points-parted"  # kinds of entries


@transaction.atomic
def join(kept: Resident, joined: Resident, *, actor: str) -> Join:
    """Raises JoinRefused. The points count anew as if earned today: nobody loses by joining."""
    done = joining.join(kept, joined, actor=actor)
    carried = points.held(joined.handle).points
    if carried:
        points.spend(joined.handle, carried, reference=_reference(done))
        points.earn(kept.handle, carried, kind=JOINED, reference=_reference(done))
    Join.objects.filter(pk=done.pk).update(moved=done.moved | {"points": carried})
    return done


@transaction.atomic
def undo(done: Join, *, actor: str) -> None:
    """Raises UndoTooLate. What was spent meanwhile is owed by the card that spent it."""
    joining.undo(done, actor=actor)
    if carried := done.moved.get("points", 0):
        points.take_back(done.kept.handle, carried, kind=PARTED, reference=_reference(done))
        points.give_back(done.joined.handle, carried, reference=_reference(done))


def _reference(done: Join) -> str:
    return f"join:{done.pk}"
