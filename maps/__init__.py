"""The pages and pictures: the resident's map, the monitor, the editor and the console. Owns no facts.

Imports everything below, and never `ogc_api`, which stands beside it.
"""
