"""The OGC API window: shows what the layers declare, and owns no facts.

pygeoapi, configured from the catalogue, gives landing page, collections, conformance and OpenAPI. Items, edits,
queryables and tiles are views of our own under the same prefix, from PostGIS to the wire. Imports everything below.
"""
