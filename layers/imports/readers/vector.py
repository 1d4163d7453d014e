"""GeoPackage, Shapefile and OSM extracts through GDAL, of which only these drivers ever see a file."""

import json
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import CRS
from pyproj.exceptions import CRSError as UnknownCrs

from layers.catalog import PropertyType
from layers.imports.errors import BrokenFile, TooManyAttributes, TooManyFeatures, UnknownFormat
from layers.imports.formats import Format
from layers.imports.limits import limits
from layers.imports.readers.table import Attribute, Batch, Table

# No file can make GDAL open another one or ask the network.
pyogrio.set_gdal_config_options(
    {
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{noext}",
        "GDAL_HTTP_TIMEOUT": 1,
        "GDAL_HTTP_MAX_RETRY": 0,
        "OGR_SQLITE_LOAD_EXTENSIONS": None,
        "OSM_MAX_TMPFILE_SIZE": 100,  # MB of node positions in memory; more go to a temporary file
    }
)
DRIVERS = {
    Format.GEOPACKAGE: "GPKG",
    Format.SHAPEFILE: "ESRI Shapefile",
    Format.OSM_PBF: "OSM",
    Format.OSM_XML: "OSM",
}
ERRORS = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, CRSError)
TYPES = {
    "OFTInteger": PropertyType.INTEGER,
    "OFTInteger64": PropertyType.INTEGER,
    "OFTReal": PropertyType.NUMBER,
    "OFTString": PropertyType.STRING,
    "OFTDate": PropertyType.DATE,
    "OFTTime": PropertyType.STRING,
    "OFTDateTime": PropertyType.INSTANT,
    "OFTIntegerList": PropertyType.ARRAY,
    "OFTInteger64List": PropertyType.ARRAY,
    "OFTRealList": PropertyType.ARRAY,
    "OFTStringList": PropertyType.ARRAY,
}
OPEN_OPTIONS = {"OSM": {"TAGS_FORMAT": "JSON"}}
OSM_KINDS = {"points": "node", "lines": "way", "multilinestrings": "relation", "other_relations": "relation"}
SCAN_ROWS = 20_000
OSM_ROWS = 20_000  # an extract is parsed from its beginning for each batch


def table_names(path: Path, form: Format) -> list[str]:
    """The tables that have a geometry; raises BrokenFile or UnknownFormat. A view is a program and is passed over."""
    plain = _plain_tables(path) if form is Format.GEOPACKAGE else None
    with _gdal():
        names = [str(name) for name, geometry_type in pyogrio.list_layers(path) if geometry_type is not None]
    return [name for name in names if plain is None or name in plain]


def vector_table(path: Path, form: Format, *, name: str, encoding: str) -> Table:
    """One table of the file; raises BrokenFile, TooManyFeatures or TooManyAttributes."""
    driver = DRIVERS[form]
    options = OPEN_OPTIONS.get(driver, {})
    with _gdal():
        info = pyogrio.read_info(path, layer=name, encoding=encoding or None, force_feature_count=True, **options)
    if info["driver"] != driver:
        raise UnknownFormat(_("The file is not what it seems to be."))
    allowed = limits()
    if info["features"] > allowed.features_max:
        raise TooManyFeatures(
            _("The file holds more than {limit} features; split it.").format(limit=allowed.features_max)
        )
    if len(info["fields"]) > allowed.attributes_max:
        raise TooManyAttributes(
            _("The features have more than {limit} attributes.").format(limit=allowed.attributes_max)
        )
    notices: list[str] = []
    attributes = []
    for field, ogr_type, subtype in zip(info["fields"], info["ogr_types"], info["ogr_subtypes"], strict=True):
        if ogr_type not in TYPES:
            notices.append(_("The attribute “{name}” holds binary data and is left out.").format(name=field))
            continue
        attributes.append(Attribute(str(field), _type(path, name, encoding, str(field), ogr_type, subtype, options)))
    source = _Source(path, name, encoding, tuple(attributes), driver, options)
    return Table(
        name=name,
        attributes=source.attributes,
        geometry_types=_geometry_types(info, source),
        count=info["features"],
        size_bytes=path.stat().st_size,
        crs=_crs(info["crs"]),
        read=source.batches,
        id_name="osm_id" if driver == "OSM" else (info["fid_column"] or ""),
        notices=notices,
    )


