"""The grids that tiles are cut by (OGC Two Dimensional Tile Matrix Set 2.0): WebMercatorQuad and a national grid.

The national grids are ours: metres on the ground, resolutions that are powers of two, one square tile over the whole
country at the top. They are for whoever works on the national grid and must not resample.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gis_platform.core.crs import WEB_MERCATOR, WGS84, transformer
from gis_platform.core.errors import NotFound

PIXELS = 256  # of a tile's side, by which a cell's size is reckoned
PIXEL_M = 0.00028  # OGC's standardised rendering pixel
WEB_MERCATOR_HALF_M = 20_037_508.3427892
BUFFER = 128 / 4096  # of a tile's side: how far beyond its edge a tile reaches, for lines and labels to meet


class UnknownTileMatrixSet(NotFound):
    code = "unknown-tile-matrix-set"
    title = gettext_lazy("There is no such tile matrix set")


class TileOutOfRange(NotFound):
    code = "tile-out-of-range"


class Box(NamedTuple):
    """Easting before northing, whatever the order of the CRS's axes."""

    west: float
    south: float
    east: float
    north: float

    def widened(self, by: float) -> "Box":
        return Box(self.west - by, self.south - by, self.east + by, self.north + by)


@dataclass(frozen=True, kw_only=True)
class TileMatrixSet:
    """A quad tree of square tiles from one corner, `west` and `north`, halved from one matrix to the next.

    `northing_first` is the order of the CRS's own axes, in which the document writes coordinates. `zoom_of_first` is
    the zoom of WebMercatorQuad that shows about as much as matrix 0, so that styles' zooms mean the same everywhere.
    """

    id: str
    title: str | Promise
    srid: int
    uri: str
    west: float
    north: float
    cell_m: float  # of matrix 0
    last: int
    axes: tuple[str, str]
    northing_first: bool
    zoom_of_first: int
    well_known_scale_set: str = ""

    @property
    def crs(self) -> str:
        return f"http://www.opengis.net/def/crs/EPSG/0/{self.srid}"

    @property
    def side(self) -> float:
        return self.cell_m * PIXELS

    def tile(self, matrix: int, row: int, column: int) -> "Tile":
        """Raises TileOutOfRange."""
        if not (0 <= matrix <= self.last and 0 <= row < 2**matrix and 0 <= column < 2**matrix):
            raise TileOutOfRange(_("There is no such tile in {grid}.").format(grid=self.id))
        return Tile(self, matrix, row, column)

    def zoom(self, matrix: int) -> int:
        return matrix + self.zoom_of_first

    def matrix(self, zoom: int) -> int:
        return max(zoom - self.zoom_of_first, 0)

    def ordered(self, east: float, north: float) -> list[float]:
        return [north, east] if self.northing_first else [east, north]


class Tile(NamedTuple):
    """One tile of a set; its boxes are in the set's own CRS unless they say otherwise."""

    grid: TileMatrixSet
    matrix: int
    row: int
    column: int

    @property
    def side(self) -> float:
        return self.grid.side / float(2**self.matrix)

    @property
    def zoom(self) -> int:
        return self.grid.zoom(self.matrix)

    def box(self) -> Box:
        west, north = self.grid.west + self.column * self.side, self.grid.north - self.row * self.side
        return Box(west, north - self.side, west + self.side, north)

    def reach(self) -> Box:
        return self.box().widened(self.side * BUFFER)

    def in_web_mercator(self, box: Box) -> Box:
        """The upright box that holds the given one."""
        return box if self.grid.srid == WEB_MERCATOR else _transformed(self.grid.srid, WEB_MERCATOR, box)

    def in_degrees(self, box: Box) -> Box:
        return _transformed(self.grid.srid, WGS84, box)


