"""OGC API Environmental Data Retrieval 1.1 (19-086r6): the observations of the city's sensors by place and time.

One collection, `observations`; a location is a sensor, by its code. It reads published streams alone and owns nothing.
"""
