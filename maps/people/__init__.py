"""The clerks' desk: people, groups with their rules and lists, and requests for erasure. Every look is written down.

It shows what `gis_platform.residents` keeps and imports it, `identity` and `core`.
"""
