"""Where something is dense: features or readings gathered in the hexagons of H3."""

from collections import defaultdict
from typing import Any

import h3
import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from psycopg.sql import SQL, Identifier
from shapely import Polygon

from ogc_api.processes import geojson, reading
from ogc_api.processes.declaring import GEOJSON, Caller, Example, Input, Inputs, Output, Process, Progress, Results
from ogc_api.processes.errors import ProcessTooLarge
from ogc_api.processes.inputs import filter_input, layer_input, number_property

CELLS_MAX = 20_000
STATISTICS = ("sum", "mean", "min", "max")
STEP = 5_000
SENSORS = "sensors"


class Sums:
    """What is known of one cell."""

    __slots__ = ("count", "features", "least", "most", "total")

    def __init__(self) -> None:
        self.features = 0
        self.count, self.total, self.least, self.most = 0, 0.0, float("inf"), float("-inf")

    def add(self, count: int, total: float, least: float, most: float) -> None:
        self.count += count
        self.total += total
        self.least, self.most = min(self.least, least), max(self.most, most)

    def statistics(self) -> dict[str, float | None]:
        if not self.count:
            return dict.fromkeys(STATISTICS)
        values = (self.total, self.total / self.count, self.least, self.most)
        return {name: round(value, 6) for name, value in zip(STATISTICS, values, strict=True)}


def _run(inputs: Inputs, progress: Progress, caller: Caller) -> Results:
    layer, resolution, count_min = caller.layer(inputs["layer"]), inputs["resolution"], inputs["count_min"]
    measured = inputs.get("property")
    observed = inputs.get("observed_property")
    columns = () if measured is None else (number_property(layer, measured, named="property").name,)
    if observed is not None and layer.id != SENSORS:
        raise reading.refused("observed_property", str(_("Only the layer “sensors” has readings.")))
    progress(2, _("Reading"))
    read = reading.features(caller, layer, condition=inputs.get("filter"), columns=columns)
    values = _readings(inputs, read) if observed else _numbers(read, measured)
    cells: dict[str, Sums] = defaultdict(Sums)
    points = shapely.get_coordinates(shapely.point_on_surface(read.geometries)) if len(read) else np.empty((0, 2))
    for place, (key, (longitude, latitude)) in enumerate(zip(read.ids.tolist(), points.tolist(), strict=True)):
        if place % STEP == 0:
            progress(20 + 60 * place / len(read), _("Gathering"))
        if observed and key not in values:
            continue
        cell = cells[h3.latlng_to_cell(latitude, longitude, resolution)]
        cell.features += 1
        if key in values:
            cell.add(*values[key])
    progress(85, _("Drawing"))
    return _results(cells, count_min, resolution, with_values=bool(measured or observed), readings=bool(observed))


def _numbers(read: reading.Features, name: str | None) -> dict[int, tuple[int, float, float, float]]:
    if name is None:
        return {}
    pairs = zip(read.ids.tolist(), read.columns[name], strict=True)
    return {key: (1, float(value), float(value), float(value)) for key, value in pairs if value is not None}


