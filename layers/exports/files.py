"""The formats that a layer can be had in as a file, and how each is written.

Writers are named, and imported at their first use: GDAL, Arrow and pandas would take a web worker a hundred megabytes,
and most never write such a file.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput
from layers.catalog import LayerSpec
from layers.exports.selections import Selection, whole_layer

type Stream = Callable[[Selection], Iterator[str]] | Callable[[Selection], Iterator[bytes]]
type Write = Callable[[Selection, Path], None]


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """`stream` names what gives the file in pieces as it is read (a `Stream`), `write` what needs a path, because the
    end of the file changes its beginning (a `Write`). Each format has one of the two."""

    ending: str
    title: str
    media_type: str
    stream: str = ""
    write: str = ""


GEOJSON = FileFormat(
    ending="geojson", title="GeoJSON", media_type="application/geo+json", stream="layers.exports.streaming.geojson"
)
SEQUENCE = FileFormat(
    ending="geojsonl",
    title="GeoJSON-Seq",
    media_type="application/geo+json-seq",
    stream="layers.exports.streaming.geojson_sequence",
)
CSV = FileFormat(
    ending="csv", title="CSV", media_type="text/csv; charset=utf-8", stream="layers.exports.streaming.csv_text"
)
GEOPACKAGE = FileFormat(
    ending="gpkg",
    title="GeoPackage",
    media_type="application/geopackage+sqlite3",
    write="layers.exports.vector.geopackage",
)
FLATGEOBUF = FileFormat(
    ending="fgb", title="FlatGeobuf", media_type="application/flatgeobuf", stream="layers.exports.flatgeobuf.flatgeobuf"
)
GEOPARQUET = FileFormat(
    ending="parquet",
    title="GeoParquet",
    media_type="application/vnd.apache.parquet",
    write="layers.exports.geoparquet.geoparquet",
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
        write: Write = import_string(file_format.write)
        write(selection, path)
        return
    with path.open("wb") as file:
        file.writelines(pieces(file_format, selection))


def pieces(file_format: FileFormat, selection: Selection) -> Iterator[bytes]:
    """What a streamed format sends, as bytes."""
    assert file_format.stream, f"{file_format.ending} is written to a path"
    stream: Stream = import_string(file_format.stream)
    for piece in stream(selection):
        yield piece.encode() if isinstance(piece, str) else piece
