"""Streets, and the stops and routes of public transport.

Owns `Street`, `Stop` and `Route`. Imports `layers.base` and `layers.catalog`.
"""
