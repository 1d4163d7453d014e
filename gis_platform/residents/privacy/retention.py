"""Nothing is kept for ever: what is older than its rule says goes, some rows at a time."""

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from gis_platform.core import clock
from gis_platform.residents.privacy.rules import RULES

ROWS_MAX = 10_000  # of one kind a run, so that a backlog never makes one long transaction


def forget_old() -> dict[str, int]:
    """How many of each kind went. What another record still rests on stays with it."""
    counts: dict[str, int] = {}
    for rule in RULES.values():
        if rule.keep is None:
            continue
        old = rule.model._base_manager.filter(**{f"{rule.dated}__lt": clock.now() - rule.keep})
        gone = sum(_gone(one) for one in old.order_by("pk")[:ROWS_MAX])
        if gone:
            counts[rule.label] = counts.get(rule.label, 0) + gone
    return counts


def _gone(one: object) -> int:
    try:
        with transaction.atomic():
            one.delete()  # type: ignore[attr-defined]
    except (ProtectedError, IntegrityError):
        return 0
    return 1
