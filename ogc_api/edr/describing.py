"""The collection of observations as EDR describes one (19-086r6, clause 8): what can be asked, and how."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyproj import CRS

from gis_platform.core.crs import CRS84
from ogc_api.edr.coverage import parameter
from ogc_api.edr.geojson import property_name
from ogc_api.edr.parameters import CRS_NAMES, METRES
from ogc_api.edr.stations import NEAREST_M, Stream
from ogc_api.links import link
from ogc_api.records.record import utc

COLLECTION = "observations"
PATH = f"/edr/collections/{COLLECTION}"
FORMATS = ("CoverageJSON", "CSV", "GeoJSON")
COVERAGE_JSON = "application/prs.coverage+json"
GEOJSON = "application/geo+json"
QUERIES = ("position", "radius", "area", "cube", "locations")
DESCRIPTIONS = {
    "position": gettext_lazy("What was observed near a position"),
    "radius": gettext_lazy("What was observed within a distance"),
    "area": gettext_lazy("What was observed in an area"),
    "cube": gettext_lazy("What was observed in a box"),
    "locations": gettext_lazy("Where is observed, and what was observed there"),
}
EXAMPLES = {"position": "POINT(23.72 56.65)", "radius": "POINT(23.72 56.65)", "area": "POLYGON((x y,...,x y))"}


def collection(streams: Sequence[Stream], *, base: str) -> dict[str, Any]:
    """`streams` are all that there are; `base` is the address of the window."""
    here = f"{base}{PATH}"
    return {
        "id": COLLECTION,
        "title": _("Observations of the sensors"),
        "description": _(
            "Weather, air, water, noise and traffic as the city’s sensors observe them. For a position the nearest"
            " station of each property answers, if one is within {distance} km."
        ).format(distance=NEAREST_M // 1000),
        "keywords": sorted({property_name(stream) for stream in streams}),
        "extent": _extent(streams),
        "crs": list(CRS_NAMES),
        "output_formats": list(FORMATS),
        "within_units": list(METRES),
        "parameter_names": _parameter_names(streams),
        "data_queries": {name: {"link": _query_link(here, name)} for name in QUERIES},
        "links": [
            link(f"{here}?f=json", rel="self", media_type="application/json"),
            link(f"{here}?f=html", rel="alternate", media_type="text/html"),
            *(link(f"{here}/{name}", rel="data", media_type=_type_of(name), title=name) for name in QUERIES),
            link(f"{here}/locations?f=html", rel="related", media_type="text/html", title=_("Stations")),
            link(f"{base}/collections/sensors", rel="related", media_type="application/json", title=_("Sensors")),
            link("https://creativecommons.org/licenses/by/4.0/", rel="license", media_type="text/html"),
        ],
    }


def _extent(streams: Sequence[Stream]) -> dict[str, Any]:
    west, south, east, north = settings.CITY.bounds
    if streams:
        west, east = min(stream.lon for stream in streams), max(stream.lon for stream in streams)
        south, north = min(stream.lat for stream in streams), max(stream.lat for stream in streams)
    starts = min((stream.first_at for stream in streams if stream.first_at), default=None)
    ends = max((stream.last_at for stream in streams if stream.last_at), default=None)
    return {
        "spatial": {"bbox": [[west, south, east, north]], "crs": CRS84.uri},
        "temporal": {
            "interval": [[utc(starts), utc(ends)]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        },
    }


def _parameter_names(streams: Sequence[Stream]) -> dict[str, Any]:
    by_name = {stream.observes: stream for stream in streams}
    return {
        name: {"id": name, "dataType": "float"} | parameter(stream, label=property_name(stream))
        for name, stream in sorted(by_name.items())
    }


def _query_link(here: str, name: str) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "title": name,
        "description": str(DESCRIPTIONS[name]),
        "query_type": name,
        "output_formats": list(FORMATS),
        "default_output_format": "GeoJSON" if name == "locations" else FORMATS[0],
        "crs_details": crs_details(),
    }
    if name in EXAMPLES:
        variables["coords"] = EXAMPLES[name]
    if name == "radius":
        variables["within_units"] = list(METRES)
    if name == "cube":
        variables["height_units"] = ["m"]  # demanded; the stations have no heights
    if name == "locations":
        variables["multiple_locations"] = True
    return {**link(f"{here}/{name}", rel="data", media_type=_type_of(name)), "templated": False, "variables": variables}


@cache
def crs_details() -> list[dict[str, str]]:
    return [
        {"crs": name, "wkt": CRS.from_user_input("OGC:CRS84" if known is CRS84 else known.srid).to_wkt()}
        for name, known in CRS_NAMES.items()
    ]


def _type_of(query: str) -> str:
    return GEOJSON if query == "locations" else COVERAGE_JSON
