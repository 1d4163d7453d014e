"""What follows a decision, after its transaction; the events that lead to decisions; and the rounds of every day."""

from datetime import date, datetime

from gis_platform.core import audit, clock, outbox, queues
from gis_platform.core.actor import acting
from gis_platform.core.idempotency import StoredAnswer, once
from gis_platform.core.outbox import handler, periodic
from gis_platform.devices.identification import IDENTIFIED
from rules.benefits import alarms, moving, triggering, vouchers, what_if
from rules.benefits.booking import TOPIC
from rules.benefits.models import Budget, Decision
from rules.benefits.queries import nearly_used_up

DAY_BEGAN = "benefits.day-began"
ACTOR = "system:benefits"


@handler(TOPIC)
def on_decision(decision_id: str) -> None:
    """Issues what vouchers it gave, and puts on record, once for each budget, that it is nearly used up."""
    with acting(ACTOR, "decision followed"):
        vouchers.issue_for(Decision.objects.get(pk=decision_id))
        for budget in nearly_used_up(decision_id):
            if Budget.objects.filter(pk=budget.pk, warned_at=None).update(warned_at=clock.now()):
                audit.record("benefits.budget-nearly-used-up", f"budget:{budget.pk}", programme=budget.programme_id)


@periodic("benefits-expire-reservations", every_s=60)
def expire_reservations() -> None:
    """A decision ends those that are due before it looks for room; this is for the hours without any."""
    while moving.expire_due() == moving.EXPIRED_MAX:
        pass


@periodic("benefits-expire-vouchers", every_s=3600)
def expire_vouchers() -> None:
    vouchers.expire_due()


@handler(IDENTIFIED)
def on_identification(resident_id: int, device_id: int, kind: str, at: str) -> None:
    triggering.identified(resident_id, device_id=device_id, kind=kind, at=datetime.fromisoformat(at))


@handler(alarms.BEGAN, timeout_s=600)
def on_alarm(alarm_id: int, after: int = 0) -> None:
    """Batch by batch: what a killed worker has done already is answered from its keys."""
    last = triggering.alarm_began(alarm_id, after=after)
    if last is not None:
        with acting(ACTOR, "alarm passed on"):
            outbox.publish(alarms.BEGAN, alarm_id=alarm_id, after=last)


@handler(DAY_BEGAN, timeout_s=600)
def on_day(day: str, after: int = 0) -> None:
    last = triggering.day_began(date.fromisoformat(day), after=after)
    if last is not None:
        with acting(ACTOR, "day passed on"):
            outbox.publish(DAY_BEGAN, day=day, after=last)


@periodic("benefits-begin-day", every_s=900)
def begin_day() -> None:
    """Once for each local day. A day on which no worker ran at all is not made up for."""
    day = clock.today().isoformat()

    def publish() -> StoredAnswer:
        outbox.publish(DAY_BEGAN, day=day)
        return StoredAnswer.of(day)

    with acting(ACTOR, "day begun"):
        once(scope=DAY_BEGAN, key=day, body=b"", run=publish)


@periodic("benefits-watch-thresholds", every_s=60)
def watch_thresholds() -> None:
    alarms.watch(clock.now())


@handler(what_if.TOPIC, queue=queues.PROCESSES, timeout_s=what_if.TIME_LIMIT_S + 60, attempts=3)
def replay_what_if(run_id: str) -> None:
    what_if.run(run_id)
