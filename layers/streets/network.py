"""The streets as a network to walk or ride on: nodes are vertices, two streets meet where they share one.

That is the rule of OpenStreetMap, where a bridge shares no vertex with the street below it. Lengths are metres on a
metric grid, times are minutes.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_platform.core.crs import WGS84, transformer

type Floats = NDArray[np.float64]
type Integers = NDArray[np.int64]

DEGREE_DIGITS = 7  # vertices nearer than a centimetre are one
CLOSED = np.inf  # minutes of a way that may not be taken


class Mode(StrEnum):
    FOOT = "foot"
    BICYCLE = "bicycle"


# Kilometres an hour by the street's category. On foot 4.8: 80 m a minute, the usual figure of planning. By bicycle 15
# in traffic, faster where nothing is in the way, and a walker's pace where people walk.
SPEEDS_KMH: dict[Mode, dict[str, float]] = {
    Mode.FOOT: {},
    Mode.BICYCLE: {"pedestrian": 6.0, "path": 10.0, "cycleway": 18.0},
}
USUAL_KMH = {Mode.FOOT: 4.8, Mode.BICYCLE: 15.0}
FASTEST_KMH = {mode: max([USUAL_KMH[mode], *speeds.values()]) for mode, speeds in SPEEDS_KMH.items()}
FORWARD = frozenset({"yes", "true", "1"})  # OSM's values of `oneway`
BACKWARD = frozenset({"-1", "reverse"})


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Segments between two nodes, which lie at `xy` on the grid; minutes from tail to head, and back."""

    xy: Floats  # of the nodes, (n, 2)
    tails: Integers
    heads: Integers
    forward: Floats
    backward: Floats

    @property
    def lengths_m(self) -> Floats:
        return _lengths(self.xy, self.tails, self.heads)


def build(lines: NDArray[Any], categories: list[str], one_ways: list[str], *, mode: Mode, srid: int) -> Network:
    """From lines in EPSG:4326 (LineString or MultiLineString), their categories and OSM's `oneway`.

    Who walks may go both ways everywhere.
    """
    parts, street_of_part = shapely.get_parts(lines, return_index=True)
    vertices, part_of_vertex = shapely.get_coordinates(parts, return_index=True)
    if len(vertices) == 0:
        nothing, nowhere = np.empty(0), np.empty(0, dtype=np.int64)
        return Network(np.empty((0, 2)), nowhere, nowhere, nothing, nothing)
    places, node_of_vertex = np.unique(
        np.round(vertices * 10**DEGREE_DIGITS).astype(np.int64), axis=0, return_inverse=True
    )
    node_of_vertex = node_of_vertex.reshape(-1)
    x, y = transformer(from_srid=WGS84, to_srid=srid).transform(*(places / 10**DEGREE_DIGITS).T)
    xy = np.column_stack([x, y])
    follows = (part_of_vertex[:-1] == part_of_vertex[1:]) & (node_of_vertex[:-1] != node_of_vertex[1:])
    tails, heads = node_of_vertex[:-1][follows], node_of_vertex[1:][follows]
    street = street_of_part[part_of_vertex[:-1][follows]]
    speeds = np.array([SPEEDS_KMH[mode].get(category, USUAL_KMH[mode]) for category in categories])
    minutes = _lengths(xy, tails, heads) / (speeds[street] * 1000 / 60)
    free = mode is Mode.FOOT
    not_back = np.array([not free and text in FORWARD for text in one_ways], dtype=bool)[street]
    not_on = np.array([not free and text in BACKWARD for text in one_ways], dtype=bool)[street]
    return Network(xy, tails, heads, np.where(not_on, CLOSED, minutes), np.where(not_back, CLOSED, minutes))


def snapped(network: Network, points: Floats, *, metres_max: float) -> tuple[Network, Integers, Floats]:
    """The network with a node where each point meets its nearest street, those nodes (-1 where no street is near) and
    how far each point is from there, in metres."""
    nodes = np.full(len(points), -1, dtype=np.int64)
    away = np.full(len(points), np.inf)
    if len(points) == 0 or len(network.tails) == 0:
        return network, nodes, away
    segments: Any = shapely.linestrings(np.stack([network.xy[network.tails], network.xy[network.heads]], axis=1))
    places: Any = shapely.points(points)
    (found, segment), distances = shapely.STRtree(segments).query_nearest(
        places, max_distance=metres_max, return_distance=True, all_matches=False
    )
    along: Floats = shapely.line_locate_point(segments[segment], places[found], normalized=True)
    nodes[found] = len(network.xy) + np.arange(len(found))
    away[found] = distances
    return _split(network, segment, along), nodes, away


def _split(network: Network, segments: Integers, along: Floats) -> Network:
    """Each of the segments in pieces, cut at these parts of its length; the new nodes follow the others in order."""
    new = len(network.xy) + np.arange(len(segments))
    xy = network.xy[network.tails[segments]]
    xy = xy + along[:, None] * (network.xy[network.heads[segments]] - xy)
    order = np.lexsort((along, segments))
    tails, heads, shares, owners = [], [], [], []
    for segment in np.unique(segments):
        cuts = order[np.searchsorted(segments[order], segment) : np.searchsorted(segments[order], segment, "right")]
        chain = [network.tails[segment], *new[cuts], network.heads[segment]]
        bounds = np.array([0.0, *along[cuts], 1.0])
        tails += chain[:-1]
        heads += chain[1:]
        shares += np.diff(bounds).tolist()
        owners += [segment] * (len(chain) - 1)
    kept = np.ones(len(network.tails), dtype=bool)
    kept[segments] = False
    share = np.array(shares)
    return replace(
        network,
        xy=np.vstack([network.xy, xy]),
        tails=np.concatenate([network.tails[kept], np.array(tails, dtype=np.int64)]),
        heads=np.concatenate([network.heads[kept], np.array(heads, dtype=np.int64)]),
        forward=np.concatenate([network.forward[kept], _shared(network.forward[owners], share)]),
        backward=np.concatenate([network.backward[kept], _shared(network.backward[owners], share)]),
    )


def _shared(minutes: Floats, share: Floats) -> Floats:
    # A closed way stays closed, also where its piece has no length.
    return np.where(np.isfinite(minutes), np.where(np.isfinite(minutes), minutes, 0) * share, CLOSED)


def _lengths(xy: Floats, tails: Integers, heads: Integers) -> Floats:
    apart: Floats = xy[heads] - xy[tails]
    return np.hypot(apart[:, 0], apart[:, 1])