class _Source:
    """Reads batches; GDAL opens the file anew for each and skips to its place."""

    def __init__(
        self,
        path: Path,
        layer: str,
        encoding: str,
        attributes: tuple[Attribute, ...],
        driver: str,
        options: dict[str, str],
    ) -> None:
        self.attributes = attributes
        self._path, self._layer, self._encoding, self._driver = path, layer, encoding, driver
        self._options = options

    def batches(self, size: int) -> Iterator[Batch]:
        size = size if self._driver != "OSM" else OSM_ROWS
        start = 0
        while batch := self._batch(start, size):
            yield batch
            start += len(batch.rows)
            if len(batch.rows) < size:
                return

    def _batch(self, start: int, size: int) -> Batch | None:
        with _gdal():
            meta, fids, wkb, columns = pyogrio.raw.read(
                self._path,
                layer=self._layer,
                encoding=self._encoding or None,
                columns=[a.name for a in self.attributes],
                skip_features=start,
                max_features=size,
                return_fids=True,
                datetime_as_string=True,
                **self._options,
            )
        if not len(fids):
            return None
        by_name = dict(zip(meta["fields"], columns, strict=True))
        values: dict[str, Sequence[Any]] = {a.name: _plain(a.type, by_name[a.name]) for a in self.attributes}
        geometries = shapely.from_wkb(wkb, on_invalid="ignore")
        unread = np.flatnonzero(shapely.is_missing(geometries) & np.array([item is not None for item in wkb]))
        return Batch(
            rows=range(start + 1, start + len(fids) + 1),
            geometries=geometries,
            ids=self._ids(fids, values),
            values=values,
            faults={int(index): _("The geometry cannot be read.") for index in unread},
        )

    def _ids(self, fids: Any, values: dict[str, Sequence[Any]]) -> list[str | None]:
        if self._driver != "OSM":
            return [str(fid) for fid in fids]
        if self._layer == "multipolygons":
            pairs = zip(values["osm_way_id"], values["osm_id"], strict=True)
            return [f"way/{way}" if way else f"relation/{relation}" for way, relation in pairs]
        kind = OSM_KINDS[self._layer]
        return [f"{kind}/{identifier}" for identifier in values["osm_id"]]


@contextmanager
def _gdal() -> Iterator[None]:
    """GDAL's errors become a refusal. Its warnings are about single geometries, which are checked one by one later."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)
            yield
    except ERRORS as error:
        raise BrokenFile(_("The file is damaged or incomplete; export or download it again.")) from error


def _plain(kind: PropertyType, column: Any) -> list[Any]:
    values: list[Any] = column.tolist()
    if kind in (PropertyType.OBJECT, PropertyType.ARRAY):
        return [_json(value) for value in values]
    if column.dtype.kind != "f":
        return values
    # GDAL gives numbers that may be missing as floats, with NaN for nothing.
    if kind is PropertyType.BOOLEAN:
        return [None if value != value else bool(value) for value in values]
    if kind is PropertyType.INTEGER:
        return [None if value != value else int(value) for value in values]
    return [None if value != value else value for value in values]


def _json(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    try:
        return None if value is None else json.loads(value)
    except ValueError:
        return value


def _type(
    path: Path, layer: str, encoding: str, field: str, ogr_type: str, subtype: str, options: dict[str, str]
) -> PropertyType:
    if subtype == "OFSTBoolean":
        return PropertyType.BOOLEAN
    if subtype != "OFSTJSON":
        return TYPES[ogr_type]
    with _gdal():
        column = pyogrio.raw.read(
            path, layer=layer, encoding=encoding or None, columns=[field], read_geometry=False,
            max_features=SCAN_ROWS, **options,
        )[3][0]  # fmt: skip
    kinds = {type(_json(value)) for value in column if value is not None}
    if kinds <= {dict}:
        return PropertyType.OBJECT
    return PropertyType.ARRAY if kinds == {list} else PropertyType.STRING


def _geometry_types(info: dict[str, Any], source: _Source) -> frozenset[str]:
    declared = str(info["geometry_type"] or "Unknown").removesuffix(" Z").removesuffix(" M").removesuffix(" ZM")
    if declared not in ("Unknown", "Geometry", "GeometryCollection"):
        return frozenset({declared})
    found: set[str] = set()
    for batch in source.batches(SCAN_ROWS):
        found |= {geometry.geom_type for geometry in batch.geometries if geometry is not None}
    return frozenset(found)


def _crs(text: str | None) -> CRS | None:
    try:
        return None if not text else CRS.from_user_input(text)
    except UnknownCrs:
        return None


def _plain_tables(path: Path) -> set[str]:
    """The real tables of a GeoPackage, an SQLite file; raises UnknownFormat when one is a program or another file."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            rows = database.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    except sqlite3.Error as error:
        raise BrokenFile(_("The file is damaged or incomplete; export or download it again.")) from error
    for _kind, _name, text in rows:
        words = text.upper().split()
        if words[:3] == ["CREATE", "VIRTUAL", "TABLE"] and "RTREE" not in text.upper().partition("USING")[2][:12]:
            raise UnknownFormat(_("The GeoPackage holds a table that is not plain data; export the layer alone."))
    return {name for kind, name, _text in rows if kind == "table"}
