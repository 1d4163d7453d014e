"""How an observation is called: it has no number of its own; its datastream and the microseconds since 1970 name it."""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OBSERVATION = re.compile(r"(\d{1,18})-(-?\d{1,17})", re.ASCII)


def observation_id(stream_id: int, phenomenon_time: datetime) -> str:
    return f"{stream_id}-{(phenomenon_time - EPOCH) // timedelta(microseconds=1)}"


def split_observation_id(text: str) -> tuple[int, datetime] | None:
    """The datastream's id and the time; None when the text is no such id.

    >>> split_observation_id("7-0")
    (7, datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))
    """
    match = OBSERVATION.fullmatch(text)
    if match is None:
        return None
    try:
        return int(match.group(1)), EPOCH + timedelta(microseconds=int(match.group(2)))
    except OverflowError:
        return None
