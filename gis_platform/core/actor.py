"""Who is acting, and why: known to Python through a context and to the history triggers through settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

UNATTRIBUTED = "system:unattributed"


@dataclass(frozen=True, kw_only=True)
class Act:
    actor: str = ""
    reason: str = ""
    change_set: UUID | None = None


NOBODY = Act()

_current: ContextVar[Act] = ContextVar("act", default=NOBODY)


def current_actor() -> str:
    """The actor of the innermost `acting` block, such as "user:5"; "system:unattributed" outside of any."""
    return _current.get().actor or UNATTRIBUTED


@contextmanager
def acting(actor: str, reason: str = "", change_set: UUID | None = None) -> Iterator[None]:
    """Opens a transaction whose writes are attributed to `actor` ("user:5", "device:7", "system:import").

    Inside, the PostgreSQL settings city.actor, city.reason and city.change_set hold the values, "" for none (read them
    with the SQL function city_setting). A nested block gives the outer block's values back at its end.
    """
    if not actor:
        raise ValueError("somebody has to be acting")
    former, act = _current.get(), Act(actor=actor, reason=reason, change_set=change_set)
    nested = connection.in_atomic_block
    token = _current.set(act)
    try:
        with transaction.atomic():
            _tell_database(act)
            yield
            # The outermost transaction keeps its settings up to the commit, where deferred triggers still read them;
            # they end with it. After an error the rollback to the savepoint gives the former values back.
            if nested:
                _tell_database(former)
    finally:
        _current.reset(token)


@contextmanager
def on_behalf_of(actor: str) -> Iterator[None]:
    """Makes `actor` the current one without a transaction, for a job that opens its own: `acting(current_actor())`."""
    token = _current.set(Act(actor=actor))
    try:
        yield
    finally:
        _current.reset(token)


def _tell_database(act: Act) -> None:
    # A nested block may end on a transaction that is already broken; then everything is rolled back anyway.
    if connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('city.actor', %s, true), set_config('city.reason', %s, true),"
            " set_config('city.change_set', %s, true)",
            [act.actor, act.reason, str(act.change_set or "")],
        )
