"""Housekeeping of the devices."""

from gis_platform.core.outbox import periodic
from gis_platform.devices import heartbeats, signatures


@periodic("devices-prune-nonces", every_s=600)
def prune_nonces() -> None:
    signatures.prune()


@periodic("devices-prune-hours", every_s=3600)
def prune_hours() -> None:
    heartbeats.prune()
