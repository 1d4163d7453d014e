"""The one clock. Nobody else asks the machine for the time, so a test can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.conf import settings

_frozen_at: ContextVar[datetime | None] = ContextVar("clock_frozen_at", default=None)


def now() -> datetime:
    """The instant, aware, in UTC."""
    return _frozen_at.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in the city, which begins two or three hours before that of UTC."""
    return local(now()).date()


def local(at: datetime) -> datetime:
    """The same instant on the city's wall clock; raises ValueError for a time that does not say its zone."""
    if at.tzinfo is None:
        raise ValueError("a time without its zone has no place on the city's clock")
    return at.astimezone(settings.CITY.time_zone)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Stops the clock at `at` (aware) for this context; nested uses give the former time back."""
    if at.tzinfo is None:
        raise ValueError("the clock can only be stopped at an aware time")
    token = _frozen_at.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _frozen_at.reset(token)