def _readings(inputs: Inputs, read: reading.Features) -> dict[int, tuple[int, float, float, float]]:
    """Count, sum, least and greatest reading of each sensor in the interval, both ends included."""
    statement = SQL(
        "SELECT stream.sensor_id, count(o.result), sum(o.result), min(o.result), max(o.result)"
        " FROM {streams} AS stream JOIN {observations} AS o ON o.stream_id = stream.id"
        " WHERE stream.property = %s AND stream.sensor_id = ANY(%s) AND o.result IS NOT NULL"
        " AND (%s::timestamptz IS NULL OR o.phenomenon_time >= %s::timestamptz)"
        " AND (%s::timestamptz IS NULL OR o.phenomenon_time <= %s::timestamptz)"
        " GROUP BY stream.sensor_id"
    ).format(
        streams=Identifier("published", "sensor_streams"), observations=Identifier("published", "stream_observations")
    )
    start, end = inputs.get("start"), inputs.get("end")
    rows = reading.fetch(statement, [inputs["observed_property"], read.ids.tolist(), start, start, end, end])
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def _results(cells: dict[str, Sums], count_min: int, resolution: int, *, with_values: bool, readings: bool) -> Results:
    shown = {cell: sums for cell, sums in cells.items() if _weight(sums, readings) >= count_min}
    if len(shown) > CELLS_MAX:
        raise ProcessTooLarge(
            _("There would be {count} cells, more than {limit}; choose a coarser resolution.").format(
                count=len(shown), limit=CELLS_MAX
            )
        )
    return {
        "cells": geojson.collection(
            geojson.feature(cell, _outline(cell), _properties(sums, with_values=with_values, readings=readings))
            for cell, sums in sorted(shown.items())
        ),
        "totals": {
            "resolution": resolution,
            "cells": len(shown),
            "suppressed_cells": len(cells) - len(shown),
            "features": sum(sums.features for sums in shown.values()),
            **({"readings": sum(sums.count for sums in shown.values())} if readings else {}),
        },
    }


def _weight(sums: Sums, readings: bool) -> int:
    return sums.count if readings else sums.features


def _properties(sums: Sums, *, with_values: bool, readings: bool) -> dict[str, Any]:
    counts = {"count": _weight(sums, readings)} | ({"sensors": sums.features} if readings else {})
    return counts | (sums.statistics() if with_values else {})


def _outline(cell: str) -> Polygon:
    return Polygon([(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(cell)])


H3_AGGREGATION = Process(
    id="h3-aggregation",
    version="1.0.0",
    title=_("Where it is dense"),
    description=_(
        "Gathers the features of a layer, or the readings of its sensors, in the hexagons of the H3 grid: how many are"
        " in each, and the sum, mean, least and greatest of a number. Lines and areas count where a point on them lies."
    ),
    keywords=("H3", "aggregation", "density"),
    inputs={
        "layer": layer_input(_("Layer")),
        "filter": filter_input(),
        "resolution": Input(
            title=_("Resolution"),
            description=_("Of H3: 7 has cells of about 5 km², 8 of 0.7 km², 9 of 0.1 km², 10 of 0.015 km²."),
            schema={"type": "integer", "minimum": 4, "maximum": 12, "default": 8},
            required=False,
        ),
        "property": Input(
            title=_("Property"),
            description=_("A number of the layer, to be summed up."),
            schema={"type": "string", "maxLength": 100},
            required=False,
        ),
        "count_min": Input(
            title=_("Least count"),
            description=_("Cells with fewer are left out, so that nobody is recognised by being alone."),
            schema={"type": "integer", "minimum": 1, "maximum": 1000, "default": 1},
            required=False,
        ),
        "observed_property": Input(
            title=_("Observed property"),
            description=_("Of the layer “sensors”: gathers readings of this property instead of features."),
            schema={"type": "string", "maxLength": 60},
            required=False,
        ),
        "start": Input(
            title=_("From"), schema={"type": "string", "format": "date-time", "maxLength": 40}, required=False
        ),
        "end": Input(
            title=_("Until"), schema={"type": "string", "format": "date-time", "maxLength": 40}, required=False
        ),
    },
    outputs={
        "cells": Output(
            title=_("Cells"),
            description=_("A hexagon for each cell, its H3 index as the id, with `count` and the statistics."),
            schema={"type": "object", "format": "geojson-feature-collection"},
            media_type=GEOJSON,
        ),
        "totals": Output(title=_("Totals"), schema={"type": "object"}),
    },
    run=_run,
    examples=(
        Example(title=_("Places in cells of 0.7 km²"), inputs={"layer": "places", "resolution": 8}),
        Example(
            title=_("Temperature by cell"),
            inputs={"layer": "sensors", "observed_property": "air_temperature", "resolution": 9},
        ),
    ),
)
