"""What goes into a file: the rows of one statement, and what its columns mean."""

from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composed, Identifier

from gis_platform.core.crs import CRS84, Crs
from layers.catalog import LayerSpec, Property

OWN_COLUMNS = ("id", "version", "geometry", "geom", "fid", "bbox", "lon", "lat", "wkt")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Features of a layer: `statement` gives id, version, geometry and a column for each property, in that order.

    The geometry is on the grid of `crs`, x before y whatever its register says; GeoJSON follows the register's order
    (OGC API Features Part 2), the files of GIS programs do not.
    """

    spec: LayerSpec
    properties: tuple[Property, ...]
    statement: Composed
    values: tuple[Any, ...] = ()
    crs: Crs = CRS84

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
