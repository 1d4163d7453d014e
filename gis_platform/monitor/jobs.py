"""The watch of the operations centre."""

from gis_platform.core import clock
from gis_platform.core.outbox import periodic
from gis_platform.monitor import services


@periodic("monitor-check-silence", every_s=60)
def check_silence() -> None:
    services.check_silence(clock.now())


@periodic("monitor-check-devices", every_s=60)
def check_devices() -> None:
    services.check_devices(clock.now())
