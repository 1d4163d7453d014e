"""What lies within a distance of what: features of one layer near those of another, counted for each and dissolved."""

from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from gis_platform.core.crs import metric_srid
from ogc_api.processes import geojson, reading
from ogc_api.processes.declaring import GEOJSON, Caller, Example, Input, Inputs, Output, Process, Progress, Results
from ogc_api.processes.inputs import filter_input, layer_input

SOURCES_MAX = 5_000
PAIRS_MAX = 2_000_000  # of a step, so that memory stays small and a dismissed job ends soon
ARC_STEPS = 8  # of a quarter of a circle: the buffer is at most half a percent too small


def _run(inputs: Inputs, progress: Progress, caller: Caller) -> Results:
    srid, distance_m = metric_srid(), float(inputs["distance_m"])
    layer, counted_layer = caller.layer(inputs["layer"]), caller.layer(inputs["counted_layer"])
    progress(2, _("Reading"))
    sources = reading.features(
        caller, layer, condition=inputs.get("filter"), columns=reading.label_columns(layer), srid=srid,
        most=SOURCES_MAX,
    )  # fmt: skip
    counted = reading.features(
        caller, counted_layer, condition=inputs.get("counted_filter"), named="counted_filter", srid=srid
    )
    itself = layer is counted_layer
    counts, reached = _counts(sources, counted, distance_m, itself=itself, progress=progress)
    progress(80, _("Drawing"))
    dissolved = shapely.union_all(shapely.buffer(sources.geometries, distance_m, quad_segs=ARC_STEPS))
    totals = {
        "sources": len(sources),
        "counted": len(counted),
        "within": int(reached.sum()),
        "beyond": int(len(counted) - reached.sum()),
        "sources_without": int((counts == 0).sum()),
        "distance_m": distance_m,
        "area_m2": round(float(shapely.area(dissolved)), 1),
    }
    return {
        "features": _per_source(sources, counts, reading.labels(layer, sources), srid),
        "buffer": geojson.feature(None, geojson.to_wgs84(dissolved, srid=srid), totals),
        "totals": totals,
    }


def _counts(
    sources: reading.Features, counted: reading.Features, distance_m: float, *, itself: bool, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """How many lie within the distance of each source, and which are within that of any."""
    counts = np.zeros(len(sources), dtype=np.int64)
    reached = np.zeros(len(counted), dtype=bool)
    tree = shapely.STRtree(counted.geometries)
    step = max(1, PAIRS_MAX // max(1, len(counted)))
    for start in range(0, len(sources), step):
        progress(10 + 70 * start / len(sources), _("Counting"))
        near, found = tree.query(sources.geometries[start : start + step], predicate="dwithin", distance=distance_m)
        if itself:  # a feature is no neighbour of its own
            others = sources.ids[near + start] != counted.ids[found]
            near, found = near[others], found[others]
        counts[start : start + step] += np.bincount(near, minlength=len(counts[start : start + step]))
        reached[found] = True
    return counts, reached


def _per_source(sources: reading.Features, counts: NDArray[np.int64], labels: list[str], srid: int) -> dict[str, Any]:
    shapes = geojson.to_wgs84(sources.geometries, srid=srid) if len(sources) else []
    rows = zip(sources.ids.tolist(), shapes, labels, counts.tolist(), strict=True)
    return geojson.collection(
        geojson.feature(key, shape, {"label": label, "count": count}) for key, shape, label, count in rows
    )


BUFFER_AND_COUNT = Process(
    id="buffer-and-count",
    version="1.0.0",
    title=_("What is near"),
    description=_(
        "Counts the features of one layer within a distance of each feature of another, and draws the area that they"
        " reach together. The distance is measured in metres on the city's national grid, in a straight line."
    ),
    keywords=("buffer", "count", "distance"),
    inputs={
        "layer": layer_input(_("Around which features"), description=_("At most 5,000 after filtering.")),
        "filter": filter_input(),
        "distance_m": Input(
            title=_("Distance, metres"),
            schema={"type": "number", "exclusiveMinimum": 0, "maximum": 20_000, "default": 300},
            required=False,
        ),
        "counted_layer": layer_input(_("What is counted")),
        "counted_filter": filter_input(_("Filter of what is counted")),
    },
    outputs={
        "buffer": Output(
            title=_("Area"),
            description=_("All buffers dissolved into one feature."),
            schema={"type": "object", "format": "geojson-feature"},
            media_type=GEOJSON,
        ),
        "features": Output(
            title=_("Count for each"),
            description=_("The features with `count`, how many lie near; a feature does not count itself."),
            schema={"type": "object", "format": "geojson-feature-collection"},
            media_type=GEOJSON,
        ),
        "totals": Output(title=_("Totals"), schema={"type": "object"}),
    },
    run=_run,
    examples=(
        Example(
            title=_("Shops and offices within 300 m of a sight"),
            inputs={"layer": "tourism", "counted_layer": "merchants", "distance_m": 300},
        ),
        Example(
            title=_("Places within 500 m of a castle"),
            inputs={
                "layer": "tourism",
                "filter": "category = 'castle'",
                "counted_layer": "places",
                "distance_m": 500,
            },
        ),
    ),
)
