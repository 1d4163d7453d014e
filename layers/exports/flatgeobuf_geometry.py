"""Geometry of FlatGeobuf out of WKB, whose coordinates it takes over byte for byte."""

import struct
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from math import isnan

from layers.exports import flatbuffer
from layers.exports.flatbuffer import Part


class Kind(IntEnum):
    """The same numbers in both; 0 in a file's header says that each feature has its own."""

    GEOMETRY = 0
    POINT = 1
    LINESTRING = 2
    POLYGON = 3
    MULTIPOINT = 4
    MULTILINESTRING = 5
    MULTIPOLYGON = 6
    GEOMETRYCOLLECTION = 7


HEAD = 5  # bytes of byte order and kind
POSITION = 16  # two doubles

type Read = tuple[Part | None, int]  # the geometry, None for an empty one, and where it ends

_number = struct.Struct("<I").unpack_from
_easting = struct.Struct("<d").unpack_from


def encoded(wkb: bytes) -> Part | None:
    """Of little-endian WKB in two dimensions; None for what is empty."""
    return _geometry(wkb, 0)[0]


def _geometry(wkb: bytes, at: int) -> Read:
    (kind,) = _number(wkb, at + 1)
    return READERS[kind](wkb, at + HEAD)


def _point(wkb: bytes, at: int) -> Read:
    end = at + POSITION
    empty = isnan(_easting(wkb, at)[0])
    return None if empty else _table(Kind.POINT, wkb[at:end]), end


def _line(wkb: bytes, at: int) -> Read:
    (count,) = _number(wkb, at)
    end = at + 4 + POSITION * count
    return _table(Kind.LINESTRING, wkb[at + 4 : end]) if count else None, end


def _points(wkb: bytes, at: int) -> Read:
    (count,) = _number(wkb, at)
    end = at + 4 + (HEAD + POSITION) * count
    starts = range(at + 4 + HEAD, end, HEAD + POSITION)
    xy = b"".join(wkb[start : start + POSITION] for start in starts if not isnan(_easting(wkb, start)[0]))
    return _table(Kind.MULTIPOINT, xy) if xy else None, end


def _runs(kind: Kind, head: int, wkb: bytes, at: int) -> Read:
    """Rings, or lines with a head each: their positions one after the other, and where each of them ends."""
    (runs,) = _number(wkb, at)
    at += 4
    found, ends, total = [], [], 0
    for _ in range(runs):
        (count,) = _number(wkb, at + head)
        start = at + head + 4
        at = start + POSITION * count
        if count:
            total += count
            found.append(wkb[start:at])
            ends.append(total)
    return _table(kind, b"".join(found), ends) if found else None, at


def _members(kind: Kind, wkb: bytes, at: int) -> Read:
    (members,) = _number(wkb, at)
    at += 4
    found = []
    for _ in range(members):
        member, at = _geometry(wkb, at)
        if member:
            found.append(member)
    gathered = flatbuffer.table(*(None,) * 6, kind, flatbuffer.parts(found)) if found else None
    return gathered, at


def _table(kind: Kind, xy: bytes, ends: list[int] | None = None) -> Part:
    return flatbuffer.table(
        flatbuffer.numbers(ends) if ends else None,
        flatbuffer.doubles(xy),
        *(None,) * 4,  # of two dimensions, without measures or times
        kind,
    )


READERS: dict[int, Callable[[bytes, int], Read]] = {
    Kind.POINT: _point,
    Kind.LINESTRING: _line,
    Kind.POLYGON: partial(_runs, Kind.POLYGON, 0),
    Kind.MULTIPOINT: _points,
    Kind.MULTILINESTRING: partial(_runs, Kind.MULTILINESTRING, HEAD),
    Kind.MULTIPOLYGON: partial(_members, Kind.MULTIPOLYGON),
    Kind.GEOMETRYCOLLECTION: partial(_members, Kind.GEOMETRYCOLLECTION),
}
