"""Which zones of the city's layers hold a position. The position is asked about and forgotten."""

from psycopg.sql import SQL, Composed, Identifier, Literal

from gis_platform.core.database import read_published
from layers import catalog
from layers.catalog import LayerSpec


def zones_around(longitude: float, latitude: float) -> frozenset[str]:
    """`<layer>/<code>`, or the id where there is no code, of each public area; who stands on its edge is inside."""
    asked = [_question(spec) for spec in catalog.layers() if spec.access == "public" and _is_of_areas(spec)]
    if not asked:
        return frozenset()
    rows = read_published(SQL(" UNION ALL ").join(asked).as_string(), {"longitude": longitude, "latitude": latitude})
    return frozenset(f"{layer}/{key}" for layer, key in rows)


def _is_of_areas(spec: LayerSpec) -> bool:
    return spec.geometry_type.endswith("Polygon")


def _question(spec: LayerSpec) -> Composed:
    code = spec.property("code")
    key = (
        SQL("coalesce(nullif(f.{code}::text, ''), f.id::text)").format(code=Identifier(code.column))
        if code and not code.private
        else SQL("f.id::text")
    )
    return SQL(
        "SELECT {layer}::text, {key} FROM {view} AS f"
        " WHERE ST_Covers(f.geometry, ST_SetSRID(ST_MakePoint(%(longitude)s, %(latitude)s), 4326))"
    ).format(layer=Literal(spec.id), key=key, view=Identifier(*spec.view))
