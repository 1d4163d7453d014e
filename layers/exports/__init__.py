"""Layers into files: what is published, as GeoJSON, CSV, GeoPackage or FlatGeobuf.

Owns no data. Imports `layers.catalog` and `layers.base`, and reads through the published window alone.
"""
