"""Ways through the streets, against networks whose answers are worked out by hand.

The grid has blocks of 80 m, which is a minute on foot at 4.8 km/h; Baltic coordinates put it on the metric grid.
"""

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString

from gis_platform.core.crs import WGS84, transformer
from layers.streets.network import Mode, build, snapped
from layers.streets.reaching import minutes_to, stretches

SRID = 3059
WEST, SOUTH = 480_000.0, 280_000.0
BLOCK_M = 80.0


def degrees(x: float, y: float) -> tuple[float, float]:
    return transformer(from_srid=SRID, to_srid=WGS84).transform(WEST + x * BLOCK_M, SOUTH + y * BLOCK_M)


def street(*corners: tuple[float, float]) -> MultiLineString:
    return MultiLineString([LineString([degrees(*corner) for corner in corners])])


def network(*streets, mode: Mode = Mode.FOOT, categories=None, one_ways=None):
    lines = np.array(streets, dtype=object)
    categories = categories or ["residential"] * len(streets)
    return build(lines, categories, one_ways or [""] * len(streets), mode=mode, srid=SRID)


def grid(size: int):
    """Streets along all lines of a grid, each with a vertex at every crossing."""
    return [street(*((x, y) for x in range(size + 1))) for y in range(size + 1)] + [
        street(*((x, y) for y in range(size + 1))) for x in range(size + 1)
    ]


def reach(net, *places: tuple[float, float], limit: float = 60.0):
    points = np.array([(WEST + x * BLOCK_M, SOUTH + y * BLOCK_M) for x, y in places])
    joined, nodes, away = snapped(net, points, metres_max=300)
    return joined, minutes_to(joined, nodes, away / 80, limit=limit)


def at(net, minutes, x: float, y: float) -> float:
    apart = np.hypot(*(net.xy - (WEST + x * BLOCK_M, SOUTH + y * BLOCK_M)).T)
    assert apart.min() < 0.02, "there is no node"
    return float(minutes[apart < 0.02].min())


def metres(net, minutes, *breaks: float) -> list[float]:
    return [float(shapely.length(line)) for line in stretches(net, minutes, breaks)]


def test_blocks_are_walked_around():
    net, minutes = reach(network(*grid(4)), (0, 0))
    for x in range(5):
        for y in range(5):
            assert at(net, minutes, x, y) == pytest.approx(x + y, abs=0.01)


def test_within_two_minutes_of_a_corner_lie_six_blocks():
    # Two blocks along each axis, and from each of (1,0) and (0,1) one block across: 2 + 2 + 2.
    net, minutes = reach(network(*grid(4)), (0, 0), limit=2)
    assert metres(net, minutes, 2.0) == [pytest.approx(6 * BLOCK_M, abs=0.5)]


def test_a_street_is_cut_where_the_time_is_up():
    # In half a minute 40 m to each side; in one and a half the same, and 80 m more.
    net, minutes = reach(network(street((0, 0), (10, 0))), (5, 0))
    assert metres(net, minutes, 0.5, 1.5) == [pytest.approx(80, abs=0.2), pytest.approx(160, abs=0.2)]


def test_where_both_ways_round_meet_the_street_is_whole():
    ring = network(street((0, 0), (2, 0), (2, 2), (0, 2), (0, 0)))
    net, minutes = reach(ring, (0, 0))
    assert at(net, minutes, 2, 2) == pytest.approx(4, abs=0.01)
    assert metres(net, minutes, 3.0, 10.0) == [pytest.approx(6 * BLOCK_M, abs=0.5), pytest.approx(2 * BLOCK_M, abs=0.5)]


def test_the_way_to_the_street_takes_time_too():
    # 40 m beside the street: half a minute.
    net, minutes = reach(network(street((0, 0), (4, 0))), (2, 0.5))
    assert at(net, minutes, 4, 0) == pytest.approx(2.5, abs=0.01)


def test_the_nearest_of_many_counts():
    net, minutes = reach(network(street(*((x, 0) for x in range(11)))), (0, 0), (10, 0), (9.5, 0))
    assert at(net, minutes, 3, 0) == pytest.approx(3, abs=0.01)
    assert at(net, minutes, 7, 0) == pytest.approx(2.5, abs=0.01)


def test_several_places_on_one_street_cut_it_in_order():
    net, minutes = reach(network(street((0, 0), (10, 0))), (8, 0), (2, 0), (5, 0))
    assert metres(net, minutes, 1.0) == [pytest.approx(6 * BLOCK_M, abs=0.5)]
    assert at(net, minutes, 0, 0) == pytest.approx(2, abs=0.01)


