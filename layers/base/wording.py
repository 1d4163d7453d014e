"""How a feature is written: SQL that makes GeoJSON text of a row called `f`, so that Python touches no feature."""

from collections.abc import Sequence

from psycopg.sql import SQL, Composable, Identifier, Literal

from gis_platform.core.crs import CRS84, WGS84, Crs
from layers.catalog import LayerSpec, Property

NAME_BYTES_MAX = 63  # PostgreSQL cuts a longer alias
PAIRS_MAX = 50  # of one json_build_object, which takes a hundred arguments
KEPT = "feature_text"  # the column that sql/templates/feature_text.sql adds to a layer's table
FROM_ELSEWHERE = frozenset({"photos"})  # properties that are no columns of the table, declared after all others


def is_kept(spec: LayerSpec) -> bool:
    """Whether the table keeps each feature's text. Of a view over more than the table, a write would not tell."""
    return spec.relation is None


def kept_properties(spec: LayerSpec) -> tuple[Property, ...]:
    """The public properties within the kept text: those that change with the row alone."""
    return tuple(p for p in spec.public_properties if p.name not in FROM_ELSEWHERE)


def added_properties(spec: LayerSpec) -> tuple[Property, ...]:
    """The public properties that are added to the kept text when it is read."""
    return tuple(p for p in spec.public_properties if p.name in FROM_ELSEWHERE)


def kept_feature(spec: LayerSpec) -> Composable:
    """What `feature` makes of all public properties in CRS84, from the text that the row f keeps."""
    added = [
        SQL("{} || coalesce({}::text, 'null')").format(Literal(f',"{p.name}":'), Identifier("f", p.column))
        for p in added_properties(spec)
    ]
    return SQL(" || ").join([Identifier("f", KEPT), *added, Literal("}")])


def text_to_keep(spec: LayerSpec) -> Composable:
    """The text of the row f up to the properties' closing brace, so that those from elsewhere can follow."""
    properties = kept_properties(spec)
    return SQL("SELECT left({feature}, -1) FROM f{shown}").format(
        feature=feature(properties, geometry=True, crs=CRS84), shown=shown(properties)
    )


def selected(spec: LayerSpec, names: tuple[str, ...] | None) -> tuple[Property, ...]:
    """The public properties of these names, None for all of them, in the order of the declaration."""
    return tuple(p for p in spec.public_properties if names is None or p.name in names)


def feature(properties: Sequence[Property], *, geometry: bool, crs: Crs) -> Composable:
    """The text of a GeoJSON feature without its closing brace. The row's alias is f, that of `shown` is p."""
    return SQL(
        '\'{{"type":"Feature","id":\' || f.id || \',"geometry":\' || {geometry} || \',"properties":\' || {properties}'
    ).format(
        geometry=geometry_text(crs) if geometry else SQL("'null'"),
        properties=_pairs(properties) if _is_long(properties) else SQL("row_to_json(p)"),
    )


def shown(properties: Sequence[Property]) -> Composable:
    """The properties under their names, to stand in FROM as the row p."""
    if _is_long(properties):
        return SQL("")
    columns = SQL(", ").join(
        SQL("{} AS {}").format(Identifier("f", p.column), Identifier(_plain(p.name))) for p in properties
    )
    return SQL(" CROSS JOIN LATERAL (SELECT {}) AS p").format(columns)


def geometry_text(crs: Crs) -> Composable:
    # Without the last argument PostGIS adds a member `crs` for any SRID but 4326.
    return SQL("ST_AsGeoJSON({}, {}, 0)").format(placed(crs, flipped=crs.northing_first), crs.digits)


def placed(crs: Crs, *, flipped: bool = False) -> Composable:
    """The geometry of the row f on a grid; x before y unless flipped."""
    shape: Composable = SQL("f.geometry")
    if crs.srid != WGS84:
        shape = SQL("ST_Transform({}, {})").format(shape, crs.srid)
    return SQL("ST_FlipCoordinates({})").format(shape) if flipped else shape


def _pairs(properties: Sequence[Property]) -> Composable:
    """The same object from literal names, which are never cut; half as fast again as a row."""
    objects = [
        SQL("json_build_object({})").format(
            SQL(", ").join(
                SQL("{}::text, {}").format(Literal(_plain(p.name)), Identifier("f", p.column))
                for p in properties[start : start + PAIRS_MAX]
            )
        )
        for start in range(0, len(properties), PAIRS_MAX)
    ]
    if len(objects) == 1:
        return objects[0]
    inner = [SQL("substr({0}::text, 2, length({0}::text) - 2)").format(part) for part in objects]
    return SQL("('{{' || concat_ws(', ', {}) || '}}')").format(SQL(", ").join(inner))


def _is_long(properties: Sequence[Property]) -> bool:
    return any(len(p.name.encode()) > NAME_BYTES_MAX for p in properties)


def _plain(name: str) -> str:
    # The statements have parameters, and psycopg would read a % in a name as one of them.
    return name.replace("%", "%%")
