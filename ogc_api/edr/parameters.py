"""The parameters of data queries, parsed strictly: places as Well Known Text, distances, names of what is observed."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy
import shapely
from django.http import QueryDict
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from gis_platform.core.crs import CRS84, CRS_OFFERED, Crs, to_storage
from ogc_api.parameters import Interval, InvalidParameter, interval

WKT_LENGTH_MAX = 60_000
VERTICES_MAX = 1000
POINTS_MAX = 20  # of a MULTIPOINT
WITHIN_KM_MAX = 500.0
METRES = {"km": 1000.0, "m": 1.0, "mi": 1609.344}
NAMES_OF_OWSLIB = "parameter_names"  # which it sends instead of parameter-name
COMMON = ("datetime", "parameter-name", NAMES_OF_OWSLIB, "crs", "z", "f", "lang", "limit")
POINTS = ("POINT", "MULTIPOINT")
POLYGONS = ("POLYGON", "MULTIPOLYGON")

# As people write them: CRS84, EPSG:3059. The addresses that name them officially are understood too.
CRS_NAMES: dict[str, Crs] = {"CRS84": CRS84} | {
    f"EPSG:{crs.srid}": crs for crs in CRS_OFFERED.values() if crs is not CRS84
}


@dataclass(frozen=True, kw_only=True)
class DataRequest:
    """What every data query says. No `names` means everything that is observed; both ends of the interval count.

    The stations have no heights, so `z` limits nothing (requirement z-response A), and pages there are none.
    """

    names: tuple[str, ...]
    interval: Interval
    crs: Crs


def data_request(query: QueryDict, known: Collection[str]) -> DataRequest:
    """`known` are the names of what is observed. Raises InvalidParameter."""
    names = tuple(name for name in query.get("parameter-name", query.get(NAMES_OF_OWSLIB, "")).split(",") if name)
    if unknown := sorted(set(names) - set(known)):
        raise InvalidParameter(
            _("Nothing called {names} is observed here; it can be: {known}.").format(
                names=", ".join(name[:40] for name in unknown[:5]), known=", ".join(sorted(known))
            )
        )
    return DataRequest(names=names, interval=interval(query.get("datetime", "")), crs=crs_of(query))


def crs_of(query: QueryDict) -> Crs:
    name = query.get("crs", "CRS84")
    found = CRS_NAMES.get(name) or CRS_OFFERED.get(name)
    if found is None:
        raise InvalidParameter(_("crs must be one of: {names}.").format(names=", ".join(CRS_NAMES)))
    return found


def coordinates(query: QueryDict, kinds: tuple[str, ...], crs: Crs) -> BaseGeometry:
    """The place of `coords` in EPSG:4326, longitude first; raises InvalidParameter."""
    text = query.get("coords", "").strip()
    if len(text) > WKT_LENGTH_MAX:
        raise InvalidParameter(_("coords is longer than {most} characters.").format(most=WKT_LENGTH_MAX))
    # The name of the type is looked at first, for collections may be nested without end.
    if not re.match(rf"(?:{'|'.join(kinds)})\s*(?:ZM?|M)?\s*\(", text, re.IGNORECASE | re.ASCII):
        raise InvalidParameter(
            _("coords must be Well Known Text: {kinds}, for example {example}.").format(
                kinds=", ".join(kinds), example="POINT(23.72 56.65)" if kinds == POINTS else "POLYGON((...))"
            )
        )
    try:
        with numpy.errstate(all="ignore"):  # a number beyond all bounds is refused below
            place = to_storage(shapely.force_2d(shapely.from_wkt(text)), crs)
    except (ShapelyError, ValueError) as error:
        raise InvalidParameter(_("coords is not Well Known Text that can be read.")) from error
    _check(place, kinds)
    return place


def distance_m(query: QueryDict) -> float:
    """What `within` and `within-units` say; raises InvalidParameter."""
    unit = query.get("within-units", "")
    if unit not in METRES:
        raise InvalidParameter(_("within-units must be one of: {names}.").format(names=", ".join(METRES)))
    try:
        metres = float(query.get("within", "")[:30]) * METRES[unit]
    except ValueError:
        metres = math.nan
    if not 0 < metres <= WITHIN_KM_MAX * 1000:
        raise InvalidParameter(
            _("within must be a distance above 0 and up to {most} km.").format(most=int(WITHIN_KM_MAX))
        )
    return metres


def _check(place: BaseGeometry, kinds: tuple[str, ...]) -> None:
    count = shapely.get_num_coordinates(place)
    most = POINTS_MAX if kinds == POINTS else VERTICES_MAX
    if count == 0 or place.is_empty:
        raise InvalidParameter(_("coords is empty."))
    if count > most:
        raise InvalidParameter(_("coords has {count} points; {most} may be sent.").format(count=count, most=most))
    west, south, east, north = place.bounds
    if not all(map(math.isfinite, place.bounds)) or west < -180 or east > 180 or south < -90 or north > 90:
        raise InvalidParameter(_("coords lies outside of its coordinate system."))
    if not place.is_valid:
        raise InvalidParameter(_("The area of coords crosses itself."))
