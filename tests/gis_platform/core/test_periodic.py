import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from gis_platform.core import clock, jobs, outbox, periodic
from gis_platform.core.models import IdempotencyRecord, OutboxEntry, PeriodicRun

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVERY_MINUTE = "periodic:test-minute"


@pytest.fixture
def every_minute(topic):
    calls: list[datetime] = []
    outbox.periodic("test-minute", every_s=60, attempts=1)(lambda: calls.append(clock.now()))
    return calls


def run_published() -> None:
    for entry in OutboxEntry.objects.alive():
        outbox.run(entry.pk)


@pytest.mark.django_db
def test_it_runs_once_a_period(every_minute):
    for second in (0, 1, 59, 60, 61, 119, 120):
        with clock.frozen(START + timedelta(seconds=second)):
            periodic.publish_due()
            run_published()
    assert [(at - START).seconds for at in every_minute] == [0, 60, 120]


@pytest.mark.django_db
def test_after_a_long_stop_it_runs_once_not_for_each_period_missed(every_minute):
    for hours in (0, 10, 10):
        with clock.frozen(START + timedelta(hours=hours)):
            periodic.publish_due()
            run_published()
    assert len(every_minute) == 2


@pytest.mark.django_db
def test_the_next_run_waits_for_the_one_before(every_minute):
    for minute in range(5):
        with clock.frozen(START + timedelta(minutes=minute)):
            periodic.publish_due()
    assert OutboxEntry.objects.alive().count() == 1


@pytest.mark.django_db
def test_only_the_latest_failure_stays_on_the_shelf(topic):
    def fail() -> None:
        raise OSError(f"at {clock.now():%H:%M}")

    outbox.periodic("test-failing", every_s=60, attempts=1)(fail)
    for minute in range(3):
        with clock.frozen(START + timedelta(minutes=minute)):
            periodic.publish_due()
            run_published()
    assert OutboxEntry.objects.dead().get().error == "OSError: at 09:02"


@pytest.mark.django_db(transaction=True)
def test_dispatchers_at_the_same_time_publish_it_once(every_minute):
    rounds = 10
    started = threading.Barrier(4, timeout=20)

    def one_dispatcher() -> None:
        try:
            for minute in range(rounds):
                started.wait()
                with clock.frozen(START + timedelta(minutes=minute)):
                    periodic.publish_due()
                started.wait()
                # Ended, so that the next round is not held back by this one.
                OutboxEntry.objects.alive().update(state="done", finished_at=START)
        finally:
            connection.close()

    threads = [threading.Thread(target=one_dispatcher) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert OutboxEntry.objects.filter(topic=EVERY_MINUTE).count() == rounds
    assert PeriodicRun.objects.get(name=EVERY_MINUTE).next_at == START + timedelta(minutes=rounds)


@pytest.mark.django_db
def test_what_was_delivered_is_forgotten_after_a_while_and_dead_letters_never():
    old, recent = START - timedelta(days=15), START - timedelta(days=13)
    for state, at in (("done", old), ("done", recent), ("dead", old)):
        OutboxEntry.objects.create(
            topic=state, payload={}, actor="x:1", published_at=at, due_at=at, state=state, finished_at=at
        )
    OutboxEntry.objects.create(topic="due", payload={}, actor="x:1", published_at=old, due_at=old)
    with clock.frozen(START):
        jobs.prune_outbox()
    assert sorted(OutboxEntry.objects.values_list("topic", flat=True)) == ["dead", "done", "due"]


@pytest.mark.django_db
def test_expired_answers_are_forgotten():
    for key, days in (("old", -1), ("kept", 1)):
        IdempotencyRecord.objects.create(
            scope="s", key=key, body_hash=b"", status=200, created_at=START, expires_at=START + timedelta(days=days)
        )
    with clock.frozen(START):
        jobs.prune_idempotency()
    assert IdempotencyRecord.objects.get().key == "kept"
