"""What a reading is, and which ones cannot be believed. Pure: no database, no clock."""

import json
import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

KEY_LENGTH_MAX = 120
PAYLOAD_LENGTH_MAX = 2000  # characters of a rejected reading that are kept
AHEAD_MAX = timedelta(minutes=5)  # how far a sensor's clock may be ahead of ours


class Cause(StrEnum):
    """Why a reading is not stored. The values are shown to those who send it and never change."""

    MALFORMED = "malformed"
    NOT_A_NUMBER = "not-a-number"
    UNKNOWN_STREAM = "unknown-stream"
    OUT_OF_RANGE = "out-of-range"
    IN_THE_FUTURE = "in-the-future"
    TOO_OLD = "too-old"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that a stream, named by its key, had at an instant (aware)."""

    stream: str
    time: datetime
    value: float
    quality: int = 0  # 0: as the sensor sent it

    def __str__(self) -> str:
        return json.dumps({"stream": self.stream, "time": self.time.isoformat(), "value": self.value})


@dataclass(frozen=True, slots=True)
class Misread:
    """Something in a message that is not a reading: kept, with its cause, so that somebody can repair the sender."""

    payload: str
    cause: Cause
    stream: str = ""

    def __str__(self) -> str:
        return self.payload


class Limits(NamedTuple):
    """What is known of a stream when its readings arrive."""

    stream_id: int
    minimum: float | None
    maximum: float | None


@dataclass(kw_only=True)
class IngestResult:
    """What became of readings. `late` ones are accepted too; they are older than the newest known of their stream."""

    accepted: int = 0
    duplicate: int = 0
    late: int = 0
    rejected: dict[Cause, int] = field(default_factory=dict)


def cause_to_reject(reading: Reading, limits: Limits | None, *, oldest: datetime, newest: datetime) -> Cause | None:
    """The first reason not to believe a reading; None when there is none. `oldest` and `newest` are included.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> cause_to_reject(Reading("a", at, 51.0), Limits(1, -40, 50), oldest=at, newest=at)
    <Cause.OUT_OF_RANGE: 'out-of-range'>
    """
    if limits is None:
        return Cause.UNKNOWN_STREAM
    if reading.time.tzinfo is None:
        return Cause.MALFORMED
    if not math.isfinite(reading.value):
        return Cause.NOT_A_NUMBER
    if reading.time > newest:
        return Cause.IN_THE_FUTURE
    if reading.time < oldest:
        return Cause.TOO_OLD
    _, minimum, maximum = limits
    if (minimum is not None and reading.value < minimum) or (maximum is not None and reading.value > maximum):
        return Cause.OUT_OF_RANGE
    return None