WEB_MERCATOR_QUAD = TileMatrixSet(
    id="WebMercatorQuad",
    title="Google Maps Compatible for the World",
    srid=WEB_MERCATOR,
    uri="http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
    west=-WEB_MERCATOR_HALF_M,
    north=WEB_MERCATOR_HALF_M,
    cell_m=WEB_MERCATOR_HALF_M * 2 / PIXELS,
    last=22,
    axes=("X", "Y"),
    northing_first=False,
    zoom_of_first=0,
    well_known_scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
)

# Cells of 2,048 m down to 0.25 m; the corners are round and leave the country well inside the first tile. At 56 degrees
# north a pixel of WebMercatorQuad's zoom 5 is 2,700 m on the ground, of zoom 6 1,350 m.
_NATIONAL: dict[int, TileMatrixSet] = {
    grid.srid: grid
    for grid in (
        TileMatrixSet(
            id="LatviaTM",
            title=gettext_lazy("National grid of Latvia (LKS-92 / Latvia TM), cells of 2,048 m to 0.25 m"),
            srid=3059,
            uri="",
            west=280_000.0,
            north=600_000.0,
            cell_m=2048.0,
            last=13,
            axes=("X", "Y"),
            northing_first=True,
            zoom_of_first=5,
        ),
        TileMatrixSet(
            id="LithuaniaTM",
            title=gettext_lazy("National grid of Lithuania (LKS94 / Lithuania TM), cells of 2,048 m to 0.25 m"),
            srid=3346,
            uri="",
            west=260_000.0,
            north=6_400_000.0,
            cell_m=2048.0,
            last=13,
            axes=("X", "Y"),
            northing_first=True,
            zoom_of_first=5,
        ),
    )
}


def matrix_sets() -> tuple[TileMatrixSet, ...]:
    """Those that every layer is served in."""
    return (WEB_MERCATOR_QUAD, _NATIONAL[settings.CITY.metric_srid])


def matrix_set(name: str) -> TileMatrixSet:
    """Raises UnknownTileMatrixSet."""
    for grid in matrix_sets():
        if grid.id == name:
            return grid
    known = ", ".join(grid.id for grid in matrix_sets())
    raise UnknownTileMatrixSet(_("Tiles are cut by one of: {known}.").format(known=known))


def document(grid: TileMatrixSet, *, uri: str) -> dict[str, Any]:
    """The set as OGC 17-083r4 writes it down."""
    return {
        "id": grid.id,
        "title": str(grid.title),
        "uri": uri,
        "crs": grid.crs,
        "orderedAxes": list(grid.axes),
        **({"wellKnownScaleSet": grid.well_known_scale_set} if grid.well_known_scale_set else {}),
        "boundingBox": {
            "crs": grid.crs,
            "orderedAxes": list(grid.axes),
            "lowerLeft": grid.ordered(grid.west, grid.north - grid.side),
            "upperRight": grid.ordered(grid.west + grid.side, grid.north),
        },
        "tileMatrices": [_matrix(grid, matrix) for matrix in range(grid.last + 1)],
    }


def limits(grid: TileMatrixSet, matrices: Sequence[int]) -> list[dict[str, Any]]:
    """Every tile of a matrix is answered; where nothing is, with an empty one."""
    return [
        {
            "tileMatrix": str(matrix),
            "minTileRow": 0,
            "maxTileRow": 2**matrix - 1,
            "minTileCol": 0,
            "maxTileCol": 2**matrix - 1,
        }
        for matrix in matrices
    ]


def _matrix(grid: TileMatrixSet, matrix: int) -> dict[str, Any]:
    cell = grid.cell_m / 2**matrix
    return {
        "id": str(matrix),
        "scaleDenominator": cell / PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": grid.ordered(grid.west, grid.north),
        "tileWidth": PIXELS,
        "tileHeight": PIXELS,
        "matrixWidth": 2**matrix,
        "matrixHeight": 2**matrix,
    }


@lru_cache(maxsize=4096)
def _transformed(from_srid: int, to_srid: int, box: Box) -> Box:
    return Box(*transformer(from_srid=from_srid, to_srid=to_srid).transform_bounds(*box, densify_pts=21))
