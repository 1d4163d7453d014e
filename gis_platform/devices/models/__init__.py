"""Machines, what they may ask, and what they have sent."""

from gis_platform.devices.models.devices import Device
from gis_platform.devices.models.hours import HourAlive
from gis_platform.devices.models.nonces import Nonce
from gis_platform.devices.models.questions import Question

__all__ = ["Device", "HourAlive", "Nonce", "Question"]
