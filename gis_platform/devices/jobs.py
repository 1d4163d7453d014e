"""Housekeeping of the devices."""

from gis_platform.core.outbox import periodic
from gis_platform.devices import signatures


@periodic("devices-prune-nonces", every_s=600)
def prune_nonces() -> None:
    signatures.prune()
