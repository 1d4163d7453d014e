"""A table with coordinates, as offices export it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, islice
from pathlib import Path

import numpy as np
import shapely
from django.utils.translation import gettext as _

from layers.imports.errors import EmptyFile, NoCoordinates, TooManyFeatures
from layers.imports.limits import limits
from layers.imports.readers.guessing import OF_TABLE_TEXT, TypeGuess
from layers.imports.readers.table import Attribute, Batch, Geometries, Table
from layers.imports.readers.text_table import delimiter_of, encoding_of, header, rows

PAIRS = (
    ("lon", "lat"),
    ("longitude", "latitude"),
    ("lng", "lat"),
    ("long", "lat"),
    ("lng", "ltd"),
    ("stop_lon", "stop_lat"),
    ("ilguma", "platuma"),
    ("x", "y"),
    ("easting", "northing"),
    ("x_coord", "y_coord"),
    ("coord_x", "coord_y"),
)
WKT_NAMES = ("wkt", "geom_wkt", "wkt_geom", "geometry_wkt", "geometry", "geom", "the_geom")
SCAN_ROWS = 20_000


@dataclass(frozen=True)
class _Layout:
    """Where the coordinates stand: two columns, or one with WKT."""

    names: list[str]
    geometry: tuple[int, ...]

    @property
    def attributes(self) -> list[tuple[int, str]]:
        return [(index, name) for index, name in enumerate(self.names) if index not in self.geometry]


def csv_table(path: Path, *, encoding: str) -> Table:
    """The table of a CSV file. Without a coordinate system of its own; the columns of coordinates are its geometry."""
    encoding = encoding_of(path, wanted=encoding)
    delimiter = delimiter_of(path, encoding=encoding)
    layout = _layout(header(path, encoding=encoding, delimiter=delimiter))
    guesses = {name: TypeGuess(OF_TABLE_TEXT) for _index, name in layout.attributes}
    count, kinds = 0, set()
    for batch in _batches(path, encoding, delimiter, layout, SCAN_ROWS):
        count += len(batch.rows)
        if count > limits().features_max:
            raise TooManyFeatures(
                _("The file holds more than {limit} features; split it.").format(limit=limits().features_max)
            )
        kinds |= {geometry.geom_type for geometry in batch.geometries if geometry is not None}
        for name, guess in guesses.items():
            guess.see(set(batch.values[name]))
    if not count:
        raise EmptyFile(_("The table has a header and no rows."))
    return Table(
        name=path.stem,
        attributes=tuple(Attribute(name, guess.type) for name, guess in guesses.items()),
        geometry_types=frozenset(kinds),
        count=count,
        size_bytes=path.stat().st_size,
        crs=None,
        read=lambda size: _batches(path, encoding, delimiter, layout, size),
        notices=[] if encoding == "utf-8-sig" else [_("The text was read as {encoding}.").format(encoding=encoding)],
    )


def number(text: str) -> float:
    """A number with a point or a comma; raises ValueError.

    >>> number("23,7344")
    23.7344
    """
    return float(text.strip().replace(",", ".").replace("\N{NO-BREAK SPACE}", ""))


def _layout(names: list[str]) -> _Layout:
    lower = [name.lower() for name in names]
    for x, y in PAIRS:
        if x in lower and y in lower:
            return _Layout(names, (lower.index(x), lower.index(y)))
    for wkt in WKT_NAMES:
        if wkt in lower:
            return _Layout(names, (lower.index(wkt),))
    raise NoCoordinates(
        _("The table has no coordinates. Call its columns lon and lat (or x and y), or give the geometry as WKT.")
    )


def _batches(path: Path, encoding: str, delimiter: str, layout: _Layout, size: int) -> Iterator[Batch]:
    lines = enumerate(islice(rows(path, encoding=encoding, delimiter=delimiter), 1, None), start=1)
    for chunk in batched(lines, size):
        yield _batch([row for row, _cells in chunk], [cells for _row, cells in chunk], layout)


def _batch(numbers: list[int], lines: list[list[str]], layout: _Layout) -> Batch:
    width = len(layout.names)
    faults = {
        index: _("The row has {found} cells and the header {wanted}.").format(found=len(cells), wanted=width)
        for index, cells in enumerate(lines)
        if len(cells) > width
    }
    columns = list(zip(*((cells + [""] * (width - len(cells)))[:width] for cells in lines), strict=True))
    places = [columns[index] for index in layout.geometry]
    return Batch(
        rows=numbers,
        geometries=_wkt(places[0], faults) if len(places) == 1 else _points(places[0], places[1], faults),
        ids=[None] * len(lines),
        values={name: [cell or None for cell in columns[index]] for index, name in layout.attributes},
        faults=faults,
    )


def _points(x: Sequence[str], y: Sequence[str], faults: dict[int, str]) -> Geometries:
    xy = np.full((len(x), 2), np.nan)
    present = []
    for index, (first, second) in enumerate(zip(x, y, strict=True)):
        if not first.strip() and not second.strip():
            continue
        try:
            xy[index] = number(first), number(second)
            present.append(index)
        except ValueError:
            faults.setdefault(
                index, _("The coordinates “{x}”, “{y}” are not numbers.").format(x=first[:40], y=second[:40])
            )
    result: Geometries = np.full(len(x), None, dtype=object)
    if present:
        result[present] = shapely.points(xy[present])
    return result


def _wkt(texts: Sequence[str], faults: dict[int, str]) -> Geometries:
    geometries = shapely.from_wkt([text.strip() or None for text in texts], on_invalid="ignore")
    for index in map(int, np.flatnonzero(shapely.is_missing(geometries))):
        if texts[index].strip():
            faults.setdefault(index, _("The geometry cannot be read."))
    return np.asarray(geometries, dtype=object)
