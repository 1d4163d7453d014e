"""Opens any importable file: unpacks it where it is packed, and offers its tables."""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from layers.imports import archives
from layers.imports.errors import EmptyFile, TableUnclear, UnknownFormat, UnsafeArchive
from layers.imports.formats import Format, recognise
from layers.imports.readers.csv_table import csv_table
from layers.imports.readers.geojson import geojson
from layers.imports.readers.gtfs import FILES as GTFS_FILES
from layers.imports.readers.gtfs import TABLES as GTFS_TABLES
from layers.imports.readers.gtfs import gtfs_table
from layers.imports.readers.table import Table

SHAPEFILE_PARTS = ("shp", "shx", "dbf", "prj", "cpg")
FILE_NAMES = {
    Format.GEOJSON: "data.geojson",
    Format.GEOPACKAGE: "data.gpkg",
    Format.CSV: "data.csv",
    Format.OSM_PBF: "data.osm.pbf",
    Format.OSM_XML: "data.osm",
}
OSM_FORMATS = (Format.OSM_PBF, Format.OSM_XML)
OSM_MAIN_TABLES = ("points", "lines", "multipolygons")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file that is ready to be read. `tables` are those with a geometry, by name."""

    format: Format
    tables: tuple[str, ...]
    paths: dict[str, Path]  # of each table
    encoding: str

    def table(self, name: str = "") -> Table:
        """The named table, or the only one; raises TableUnclear and what the format's reader raises."""
        if name and name not in self.tables:
            raise TableUnclear(
                _("The file has no table “{name}”; it has: {known}.").format(name=name, known=", ".join(self.tables))
            )
        if not name and len(self.tables) > 1:
            raise TableUnclear(
                _("The file holds several tables: {known}. Name one with --layer.").format(known=", ".join(self.tables))
            )
        name = name or self.tables[0]
        path = self.paths[name]
        match self.format:
            case Format.GEOJSON:
                return geojson(path, encoding=self.encoding)
            case Format.CSV:
                return csv_table(path, encoding=self.encoding)
            case Format.GTFS:
                return gtfs_table(path, name)
            case Format.SHAPEFILE:
                encoding = self.encoding or _dbf_encoding(path)
                return cast(
                    "Table", _through_gdal("vector_table")(path, self.format, name=path.stem, encoding=encoding)
                )
            case _:
                return cast("Table", _through_gdal("vector_table")(path, self.format, name=name, encoding=""))


@contextmanager
def opened(path: Path, *, encoding: str = "") -> Iterator[Source]:
    """The file as a source, for as long as the block lasts; raises an ImportRefused."""
    with tempfile.TemporaryDirectory(prefix="import-") as name:
        folder = Path(name)
        form = recognise(path)
        if form is Format.GZIP:
            unpacked = folder / "unpacked"
            archives.gunzip(path, unpacked)
            path, form = unpacked, recognise(unpacked)
            if form in (Format.GZIP, Format.ZIP):
                raise UnsafeArchive(_("The archive holds another archive; pack the data itself."))
        yield _unzipped(path, folder, encoding) if form is Format.ZIP else _plain(path, form, folder, encoding)


def _plain(path: Path, form: Format, folder: Path, encoding: str) -> Source:
    # GDAL looks at the name's ending too, and the stored upload has none.
    named = folder / FILE_NAMES[form]
    if not named.exists():
        named.symlink_to(path.absolute())
    if form in (Format.GEOJSON, Format.CSV):
        return Source(format=form, tables=("data",), paths={"data": named}, encoding=encoding)
    names = _through_gdal("table_names")(named, form)
    if not names:
        raise EmptyFile(_("The file holds no table with a geometry."))
    return Source(format=form, tables=tuple(names), paths=dict.fromkeys(names, named), encoding=encoding)


def _unzipped(path: Path, folder: Path, encoding: str) -> Source:
    names = archives.members(path)
    if feed := _gtfs_members(names):
        archives.extract(path, {member: folder / name for name, member in feed.items()})
        tables = tuple(table for table in GTFS_TABLES if f"{table}.txt" in feed)
        return Source(format=Format.GTFS, tables=tables, paths=dict.fromkeys(tables, folder), encoding=encoding)
    shapes = [name for name in names if name.lower().endswith(".shp")]
    if shapes:
        return _shapefiles(path, folder, names, shapes, encoding)
    if len(names) != 1:
        raise UnknownFormat(_("The zip holds neither a Shapefile, nor a GTFS feed, nor one file alone."))
    member = folder / "member"
    archives.extract(path, {names[0]: member})
    form = recognise(member)
    if form in (Format.ZIP, Format.GZIP):
        raise UnsafeArchive(_("The archive holds another archive; pack the data itself."))
    return _plain(member, form, folder, encoding)


def _shapefiles(path: Path, folder: Path, names: list[str], shapes: list[str], encoding: str) -> Source:
    wanted: dict[str, Path] = {}
    paths: dict[str, Path] = {}
    by_lower = {name.lower(): name for name in names}
    for number, shape in enumerate(shapes):
        base = shape[:-4]
        title = re.sub(r".*/", "", base)
        paths[title] = folder / f"shape{number}.shp"
        for part in SHAPEFILE_PARTS:
            if member := by_lower.get(f"{base.lower()}.{part}"):
                wanted[member] = folder / f"shape{number}.{part}"
        missing = [part for part in ("shx", "dbf") if f"{base.lower()}.{part}" not in by_lower]
        if missing:
            raise UnknownFormat(
                _("The Shapefile is incomplete: .{part} is missing beside {name}.").format(part=missing[0], name=shape)
            )
    archives.extract(path, wanted)
    return Source(format=Format.SHAPEFILE, tables=tuple(paths), paths=paths, encoding=encoding)


def _gtfs_members(names: list[str]) -> dict[str, str]:
    """GTFS's files by their own names, where the zip is a feed (some put it in a folder)."""
    found = {name.rpartition("/")[2]: name for name in names if name.rpartition("/")[2] in GTFS_FILES}
    return found if "stops.txt" in found or {"routes.txt", "trips.txt"} <= set(found) else {}


def _dbf_encoding(path: Path) -> str:
    """UTF-8 or Windows-1257 where the Shapefile does not say; empty where it does."""
    if path.with_suffix(".cpg").exists():
        return ""
    content = path.with_suffix(".dbf").read_bytes()
    if content[29:30] not in (b"\x00", b""):  # the byte for the code page
        return ""
    try:
        content[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1257"
    return "UTF-8"


def _through_gdal(name: str) -> Callable[..., Any]:
    """A reader that is imported at its first use, as GDAL and all that comes with it take a hundred megabytes."""
    reader: Callable[..., Any] = import_string(f"layers.imports.readers.vector.{name}")
    return reader
