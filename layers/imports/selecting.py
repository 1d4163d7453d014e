"""Which table of a file an import reads, and under which names: plain, as OSM's tags, or as GTFS."""

from layers import catalog
from layers.catalog import LayerSpec
from layers.imports import osm_mapping
from layers.imports.formats import Format
from layers.imports.options import ImportOptions
from layers.imports.osm_tables import is_osm, mapped
from layers.imports.readers import gtfs
from layers.imports.readers.source import OSM_FORMATS, OSM_MAIN_TABLES, Source
from layers.imports.readers.table import Table

OSM, GTFS = "osm", "gtfs"
SEVERAL = (OSM, GTFS)  # in the place of a layer's id: every layer that the file has something for


def table_for(source: Source, spec: LayerSpec, options: ImportOptions) -> Table:
    """The table as this layer takes it; raises an ImportRefused."""
    if source.format is Format.GTFS and spec.id in gtfs.LAYER_TABLES:
        return gtfs.as_layer(source.table(gtfs.LAYER_TABLES[spec.id]), spec.id)
    rules = osm_mapping.load()
    if any(rule.layer == spec.id for rule in rules) and not options.mapping:
        if source.format in OSM_FORMATS:
            names = [options.table] if options.table else [n for n in OSM_MAIN_TABLES if n in source.tables]
            return mapped([source.table(name) for name in names], spec, rules)
        table = source.table(options.table)
        return mapped([table], spec, rules) if is_osm(table) else table
    return source.table(options.table)


def layers_for(several: str) -> list[str]:
    """The layers that an OSM extract or a GTFS feed is spread over."""
    if several == GTFS:
        return list(gtfs.LAYER_TABLES)
    wanted = {rule.layer for rule in osm_mapping.load()}
    return [spec.id for spec in catalog.layers() if spec.id in wanted]
