"""How far one comes in the network: the least minutes to each node, and the stretches of street that are reached."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from layers.streets.network import Floats, Integers, Network

# A way without length must not vanish from the matrix, which holds no zeros.
INSTANT = 1e-9  # minutes


def minutes_to(network: Network, sources: Integers, delays: Floats, *, limit: float) -> Floats:
    """The least minutes to each node from any of the source nodes, where it is reached after its delay; infinite where
    it takes more than the limit."""
    if len(sources) == 0 or len(network.xy) == 0:
        return np.full(len(network.xy), np.inf)
    start = len(network.xy)  # a node before all sources makes many searches one
    tails = np.concatenate([network.tails, network.heads, np.full(len(sources), start)])
    heads = np.concatenate([network.heads, network.tails, sources])
    minutes = np.concatenate([network.forward, network.backward, delays]) + INSTANT
    open_ways = np.isfinite(minutes)
    tails, heads, minutes = _shortest_of_parallel(tails[open_ways], heads[open_ways], minutes[open_ways])
    matrix = csr_array((minutes, (tails, heads)), shape=(start + 1, start + 1))
    found: Floats = dijkstra(matrix, directed=True, indices=start, limit=limit)
    return found[:start]


def stretches(network: Network, reached: Floats, breaks: Sequence[float]) -> list[Any]:
    """The streets reached within each break and not within the one before, as MultiLineStrings on the grid.

    A street is entered from either end, and cut where the time is up; where both ways meet, it is whole.
    """
    meeting = _meeting(network, reached)
    found, former = [], -np.inf
    for limit in breaks:
        on = [_share(reached[network.tails], network.forward, at, meeting) for at in (former, limit)]
        back = [_share(reached[network.heads], network.backward, at, 1 - meeting) for at in (former, limit)]
        lines = np.concatenate([_cut(network, *on), _cut(network, 1 - back[1], 1 - back[0])])
        found.append(shapely.line_merge(shapely.multilinestrings(lines)))
        former = limit
    return found


def _meeting(network: Network, reached: Floats) -> Floats:
    """Where those who enter at the tail meet those who enter at the head, as a share of the segment."""
    tail, head = reached[network.tails], reached[network.heads]
    on = np.isfinite(tail) & np.isfinite(network.forward)
    back = np.isfinite(head) & np.isfinite(network.backward)
    both = on & back
    total = np.where(both, network.forward, 1) + np.where(both, network.backward, 1)
    ahead = np.where(both, head, 0) + np.where(both, network.backward, 0) - np.where(both, tail, 0)
    share = np.divide(ahead, total, out=np.zeros_like(total), where=total > 0)
    return np.where(both, np.clip(share, 0, 1), on.astype(float))


def _share(reached: Floats, minutes: Floats, limit: float, most: Floats) -> Floats:
    """How much of a segment is covered from one end by then."""
    possible = np.isfinite(reached) & np.isfinite(minutes) & (reached <= limit)
    left = np.where(possible, limit - np.where(possible, reached, 0), 0)
    share = np.divide(left, minutes, out=np.ones_like(left), where=possible & (minutes > 0))
    return np.where(possible, np.minimum(share, most), 0)


def _cut(network: Network, start: Floats, end: Floats) -> Any:
    chosen = end > start
    tail, head = network.xy[network.tails[chosen]], network.xy[network.heads[chosen]]
    ends = [tail + share[chosen][:, None] * (head - tail) for share in (start, end)]
    return shapely.linestrings(np.stack(ends, axis=1)) if chosen.any() else np.empty(0, dtype=object)


def _shortest_of_parallel(tails: Integers, heads: Integers, minutes: Floats) -> tuple[Integers, Integers, Floats]:
    """One way for each pair of nodes: a sparse matrix would add parallel ones up."""
    order = np.lexsort((minutes, heads, tails))
    tails, heads, minutes = tails[order], heads[order], minutes[order]
    first = np.ones(len(tails), dtype=bool)
    first[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
    return tails[first], heads[first], minutes[first]
