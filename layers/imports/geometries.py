"""A batch of geometries on its way in: fitted to the layer, repaired where that is safe, or refused with a reason."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from layers.base.geometry import DEGREES, MULTI, PARTS, VERTICES_MAX
from layers.catalog import LayerSpec
from layers.imports.readers.table import Geometries
from layers.imports.reprojection import within

REPAIR_CHANGE_MAX = 0.005  # of the area or length; more would be another shape than the one that was drawn
SINGLE = {single: multi for multi, single in MULTI.items()}
type Mask = NDArray[np.bool_]


@dataclass
class Checked:
    """Geometries as the layer stores them. By position: why one is refused, and what was done to one."""

    geometries: Geometries
    reasons: dict[int, str] = field(default_factory=dict)
    repaired: dict[int, str] = field(default_factory=dict)
    flattened: bool = False

    def refuse(self, mask: Mask, reason: str) -> None:
        for index in np.flatnonzero(mask):
            self.reasons.setdefault(int(index), reason)


def check(spec: LayerSpec, geometries: Geometries, *, allow_outside: bool) -> Checked:
    """Checks all at once, in EPSG:4326, where the first reason found is the one that is told."""
    checked = Checked(geometries, flattened=bool(shapely.has_z(geometries).any()))
    if checked.flattened:
        checked.geometries = shapely.force_2d(geometries)
    checked.refuse(shapely.is_missing(checked.geometries), _("The feature has no geometry."))
    checked.refuse(shapely.is_empty(checked.geometries), _("The geometry is empty."))
    checked.refuse(_not_finite(checked.geometries), _("The coordinates are not all finite numbers."))
    _check_positions(checked, spec, allow_outside=allow_outside)
    _repair(checked)
    _fit(checked, spec.geometry_type)
    counts = shapely.get_num_coordinates(checked.geometries)
    checked.refuse(
        counts > VERTICES_MAX, _("The geometry has more than {limit} vertices; simplify it.").format(limit=VERTICES_MAX)
    )
    return checked


def _not_finite(geometries: Geometries) -> Mask:
    coordinates, index = shapely.get_coordinates(geometries, return_index=True)
    mask = np.zeros(len(geometries), dtype=bool)
    mask[index[~np.isfinite(coordinates).all(axis=1)]] = True
    return mask


def _check_positions(checked: Checked, spec: LayerSpec, *, allow_outside: bool) -> None:
    bounds = shapely.bounds(checked.geometries)
    swapped = bounds[:, [1, 0, 3, 2]]
    city = settings.CITY
    missing = np.isnan(bounds).any(axis=1)
    # Nothing of a Baltic city lies where its coordinates lead when they are read the wrong way round.
    checked.refuse(
        within(swapped, city.bounds) & ~within(bounds, city.bounds),
        _("Longitude and latitude are swapped; write longitude first."),
    )
    checked.refuse(
        ~within(bounds, DEGREES) & ~missing,
        _("The coordinates are not longitude and latitude in degrees."),
    )
    if spec.inside_city and not allow_outside:
        checked.refuse(
            ~within(bounds, city.bounds) & ~missing,
            _("The position lies outside of {city} and its surroundings.").format(city=city.name),
        )


def _repair(checked: Checked) -> None:
    doubtful = ~shapely.is_valid(checked.geometries) & ~shapely.is_missing(checked.geometries)
    for index in map(int, np.flatnonzero(doubtful)):
        if index in checked.reasons:
            continue
        original = checked.geometries[index]
        reason = shapely.is_valid_reason(original)
        mended = _mended(original)
        if mended is None:
            checked.reasons[index] = _("The geometry is not valid and cannot be repaired safely: {reason}.").format(
                reason=reason
            )
        else:
            checked.geometries = checked.geometries.copy() if not checked.repaired else checked.geometries
            checked.geometries[index] = mended
            checked.repaired[index] = _("geometry repaired ({reason})").format(reason=reason)


def _mended(original: Any) -> Any:
    """A valid geometry of the same kind and nearly the same size; None where there is none."""
    mended = shapely.make_valid(original)
    family = _family(original)
    parts = [part for part in shapely.get_parts(mended) if _family(part) == family]
    if not parts:
        return None
    size = shapely.area if family == "Polygon" else shapely.length
    before, after = float(size(original)), float(sum(size(part) for part in parts))
    if before <= 0 or abs(after - before) > REPAIR_CHANGE_MAX * before:
        return None
    if original.geom_type == family and len(parts) == 1:
        return parts[0]
    return PARTS[SINGLE[family]](_flat(parts)) if family in SINGLE else None


def _flat(parts: list[Any]) -> list[Any]:
    return [single for part in parts for single in shapely.get_parts(part)]


def _family(geometry: Any) -> str:
    return str(MULTI.get(geometry.geom_type, geometry.geom_type))


def _fit(checked: Checked, wanted: str) -> None:
    """Singles become multis and lone multis singles where the layer wants it; other kinds are refused."""
    if wanted == "Geometry":
        return
    result = checked.geometries.copy()
    for index, geometry in enumerate(checked.geometries):
        if geometry is None or index in checked.reasons or geometry.geom_type == wanted:
            continue
        if geometry.geom_type == MULTI.get(wanted):
            result[index] = PARTS[wanted]([geometry])
        elif MULTI.get(geometry.geom_type) == wanted and shapely.get_num_geometries(geometry) == 1:
            result[index] = shapely.get_geometry(geometry, 0)
        else:
            checked.reasons[index] = _("The layer holds geometries of type {wanted}, this is a {given}.").format(
                wanted=wanted, given=geometry.geom_type
            )
    checked.geometries = result
