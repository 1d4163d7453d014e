"""A layer as a file, its format known by the ending of its name."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput
from layers.catalog import LayerSpec
from layers.exports.streaming import csv_text, geojson, geojson_sequence
from layers.exports.vector import WRITERS

STREAMS: dict[str, Callable[[LayerSpec], Iterator[str]]] = {
    "geojson": geojson,
    "geojsonl": geojson_sequence,
    "geojsons": geojson_sequence,
    "csv": csv_text,
}
MEDIA_TYPES = {
    "geojson": "application/geo+json",
    "geojsonl": "application/geo+json-seq",
    "geojsons": "application/geo+json-seq",
    "csv": "text/csv; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
    "fgb": "application/flatgeobuf",
}


class UnknownExportFormat(InvalidInput):
    code = "unknown-export-format"


def export_layer(spec: LayerSpec, path: Path) -> None:
    """Writes what is published of the layer; the file appears under its name once it is whole.

    Raises UnknownExportFormat.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in MEDIA_TYPES:
        raise UnknownExportFormat(
            _("“{ending}” is no format to export to; give the file one of these endings: {known}.").format(
                ending=ending, known=", ".join(MEDIA_TYPES)
            )
        )
    unfinished = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        if write := WRITERS.get(ending):
            write(spec, unfinished)
        else:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                file.writelines(STREAMS[ending](spec))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
