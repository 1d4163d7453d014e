"""GeoJSON and GeoJSON sequences as a table."""

import json
import re
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from pyproj import CRS

from layers.imports.errors import CrsUnknown, EmptyFile, TooManyAttributes, TooManyFeatures
from layers.imports.limits import limits
from layers.imports.readers.guessing import OF_JSON_TEXT, TypeGuess
from layers.imports.readers.json_stream import FeatureStream
from layers.imports.readers.table import Attribute, Batch, Geometries, Table

# The old "crs" member, in the spellings that programs write. Nothing else is given to PROJ.
CRS84 = re.compile(r"(urn:ogc:def:crs:OGC:[\d.]*:CRS84h?|OGC:CRS84|CRS84)", re.IGNORECASE)
DEGREE_OR_METRE_MAX = 10**9  # JSON has whole numbers that no float can hold
EPSG = re.compile(
    r"(?:urn:(?:ogc|x-ogc):def:crs:EPSG:[\d.]*:|https?://www\.opengis\.net/def/crs/EPSG/0/|EPSG:)(\d{4,6})"
)


def geojson(path: Path, *, encoding: str) -> Table:
    """The table of a GeoJSON file; read once here for its attributes and types, and again for each `read`."""
    stream, guesses, kinds, count, has_ids = _scan(path, encoding)
    if not count:
        raise EmptyFile(_("The file holds no features."))
    return Table(
        name=path.stem,
        attributes=tuple(Attribute(name, guess.type) for name, guess in guesses.items()),
        geometry_types=frozenset(kinds),
        count=count,
        size_bytes=path.stat().st_size,
        crs=_crs(stream.members.get("crs")),
        read=lambda size: _batches(path, encoding, list(guesses), size),
        id_name="id" if has_ids else "",
    )


def _scan(path: Path, encoding: str) -> tuple[FeatureStream, dict[str, TypeGuess], set[str], int, bool]:
    guesses: dict[str, TypeGuess] = {}
    kinds: set[str] = set()
    count, has_ids, allowed = 0, False, limits()
    with path.open(encoding=encoding or "utf-8-sig") as file:
        stream = FeatureStream(file)
        for feature in stream.features():
            count += 1
            if count > allowed.features_max:
                raise TooManyFeatures(
                    _("The file holds more than {limit} features; split it.").format(limit=allowed.features_max)
                )
            if not isinstance(feature, dict):
                continue
            has_ids = has_ids or feature.get("id") not in (None, "")
            if isinstance(geometry := feature.get("geometry"), dict):
                kinds.add(str(geometry.get("type")))
            for name, value in _properties(feature).items():
                if name not in guesses:
                    guesses[name] = TypeGuess(OF_JSON_TEXT)
                guesses[name].see((value,))
            if len(guesses) > allowed.attributes_max:
                raise TooManyAttributes(
                    _("The features have more than {limit} attributes.").format(limit=allowed.attributes_max)
                )
    return stream, guesses, kinds, count, has_ids


def _batches(path: Path, encoding: str, names: list[str], size: int) -> Iterator[Batch]:
    with path.open(encoding=encoding or "utf-8-sig") as file:
        numbered = enumerate(FeatureStream(file).features(), start=1)
        for chunk in batched(numbered, size):
            rows = [row for row, _feature in chunk]
            features = [feature for _row, feature in chunk]
            yield _batch(rows, features, names)


def _batch(rows: list[int], features: list[Any], names: list[str]) -> Batch:
    faults = {i: _("This is not a GeoJSON feature.") for i, f in enumerate(features) if not isinstance(f, dict)}
    known = [feature if isinstance(feature, dict) else {} for feature in features]
    properties = [_properties(feature) for feature in known]
    geometries = from_geojson([feature.get("geometry") for feature in known], faults)
    return Batch(
        rows=rows,
        geometries=geometries,
        ids=[_id(feature) for feature in known],
        values={name: [values.get(name) for values in properties] for name in names},
        faults=faults,
    )


def from_geojson(geometries: list[Any], faults: dict[int, str]) -> Geometries:
    """Shapely geometries from GeoJSON's, None where there is none or where `faults` says why it cannot be read."""
    result: Geometries = np.full(len(geometries), None, dtype=object)
    points: list[int] = []
    xy: list[tuple[float, float]] = []
    others: list[int] = []
    for index, geometry in enumerate(geometries):
        if geometry is None:
            continue
        position = _position(geometry)
        if position is None:
            others.append(index)
        else:
            points.append(index)
            xy.append(position)
    if points:
        result[points] = shapely.points(np.array(xy, dtype=float))
    if others:
        texts = [json.dumps(geometries[index]) for index in others]
        result[others] = shapely.from_geojson(texts, on_invalid="ignore")
    for index in others:
        if result[index] is None and index not in faults:
            faults[index] = _("The geometry cannot be read.")
    return result


def _position(geometry: Any) -> tuple[float, float] | None:
    """A point's coordinates, read without GEOS, because most files are all points."""
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    match geometry.get("coordinates"):
        case [float() as x, float() as y]:
            return x, y
        case [float() | int() as x, float() | int() as y] if abs(x) < DEGREE_OR_METRE_MAX > abs(y):
            return float(x), float(y)
    return None


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _id(feature: dict[str, Any]) -> str | None:
    identifier = feature.get("id")
    return str(identifier) if isinstance(identifier, str | int | float) and identifier != "" else None


def _crs(member: Any) -> CRS:
    if member is None:
        return CRS.from_epsg(4326)
    name = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    if isinstance(name, str) and CRS84.fullmatch(name):
        return CRS.from_epsg(4326)
    if isinstance(name, str) and (match := EPSG.fullmatch(name)):
        return CRS.from_epsg(int(match.group(1)))
    raise CrsUnknown(
        _("The file names a coordinate system that is not known here. Say which it is with --crs EPSG:3059 or another.")
    )
