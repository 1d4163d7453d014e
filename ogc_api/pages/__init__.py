"""The OGC window for people: its resources as HTML, refusals too, and layers as files.

The facts come from the same places as the JSON; only the clothes are here.
"""
