"""What follows the closing of a period, outside of its transaction."""

from gis_platform.core.outbox import handler
from rules.ledger.settlement import periods


@handler(periods.CLOSED, timeout_s=600)
def complete_period(*, period_id: int) -> None:
    periods.complete(period_id)
