"""Areas of the city: its limit, districts and other divisions, and the land cover that makes the map recognisable.

Owns `Boundary` and `LandCover`. Imports `layers.base` and `layers.catalog`.
"""
