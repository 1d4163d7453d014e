"""How planners want layers to be drawn: saved styles, with every version of them.

Owns `SavedStyle` and `StyleVersion`. Imports `layers.base` and `layers.catalog`.
"""
