"""The fleet under /fleet/: every device on a map and in a list, its page, and what may be done with it.

For the operations centre; managers of merchants look. It owns nothing: each write is a verb of gis_platform.devices.
"""
