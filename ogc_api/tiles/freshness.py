"""What a tile's ETag is made of: when anything last changed that the tile can show, known without a query.

Each layer's state is read once after it changed and kept while `layers.base.watching` listens. Edits are known by cell
(tiles of zoom 16), so that a tile elsewhere keeps its ETag; the passing of time by the instants at which features begin
or cease to hold.
"""

import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor

from django.db import connection

from gis_platform.core import sqlfiles
from layers.base.watching import Memory
from ogc_api.tiles.matrix_sets import BUFFER, WEB_MERCATOR_HALF_M, Box, Tile

CELLS = 65_536  # in a row of zoom 16
CELL_M = 2 * WEB_MERCATOR_HALF_M / CELLS
CELL_MARGIN_M = CELL_M * BUFFER  # by which sql/functions/feature_cells.sql widens what changed
TOUCH_M = 1e-3  # boxes that only share an edge do not overlap
REMEMBERED_MAX = 10_000  # tiles of a layer

type Stamp = tuple[int, float]  # a layer's revision and when it was made: a restored database counts from anew
type Cells = tuple[int, int, int, int]

NEVER: Stamp = (0, 0.0)


@dataclass
class State:
    """A layer as it was read; `seconds` is the database's clock at that moment."""

    seconds: float
    whole: Stamp = NEVER
    cells: dict[tuple[int, int], Stamp] = field(default_factory=dict)
    turns: list[float] = field(default_factory=list)
    read_at: float = field(default_factory=time.monotonic)
    _known: dict[Cells, Stamp] = field(default_factory=dict)

    def token(self, cells: Cells) -> str:
        """Changes whenever a tile over these cells may."""
        passed = bisect_right(self.turns, self._now())
        return f"{self._latest(cells)} {self.turns[passed - 1] if passed else 0}"

    def _now(self) -> float:
        """The database's time, never ahead of it: a tile must not be taken for later than it was made."""
        return self.seconds + time.monotonic() - self.read_at

    def _latest(self, cells: Cells) -> Stamp:
        known = self._known.get(cells)
        if known is None:
            known = max(self._stamps(cells), default=self.whole)
            if len(self._known) < REMEMBERED_MAX:
                self._known[cells] = known
        return known

    def _stamps(self, cells: Cells) -> list[Stamp]:
        x0, y0, x1, y1 = cells
        if (x1 - x0 + 1) * (y1 - y0 + 1) <= len(self.cells):
            within = [(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1) if (x, y) in self.cells]
        else:
            within = [(x, y) for x, y in self.cells if x0 <= x <= x1 and y0 <= y <= y1]
        return [self.whole, *(self.cells[cell] for cell in within)]


_states: Memory[State] = Memory()


def tokens(layers: Sequence[str], tile: Tile) -> list[str]:
    cells = cells_of(tile)
    return [state.token(cells) for state in _states_of(layers)]


def cells_of(tile: Tile) -> Cells:
    """First and last column and row of the cells whose change may be seen in the tile.

    What changed is widened by a cell's margin already; a tile of a lower zoom has a wider one of its own.
    """
    box, reach = tile.in_web_mercator(tile.box()), tile.in_web_mercator(tile.reach())
    west, south = min(reach.west + CELL_MARGIN_M, box.west), min(reach.south + CELL_MARGIN_M, box.south)
    east, north = max(reach.east - CELL_MARGIN_M, box.east), max(reach.north - CELL_MARGIN_M, box.north)
    return _cells(Box(west, south, east, north).widened(-TOUCH_M))


def _cells(box: Box) -> Cells:
    half = WEB_MERCATOR_HALF_M
    columns = floor((box.west + half) / CELL_M), floor((box.east + half) / CELL_M)
    rows = floor((half - box.north) / CELL_M), floor((half - box.south) / CELL_M)
    return columns[0], rows[0], columns[1], rows[1]


def _states_of(layers: Sequence[str]) -> list[State]:
    known = {layer: state for layer in layers if (state := _states.get(layer))}
    if missing := [layer for layer in layers if layer not in known]:
        marks = {layer: _states.mark(layer) for layer in missing}
        for layer, state in read(missing).items():
            _states.keep(layer, state, mark=marks[layer])
            known[layer] = state
    return [known[layer] for layer in layers]


def read(layers: Sequence[str]) -> dict[str, State]:
    """The layers' states by one query."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load("statements/tile_freshness"), {"layers": list(layers)})
        rows = cursor.fetchall()
    (seconds,) = (at for layer, _, _, _, at in rows if layer is None)
    states = {layer: State(seconds) for layer in layers}
    for layer, x, y, revision, at in rows:
        if layer is None:
            continue
        if revision is None:
            states[layer].turns.append(at)
        elif x is None:
            states[layer].whole = (revision, at)
        else:
            states[layer].cells[x, y] = (revision, at)
    for state in states.values():
        state.turns.sort()
    return states
