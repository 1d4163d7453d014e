"""The readings of streams, put together by station."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.db import connections
from django.utils.translation import gettext as _

from gis_platform.core import sqlfiles
from gis_platform.core.database import PUBLISHED
from gis_platform.core.errors import TooLarge
from ogc_api.edr.stations import Stream
from ogc_api.parameters import Interval

VALUES_MAX = 100_000  # of one answer; about 3 MB of CoverageJSON


class TooManyValues(TooLarge):
    code = "too-many-values"


class Readings(NamedTuple):
    """By time, which is RFC 3339 in UTC without its Z, so that texts sort as times do."""

    times: list[str]
    results: list[float]


@dataclass(frozen=True, kw_only=True)
class Series:
    """What was observed at one station: its streams, of different properties, over the times of them all.

    `values` has a list for each stream, None where it has no reading at a time.
    """

    streams: tuple[Stream, ...]
    times: list[str]
    values: list[list[float | None]]

    @property
    def station(self) -> Stream:
        """Any of the streams, for what they have in common."""
        return self.streams[0]


def observed(streams: Sequence[Stream], interval: Interval) -> list[Series]:
    """Of each station that has readings in the interval; raises TooManyValues."""
    if not streams:
        return []
    readings = _read([stream.id for stream in streams], interval)
    series = []
    for _station, group in groupby(streams, key=lambda stream: stream.station):
        for together in _one_of_each(stream for stream in group if stream.id in readings):
            series.append(_aligned(together, readings))
    return series


def _read(ids: list[int], interval: Interval) -> Mapping[int, Readings]:
    start, end = interval
    values = {"streams": ids, "start": start, "end": end, "limit": VALUES_MAX + 1}
    with connections[PUBLISHED].cursor() as cursor:
        cursor.execute(sqlfiles.load("statements/edr_observations"), values)
        found = {stream: Readings(times, results) for stream, times, results in cursor.fetchall()}
    if sum(len(readings.times) for readings in found.values()) > VALUES_MAX:
        raise TooManyValues(
            _(
                "There are more than {most} values: ask for a shorter time by datetime, for less by parameter-name,"
                " or for a smaller place."
            ).format(most=VALUES_MAX)
        )
    return found


def _one_of_each(streams: Iterable[Stream]) -> list[tuple[Stream, ...]]:
    """Groups without two streams of one property; a station seldom needs more than one."""
    groups: list[dict[str, Stream]] = []
    for stream in streams:
        free = next((group for group in groups if stream.observes not in group), None)
        if free is None:
            groups.append(free := {})
        free[stream.observes] = stream
    return [tuple(group.values()) for group in groups]


def _aligned(streams: tuple[Stream, ...], readings: Mapping[int, Readings]) -> Series:
    if len(streams) == 1:
        times, results = readings[streams[0].id]
        return Series(streams=streams, times=times, values=[[_number(result) for result in results]])
    times = sorted({time for stream in streams for time in readings[stream.id].times})
    by_time = [dict(zip(*readings[stream.id], strict=True)) for stream in streams]
    return Series(
        streams=streams,
        times=times,
        values=[[_number(known.get(time)) for time in times] for known in by_time],
    )


def _number(value: float | None) -> float | None:
    """JSON knows no infinity and no NaN."""
    return value if value is not None and math.isfinite(value) else None
