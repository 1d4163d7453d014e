"""What goes into a file: the rows of one statement, and what its columns mean."""

from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composed, Identifier

from layers.catalog import LayerSpec, Property

WGS84 = 4326
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
OWN_COLUMNS = ("id", "version", "geometry", "geom", "fid", "bbox", "lon", "lat", "wkt")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Features of a layer: `statement` gives id, version, geometry and a column for each property, in that order.

    The geometry is in the CRS `srid`, easting or longitude first. `crs` is the CRS as it was asked for;
    `northing_first` says that its own axis order is the other one, which GeoJSON follows (OGC API Features Part 2) and
    the files of GIS programs do not.
    """

    spec: LayerSpec
    properties: tuple[Property, ...]
    statement: Composed
    values: tuple[Any, ...] = ()
    crs: str = CRS84
    srid: int = WGS84
    northing_first: bool = False

    @property
    def names(self) -> list[str]:
        """The properties' names as columns of a file: none twice, whatever its case, and none of the file's own."""
        taken = set(OWN_COLUMNS)
        names = []
        for prop in self.properties:
            name = prop.name
            while name.lower() in taken:
                name += "_"
            taken.add(name.lower())
            names.append(name)
        return names


def whole_layer(spec: LayerSpec) -> Selection:
    """Everything that is published of the layer, by id."""
    columns = SQL(", ").join(
        [SQL("id"), SQL("version"), SQL("geometry"), *(Identifier(p.column) for p in spec.public_properties)]
    )
    return Selection(
        spec=spec,
        properties=spec.public_properties,
        statement=SQL("SELECT {} FROM {} ORDER BY id").format(columns, Identifier(*spec.view)),
    )
