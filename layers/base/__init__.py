"""What every feature of the land has in common: geometry, validity, source, licence, version, history, publishing.

Owns the history of all layers, their revisions and their photos. Imports `core` and `layers.catalog`.
"""
