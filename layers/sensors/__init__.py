"""Sensors, what they observe, and their readings.

Owns `Sensor`, `Instrument`, `ObservedProperty`, `Stream`, `Observation` (partitioned by month), `LatestObservation`,
`RejectedReading` and `ReadingCount`, and the one way in for readings, `services.ingest`. Imports `core`, `layers.base`
and `layers.catalog`.
"""
