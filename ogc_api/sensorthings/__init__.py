"""OGC SensorThings API 1.1 (18-088), as far as it goes: entities, the ways between them, paging, and new observations.

What is not offered is refused with status 501 and a sentence. Reads the published sensors through the same window as
the rest of `ogc_api`; a new observation goes through `layers.sensors.services.ingest`.
"""
