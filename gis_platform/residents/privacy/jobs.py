"""Every night, what was kept long enough goes."""

from gis_platform.core.outbox import periodic
from gis_platform.residents.privacy.retention import forget_old


@periodic("residents-forget-old", every_s=86_400, timeout_s=1800)
def forget() -> None:
    forget_old()
