"""Series as a CSV table: a line for each value, so that units and stations can be mixed."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from gis_platform.core.crs import Crs
from ogc_api.edr.coverage import position
from ogc_api.edr.observations import Series

COLUMNS = ("datetime", "location", "x", "y", "parameter", "value", "unit")
LINES_TOGETHER = 2000


class _Line:
    """What a csv writer writes to; it hands the line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(series: Sequence[Series], crs: Crs) -> Iterator[str]:
    """In pieces of many lines; the first is the head."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    waiting: list[str] = []
    for row in _rows(series, crs):
        waiting.append(writer.writerow(row))
        if len(waiting) == LINES_TOGETHER:
            yield "".join(waiting)
            waiting.clear()
    yield "".join(waiting)


def _rows(series: Sequence[Series], crs: Crs) -> Iterable[tuple[str | float, ...]]:
    for one in series:
        x, y = position(one.station, crs)
        for stream, values in zip(one.streams, one.values, strict=True):
            for time, value in zip(one.times, values, strict=True):
                if value is not None:
                    yield (f"{time}Z", stream.station, x, y, stream.observes, value, stream.unit)
