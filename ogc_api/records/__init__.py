"""The catalogue: OGC API Records, one record a layer, and the same as DCAT-AP for the national portals.

It owns nothing: a record is a layer's declaration with what the database says of the layer's extent and changes.
"""
