"""Files into layers: read, checked row by row, previewed, then applied in one transaction, dropped or undone.

Owns `ImportRun`, `StagedRow` and the table that maps OSM's tags (osm_mapping.csv). Imports `layers.catalog`,
`layers.base` and `layers.custom`.
"""