def test_a_bridge_shares_no_vertex_and_is_no_crossing():
    net, minutes = reach(network(street((0, 1), (4, 1)), street((2, 0), (2, 4))), (0, 1))
    assert at(net, minutes, 4, 1) == pytest.approx(4, abs=0.01)
    assert at(net, minutes, 2, 4) == np.inf


def test_who_walks_goes_against_a_one_way_street_and_who_rides_does_not():
    streets = (street((0, 0), (4, 0)), street((0, 0), (0, 3), (4, 3), (4, 0)))
    walking, on_foot = reach(network(*streets, one_ways=["yes", ""]), (4, 0))
    assert at(walking, on_foot, 0, 0) == pytest.approx(4, abs=0.01)
    riding, by_bicycle = reach(network(*streets, one_ways=["yes", ""], mode=Mode.BICYCLE), (4, 0))
    # Ten blocks around instead of four, at 15 km/h: 250 m a minute.
    assert at(riding, by_bicycle, 0, 0) == pytest.approx(10 * BLOCK_M / 250, abs=0.01)
    back, returned = reach(network(*streets, one_ways=["-1", ""], mode=Mode.BICYCLE), (4, 0))
    assert at(back, returned, 0, 0) == pytest.approx(4 * BLOCK_M / 250, abs=0.01)


def test_a_place_in_the_middle_of_a_one_way_street_is_left_in_its_direction():
    net, minutes = reach(network(street((0, 0), (4, 0)), one_ways=["yes"], mode=Mode.BICYCLE), (2, 0))
    assert at(net, minutes, 4, 0) == pytest.approx(2 * BLOCK_M / 250, abs=0.01)
    assert at(net, minutes, 0, 0) == np.inf
    assert metres(net, minutes, 10.0) == [pytest.approx(2 * BLOCK_M, abs=0.2)]


def test_a_cycleway_is_faster_and_a_pedestrian_street_slower():
    for category, metres_a_minute in (("cycleway", 300), ("pedestrian", 100), ("path", 10_000 / 60), ("primary", 250)):
        net, minutes = reach(network(street((0, 0), (4, 0)), categories=[category], mode=Mode.BICYCLE), (0, 0))
        assert at(net, minutes, 4, 0) == pytest.approx(4 * BLOCK_M / metres_a_minute, abs=0.01)


def test_parallel_streets_are_not_added_up():
    twice = network(street((0, 0), (1, 0)), street((0, 0), (1, 0)))
    net, minutes = reach(twice, (0, 0))
    assert at(net, minutes, 1, 0) == pytest.approx(1, abs=0.01)


def test_what_lies_far_from_all_streets_is_not_on_the_network():
    net = network(street((0, 0), (1, 0)))
    _joined, nodes, _away = snapped(net, np.array([(WEST, SOUTH + 400.0)]), metres_max=300)
    assert nodes.tolist() == [-1]


@pytest.mark.parametrize("places", [[], [(0.0, 0.0)]])
def test_a_city_without_streets_is_reached_nowhere(places):
    net = network()
    joined, nodes, _away = snapped(net, np.array(places).reshape(-1, 2), metres_max=300)
    assert len(joined.tails) == 0
    assert (nodes == -1).all()
    lines = stretches(joined, minutes_to(joined, nodes[nodes >= 0], np.empty(0), limit=5), [5])
    assert [line.is_empty for line in lines] == [True]


def test_the_search_agrees_with_a_plain_one_on_a_random_network():
    """Dijkstra's algorithm as it is in the books, on a hundred streets with one-way ones among them."""
    chance = np.random.default_rng(7)
    corners = chance.integers(0, 8, size=(100, 2, 2))
    lines = [street(tuple(a), tuple(b)) for a, b in corners if tuple(a) != tuple(b)]
    one_ways = chance.choice(["", "yes", "-1"], size=len(lines)).tolist()
    net = network(*lines, one_ways=one_ways, mode=Mode.BICYCLE)
    expected = np.full(len(net.xy), np.inf)
    expected[0] = 0
    for _ in range(len(net.xy)):  # Bellman and Ford's, to be another one
        for tails, heads, minutes in ((net.tails, net.heads, net.forward), (net.heads, net.tails, net.backward)):
            np.minimum.at(expected, heads, expected[tails] + minutes)
    found = minutes_to(net, np.array([0]), np.array([0.0]), limit=1000)
    np.testing.assert_allclose(found, expected, atol=1e-6)
