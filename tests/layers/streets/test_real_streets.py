"""The network of real streets: central Helsinki, as OpenStreetMap has it."""

import time

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import Point

from gis_platform.core.crs import WGS84, transformer
from layers.streets.network import Mode, build, snapped
from layers.streets.reaching import minutes_to, stretches

SRID = 25884  # the Baltic grid, whose metres are good enough here: 0.3 % too long
STATION = (24.9414, 60.1712)
WALKED_BY_NOBODY = "motorway", "motorway_link", "construction", "proposed"


@pytest.fixture
def streets(real_data):
    path = real_data("osm_full/helsinki_centre.osm.pbf")
    _meta, _fids, shapes, (highway, tags) = pyogrio.raw.read(
        path, layer="lines", columns=["highway", "other_tags"], where="highway IS NOT NULL"
    )
    chosen = [place for place, kind in enumerate(highway) if kind not in WALKED_BY_NOBODY]
    one_ways = ["yes" if '"oneway"=>"yes"' in (tags[place] or "") else "" for place in chosen]
    categories = [{"cycleway": "cycleway", "footway": "path"}.get(highway[place], "residential") for place in chosen]
    return shapely.from_wkb(shapes[chosen]), categories, one_ways


def station() -> np.ndarray:
    return np.array([transformer(from_srid=WGS84, to_srid=SRID).transform(*STATION)])


def test_the_centre_of_helsinki_is_walked_within_a_second(streets):
    lines, categories, one_ways = streets
    started = time.perf_counter()
    network = build(lines, categories, one_ways, mode=Mode.FOOT, srid=SRID)
    built = time.perf_counter()
    joined, nodes, away = snapped(network, station(), metres_max=300)
    minutes = minutes_to(joined, nodes, away / 80, limit=15)
    reached = stretches(joined, minutes, [5, 10, 15])
    ended = time.perf_counter()
    print(  # noqa: T201 - shown with a failure
        f"{len(network.xy)} nodes, {len(network.tails)} segments, {network.lengths_m.sum() / 1000:.1f} km;"
        f" built in {built - started:.2f} s, searched in {ended - built:.2f} s"
    )
    assert len(network.tails) > 5_000
    lengths = [float(line.length) for line in reached]
    assert 0 < lengths[0] < lengths[1], "there is more street in the second ring than in the first"
    place = Point(*station()[0])
    for line, limit in zip(reached, (5, 10, 15), strict=True):
        # Nobody is further away in a straight line than the time allows on foot.
        assert shapely.hausdorff_distance(place, line) <= limit * 80 + 1
    assert ended - started < 30, "it takes seconds on a busy machine, and a tenth of that on a free one"


def test_minutes_never_contradict_a_neighbours(streets):
    """What any shortest way fulfils: no node is later than a neighbour and the way from there."""
    lines, categories, one_ways = streets
    network = build(lines, categories, one_ways, mode=Mode.BICYCLE, srid=SRID)
    joined, nodes, away = snapped(network, station(), metres_max=300)
    minutes = minutes_to(joined, nodes, away / 80, limit=60)
    for tails, heads, ways in (
        (joined.tails, joined.heads, joined.forward),
        (joined.heads, joined.tails, joined.backward),
    ):
        open_ways = (
            np.isfinite(ways)
            & np.isfinite(minutes[tails])
            & (minutes[tails] + np.where(np.isfinite(ways), ways, 0) < 60)
        )
        assert (minutes[heads[open_ways]] <= minutes[tails[open_ways]] + ways[open_ways] + 1e-6).all()
    assert np.isfinite(minutes).mean() > 0.8, "most of the centre is one network"
