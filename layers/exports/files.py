"""The formats that a layer can be had in as a file, and how each is written."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput
from layers.catalog import LayerSpec
from layers.exports.geoparquet import geoparquet
from layers.exports.selections import Selection, whole_layer
from layers.exports.streaming import csv_text, geojson, geojson_sequence
from layers.exports.vector import flatgeobuf, geopackage

type Stream = Callable[[Selection], Iterator[str]] | Callable[[Selection], Iterator[bytes]]


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """`stream` gives the file in pieces as it is read; `write` needs a path, because the end of the file changes its
    beginning. Each format has one of the two."""

    ending: str
    title: str
    media_type: str
    stream: Stream | None = None
    write: Callable[[Selection, Path], None] | None = None


GEOJSON = FileFormat(ending="geojson", title="GeoJSON", media_type="application/geo+json", stream=geojson)
SEQUENCE = FileFormat(
    ending="geojsonl", title="GeoJSON-Seq", media_type="application/geo+json-seq", stream=geojson_sequence
)
CSV = FileFormat(ending="csv", title="CSV", media_type="text/csv; charset=utf-8", stream=csv_text)
GEOPACKAGE = FileFormat(
    ending="gpkg", title="GeoPackage", media_type="application/geopackage+sqlite3", write=geopackage
)
FLATGEOBUF = FileFormat(ending="fgb", title="FlatGeobuf", media_type="application/flatgeobuf", stream=flatgeobuf)
GEOPARQUET = FileFormat(
    ending="parquet", title="GeoParquet", media_type="application/vnd.apache.parquet", write=geoparquet
)
FORMATS = (GEOJSON, GEOPACKAGE, FLATGEOBUF, GEOPARQUET, CSV, SEQUENCE)
BY_ENDING = {file_format.ending: file_format for file_format in FORMATS} | {"geojsons": SEQUENCE}


class UnknownExportFormat(InvalidInput):
    code = "unknown-export-format"


def export_layer(spec: LayerSpec, path: Path) -> None:
    """Writes what is published of the layer; the file appears under its name once it is whole.

    Raises UnknownExportFormat.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in BY_ENDING:
        raise UnknownExportFormat(
            _("“{ending}” is no format to export to; give the file one of these endings: {known}.").format(
                ending=ending, known=", ".join(BY_ENDING)
            )
        )
    unfinished = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        write_file(BY_ENDING[ending], whole_layer(spec), unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_file(file_format: FileFormat, selection: Selection, path: Path) -> None:
    if file_format.write:
        file_format.write(selection, path)
        return
    with path.open("wb") as file:
        file.writelines(pieces(file_format, selection))


def pieces(file_format: FileFormat, selection: Selection) -> Iterator[bytes]:
    """What a streamed format sends, as bytes."""
    assert file_format.stream is not None, f"{file_format.ending} is written to a path"
    for piece in file_format.stream(selection):
        yield piece.encode() if isinstance(piece, str) else piece
