"""How a decision's status moves: reserved, then committed, voided or expired."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import connection

from gis_platform.core import clock, sqlfiles
from gis_platform.core.actor import acting
from gis_platform.core.idempotency import StoredAnswer, once
from rules.benefits.errors import AlreadyCommitted, AlreadyVoided, MoveNotAllowed, ReservationExpired
from rules.benefits.models import Decision
from rules.benefits.queries import require_merchants
from rules.benefits.returning import take_all_back

Status = Decision.Status

# The one table of moves. The trigger benefits_decision_moves guards it in the database.
MOVES: Mapping[str, frozenset[str]] = {
    Status.RESERVED: frozenset({Status.COMMITTED, Status.VOIDED, Status.EXPIRED}),
    Status.COMMITTED: frozenset({Status.VOIDED}),
    Status.VOIDED: frozenset(),
    Status.EXPIRED: frozenset(),
}
REFUSALS: Mapping[str, type[MoveNotAllowed]] = {
    Status.COMMITTED: AlreadyCommitted,
    Status.VOIDED: AlreadyVoided,
    Status.EXPIRED: ReservationExpired,
}
EXPIRED_MAX = 500  # reservations a round


def commit(decision_id: UUID | str, *, key: str, actor: str, merchant: str | None = None) -> str:
    """Posts a reservation; the same key gets the same answer.

    Raises AlreadyCommitted, AlreadyVoided, ReservationExpired, or DecisionUnknown, also for one of another merchant
    than `merchant` (None: whosever it is).
    """
    require_merchants(decision_id, merchant)

    def run() -> str:
        with connection.cursor() as cursor:
            cursor.execute(sqlfiles.load("statements/benefits_commit"), [decision_id, actor, clock.now()])
            (found,) = cursor.fetchone()
        if found != Status.RESERVED:
            raise REFUSALS[found](decision_status=found)
        return Status.COMMITTED

    return _once("commit", decision_id, key=key, actor=actor, run=run)


def void(decision_id: UUID | str, *, key: str, actor: str, merchant: str | None = None) -> str:
    """Takes a decision back whole: gives back its budget and caps, and reverses what was posted and not returned yet.

    Raises AlreadyVoided, ReservationExpired or DecisionUnknown.
    """
    require_merchants(decision_id, merchant)

    def run() -> str:
        decision = Decision.objects.select_for_update().get(pk=decision_id)
        if Status.VOIDED not in MOVES[decision.status]:
            raise REFUSALS[decision.status](decision_status=decision.status)
        if decision.status == Status.COMMITTED:
            take_all_back(decision)
            Decision.objects.filter(pk=decision_id).update(status=Status.VOIDED, status_at=clock.now())
        else:
            _release(decision.pk, Status.VOIDED)
        return Status.VOIDED

    return _once("void", decision_id, key=key, actor=actor, run=run)


def expire_due(*, most: int = EXPIRED_MAX) -> int:
    """Ends the reservations whose time is over, and returns how many.

    Each in a transaction of its own: two of them together would lock caps after budgets, against the one order.
    """
    due = Decision.objects.filter(status=Status.RESERVED, reserved_until__lte=clock.now())
    ids = due.order_by("reserved_until").values_list("pk", flat=True)[:most]
    return sum(_release(decision_id, Status.EXPIRED) for decision_id in ids)


def _release(decision_id: UUID, ending: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load("statements/benefits_release"), [decision_id, ending, clock.now()])
        return bool(cursor.fetchone()[0])


def _once(move: str, decision_id: UUID | str, *, key: str, actor: str, run: Callable[[], str]) -> str:
    with acting(actor, f"decision: {move}"):
        stored = once(
            scope=f"{move}:{actor}", key=key, body=str(decision_id).encode(), run=lambda: StoredAnswer.of(run())
        )
    return str(stored.value)
