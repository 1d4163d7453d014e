"""What follows a decision, after its transaction."""

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.outbox import handler, periodic
from rules.benefits import vouchers
from rules.benefits.booking import TOPIC
from rules.benefits.models import Budget
from rules.benefits.queries import nearly_used_up


@handler(TOPIC)
def watch_budgets(decision_id: str) -> None:
    """Puts on record, once for each budget, that it is nearly used up; the console shows it."""
    with acting("system:benefits", "budget watched"):
        for budget in nearly_used_up(decision_id):
            if Budget.objects.filter(pk=budget.pk, warned_at=None).update(warned_at=clock.now()):
                audit.record("benefits.budget-nearly-used-up", f"budget:{budget.pk}", programme=budget.programme_id)


@periodic("benefits-expire-vouchers", every_s=3600)
def expire_vouchers() -> None:
    vouchers.expire_due()
