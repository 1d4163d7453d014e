"""Readings by MQTT: `city/<city>/readings/<sensor code>`, acknowledged once they are stored.

Owns nothing; brings readings to `layers.sensors`. Imports `core`, `layers.sensors` and `integrations.base`.
"""
