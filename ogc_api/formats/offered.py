"""The formats of items, the first one for those who name none."""

from dataclasses import dataclass
from functools import cached_property

from layers.exports import files
from layers.exports.files import FileFormat


@dataclass(frozen=True, kw_only=True, eq=False)
class Format:
    """`names` are values of `f`, the first one written into links; the first of the media types is what is sent, the
    others are asked for by some clients. `file` writes results that are sent whole, without pages."""

    names: tuple[str, ...]
    title: str
    media_types: tuple[str, ...]
    file: FileFormat | None = None

    @cached_property
    def name(self) -> str:
        return self.names[0]

    @cached_property
    def media_type(self) -> str:
        return self.media_types[0]


def _of_file(file_format: FileFormat, *more_names: str) -> Format:
    plain, _, _ = file_format.media_type.partition(";")
    return Format(
        names=(file_format.ending, *more_names), title=file_format.title, media_types=(plain,), file=file_format
    )


GEOJSON = Format(
    names=("json", "geojson"),
    title="GeoJSON",
    media_types=("application/geo+json", "application/json", "application/vnd.geo+json"),
)
JSON_FG = Format(names=("jsonfg",), title="JSON-FG", media_types=("application/vnd.ogc.fg+json",))
HTML = Format(names=("html",), title="HTML", media_types=("text/html",))
CSV = _of_file(files.CSV)
FLATGEOBUF = _of_file(files.FLATGEOBUF, "flatgeobuf")
GEOPACKAGE = _of_file(files.GEOPACKAGE, "geopackage")
GEOPARQUET = _of_file(files.GEOPARQUET, "geoparquet")
SEQUENCE = _of_file(files.SEQUENCE, "geojsons")

ITEMS = (GEOJSON, JSON_FG, HTML, CSV, FLATGEOBUF, GEOPACKAGE, GEOPARQUET, SEQUENCE)
