"""Finds out which coordinate system a file is in, refuses what cannot be, and brings geometries to EPSG:4326."""

import re
from collections.abc import Callable

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError as UnknownCrs

from gis_platform.core.crs import WGS84
from layers.base.geometry import DEGREES
from layers.imports.errors import CrsUnknown, CrsWrong
from layers.imports.readers.table import Geometries

type Coordinates = NDArray[np.float64]
type Reproject = Callable[[Geometries], Geometries]

AREA_MARGIN = 0.25  # degrees around a system's area of use; twice that, and swapped coordinates fit in Latvia's
NAMED = re.compile(r"(?:EPSG:)?(\d{4,6})", re.IGNORECASE)


def named_crs(text: str) -> CRS | None:
    """The system that a person named, as in EPSG:3059; None for an empty text. Raises CrsUnknown."""
    if not text:
        return None
    match = NAMED.fullmatch(text.strip())
    try:
        if match:
            return CRS.from_epsg(int(match.group(1)))
    except UnknownCrs:
        pass
    raise CrsUnknown(_("“{text}” is no coordinate system; write for example EPSG:3059.").format(text=text[:40]))


def reprojection(crs: CRS | None, sample: Geometries) -> Reproject:
    """How this file's geometries become EPSG:4326. `sample` shows whether its coordinates fit what it says.

    Raises CrsUnknown when a file without a system is not in degrees, CrsWrong when most of the sample cannot be in the
    system that it names.
    """
    bounds = _bounds(sample)
    if crs is None:
        if _share_within(bounds, DEGREES) < 0.5:
            raise CrsUnknown(
                _(
                    "The file does not name its coordinate system and its coordinates are not degrees. Say which it is,"
                    " for example --crs EPSG:3059 (Latvia) or --crs EPSG:3346 (Lithuania)."
                )
            )
        return _unchanged
    flat = crs.to_2d()
    if flat.is_geographic and flat.to_epsg() in (WGS84, None) and _share_within(bounds, DEGREES) < 0.5:
        raise CrsWrong(
            _(
                "The file says that it is in longitude and latitude, but its coordinates are not degrees. Export it"
                " again, or say which system it is in, for example --crs EPSG:3059."
            )
        )
    if flat.is_geographic and flat.to_epsg() in (WGS84, None):
        return _unchanged
    transformer = Transformer.from_crs(flat, WGS84, always_xy=True)

    def moved(xy: Coordinates) -> Coordinates:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    def transformed(geometries: Geometries) -> Geometries:
        result: Geometries = shapely.transform(geometries, moved)
        return result

    _require_fit(flat, sample, transformed)
    return transformed


def _require_fit(crs: CRS, sample: Geometries, transformed: Reproject) -> None:
    area = crs.area_of_use
    if area is None or area.west > area.east:
        return
    box = (area.west - AREA_MARGIN, area.south - AREA_MARGIN, area.east + AREA_MARGIN, area.north + AREA_MARGIN)
    if _share_within(_bounds(transformed(sample)), box) >= 0.5:
        return
    swapped = transformed(shapely.transform(sample, _swapped))
    if _share_within(_bounds(swapped), box) >= 0.5:
        raise CrsWrong(_("The coordinates are swapped: in {crs}, easting comes first.").format(crs=crs.name))
    raise CrsWrong(
        _("The coordinates do not lie where {crs} is used. Say which system the file is in with --crs.").format(
            crs=crs.name
        )
    )


def _swapped(xy: Coordinates) -> Coordinates:
    return xy[:, ::-1]


def _unchanged(geometries: Geometries) -> Geometries:
    return geometries


def _bounds(geometries: Geometries) -> NDArray[np.float64]:
    bounds: NDArray[np.float64] = shapely.bounds(geometries)
    return bounds[~np.isnan(bounds).all(axis=1)]


def _share_within(bounds: NDArray[np.float64], box: tuple[float, float, float, float]) -> float:
    if not len(bounds):
        return 1.0
    return float(np.mean(within(bounds, box)))


def within(bounds: NDArray[np.float64], box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Which boxes (rows of west, south, east, north) lie inside `box`, edges included; never one with NaN."""
    west, south, east, north = bounds.T
    inside: NDArray[np.bool_] = (west >= box[0]) & (south >= box[1]) & (east <= box[2]) & (north <= box[3])
    return inside
