"""What happens to cards and codes without anybody waiting for it."""

import gis_platform.residents.grouping.jobs
import gis_platform.residents.lists.jobs
import gis_platform.residents.privacy.jobs  # noqa: F401 - all three register their handlers
from gis_platform.core.outbox import handler, periodic
from gis_platform.residents import phones, printing


@handler(printing.RENEWED, timeout_s=600)
def renew_series(renewal_id: int) -> None:
    printing.renew(renewal_id)


@periodic("residents-prune-used-codes", every_s=3600)
def prune_used_codes() -> None:
    phones.prune()
