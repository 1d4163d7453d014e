"""Layers that a planner adds while the platform runs, each with a table of its own in the schema `custom`.

Owns `CustomLayer`. Imports `layers.base` and `layers.catalog`.
"""
