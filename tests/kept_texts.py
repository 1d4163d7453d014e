"""Compares the text that a table keeps of each feature with what would be written from its columns now."""

from psycopg.sql import SQL, Identifier

from gis_platform.core.crs import CRS84
from gis_platform.core.database import read_published
from layers.base.wording import feature, kept_feature, shown
from layers.catalog import LayerSpec


def differing(spec: LayerSpec) -> tuple[int, list[int]]:
    """How many features are published, and the ids of those whose kept text is not what their columns say."""
    statement = SQL("SELECT f.id, {kept}, {built} FROM {view} AS f{shown}").format(
        kept=kept_feature(spec),
        built=feature(spec.public_properties, geometry=True, crs=CRS84),
        view=Identifier(*spec.view),
        shown=shown(spec.public_properties),
    )
    rows = read_published(statement.as_string(), {})
    return len(rows), [key for key, kept, built in rows if kept != built]
