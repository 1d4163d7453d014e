"""What an editor sends: read strictly, so that nothing is stored that was not meant."""

import json
import math
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gis_platform.core.crs import CRS84, CRS_OFFERED, Crs, to_storage
from gis_platform.core.errors import CityError, InvalidInput
from layers.base.geometry import InvalidGeometry, from_geojson

GEOJSON = "application/geo+json"
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
# OWSLib names none at all; a body that does not say what it is is taken for what it has to be.
FEATURE_TYPES = (GEOJSON, JSON, "application/vnd.ogc.fg+json", "")
PATCH_TYPES = (MERGE_PATCH, *FEATURE_TYPES)
NESTING_MAX = 32  # brackets within brackets; a multipolygon has seven
# How GeoJSON of 2008 named the only system that today's allows.
CRS_NAMES = (CRS84.uri, "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84")
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[^\[\]{}"]+', re.DOTALL)


class UnreadableBody(InvalidInput):
    code = "unreadable-body"


class UnsupportedMediaType(CityError):
    code = "unsupported-media-type"
    status = 415


@dataclass(frozen=True, kw_only=True)
class Body:
    """A GeoJSON feature, whole or in part; `crs` is that of its coordinates."""

    members: dict[str, Any]
    crs: Crs

    @property
    def properties(self) -> dict[str, Any]:
        found = self.members.get("properties", {})
        if not isinstance(found, dict):
            raise UnreadableBody(_("The properties must be a JSON object."))
        return found

    @property
    def geometry(self) -> BaseGeometry:
        """As it is stored: two dimensions, EPSG:4326, longitude first; raises InvalidGeometry."""
        return self.stored(self.members.get("geometry"))

    def stored(self, geometry: Any) -> BaseGeometry:
        stored = to_storage(from_geojson(geometry), self.crs)
        if not all(map(math.isfinite, stored.bounds)) and not stored.is_empty:
            raise InvalidGeometry(_("The coordinates do not lie within their coordinate system."))
        return stored


def body_of(request: HttpRequest, types: tuple[str, ...]) -> Body:
    """Raises UnsupportedMediaType, UnreadableBody, or InvalidInput for a Content-Crs that is not offered."""
    if request.content_type not in types:
        accepted = ", ".join(filter(None, types))
        error = UnsupportedMediaType(_("Send one of: {types}.").format(types=accepted))
        error.headers = {"Accept-Patch" if MERGE_PATCH in types else "Accept-Post": accepted}
        raise error
    members = _object_of(request.body)
    if members.get("type", "Feature") != "Feature":
        raise UnreadableBody(_("The body must be one GeoJSON feature."))
    return Body(members=members, crs=_crs_of(request, members))


def _object_of(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8-sig")
        _require_flat(text)
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
        if "\\u" in text:  # half of a pair of escapes is no character, and no database stores it
            json.dumps(found, ensure_ascii=False).encode()
    except UnicodeError as error:
        raise UnreadableBody(_("The body is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableBody(_("The body is not JSON.")) from error
    if not isinstance(found, dict):
        raise UnreadableBody(_("The body must be one GeoJSON feature."))
    return found


def _require_flat(text: str) -> None:
    """Takes the innermost brackets away, level by level; refuses what has more levels than anything real."""
    brackets = BRACKETS.sub("", text)
    for _level in range(NESTING_MAX):
        brackets = brackets.replace("[]", "").replace("{}", "")
        if not brackets:
            return
    raise UnreadableBody(_("The body is nested too deeply, or its brackets do not match."))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableBody(_("“{name}” is there twice in one object.").format(name=twice[:60]))
    return members


def _no_constant(name: str) -> NoReturn:
    raise UnreadableBody(_("“{value}” is not a number of JSON.").format(value=name))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UnreadableBody(_("“{value}” is too large.").format(value=text[:60]))
    return number


def _crs_of(request: HttpRequest, members: dict[str, Any]) -> Crs:
    """Of the header Content-Crs, with its angle brackets or, as QGIS sends it, without."""
    uri = request.headers.get("Content-Crs", CRS84.uri).strip().removeprefix("<").removesuffix(">")
    if uri not in CRS_OFFERED:
        known = ", ".join(CRS_OFFERED)
        raise InvalidInput(_("Content-Crs must be one of: {known}.").format(known=known))
    named = members.get("crs")
    name = named.get("properties", {}) if isinstance(named, dict) else {}
    if named is not None and (not isinstance(name, dict) or name.get("name") not in CRS_NAMES):
        raise UnreadableBody(_("A feature names no CRS of its own; send the header Content-Crs."))
    return CRS_OFFERED[uri]
