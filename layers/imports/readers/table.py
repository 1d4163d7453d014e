"""What every reader gives back: a table of features, read in batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from layers.catalog import PropertyType

type Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of the file, under its own name."""

    name: str
    type: PropertyType


@dataclass(kw_only=True, slots=True)
class Batch:
    """Some rows of a table. All sequences are as long as `rows`; values are as JSON has them, None for nothing.

    `faults` says, by position in the batch, why a row could not be read at all.
    """

    rows: Sequence[int]  # numbers in the file, from 1
    geometries: Geometries  # shapely's, None where there is none
    ids: Sequence[str | None]
    values: dict[str, Sequence[Any]]
    faults: dict[int, str] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Table:
    """One table of a file. `read(n)` gives its batches of at most n rows, in the file's order, as often as asked."""

    name: str
    attributes: tuple[Attribute, ...]
    geometry_types: frozenset[str]
    count: int
    crs: CRS | None
    size_bytes: int  # of the file that it is in
    read: Callable[[int], Iterator[Batch]]
    id_name: str = ""  # what the file calls the identifiers in `Batch.ids`; empty when it has none
    notices: list[str] = field(default_factory=list)
    elsewhere: int = 0  # rows that another layer takes, known once all is read
    unmapped: int = 0  # rows that no layer takes

    def attribute(self, name: str) -> Attribute | None:
        return next((a for a in self.attributes if a.name == name), None)
