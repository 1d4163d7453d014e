"""What kind of file this is, by its content. Names are not trusted, and GDAL is never asked to guess."""

import re
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext as _

from layers.imports.errors import EmptyFile, UnknownFormat

HEAD_BYTES = 4096
OSM_XML = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<osm[\s>]", re.DOTALL)
FORBIDDEN_XML = (b"<!DOCTYPE", b"<!ENTITY", b"<OGRVRTDataSource")  # files that pull in others
GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
RECORD_SEPARATOR = b"\x1e"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Format(StrEnum):
    GEOJSON = "geojson"  # a collection, one feature, or a sequence of features
    GEOPACKAGE = "geopackage"
    SHAPEFILE = "shapefile"  # in a zip
    CSV = "csv"
    OSM_PBF = "osm-pbf"
    OSM_XML = "osm-xml"
    GTFS = "gtfs"
    ZIP = "zip"
    GZIP = "gzip"


def recognise(path: Path) -> Format:
    """The format of a file; raises EmptyFile or UnknownFormat. ZIP and GZIP say nothing yet about what is inside."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    text = head.removeprefix(BYTE_ORDER_MARK).lstrip()
    if not text:
        raise EmptyFile(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        return Format.ZIP
    if head.startswith(b"\x1f\x8b"):
        return Format.GZIP
    if head.startswith(b"SQLite format 3\x00") and head[68:72] in GEOPACKAGE_IDS:
        return Format.GEOPACKAGE
    if head[4:15] == b"\x0a\x09OSMHeader":
        return Format.OSM_PBF
    if OSM_XML.match(text) and not any(word in head for word in FORBIDDEN_XML):
        return Format.OSM_XML
    if text.startswith((b"{", RECORD_SEPARATOR)):
        return Format.GEOJSON
    if b"\x00" in head or text.startswith((b"<", b"[", b"%PDF", b"\x89PNG")) or not _is_table(text):
        raise UnknownFormat(
            _(
                "This is not a file that can be imported. Send a GeoPackage, GeoJSON, a Shapefile in a zip, a table"
                " (CSV) with coordinates, an OSM extract (.osm.pbf, .osm, .osm.gz) or GTFS in a zip."
            )
        )
    return Format.CSV


def _is_table(head: bytes) -> bool:
    header = head.splitlines()[0]
    return any(delimiter in header for delimiter in (b",", b";", b"\t", b"|")) or header.strip().lower() == b"wkt"
