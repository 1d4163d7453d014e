"""The resident's own page: what the city knows of them, who looked, what they agreed to, for whom they act.

It shows what `gis_platform.residents` keeps and imports it, `identity` and `core`.
"""
