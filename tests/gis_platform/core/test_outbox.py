from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from redis.exceptions import RedisError

from gis_platform.core import actor, clock, leases, outbox, queues
from gis_platform.core.models import OutboxEntry
from gis_platform.core.outbox import PermanentFailure, dispatch, publish, run

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stopped_clock():
    with clock.frozen(START):
        yield


def later(**ago: float):
    return clock.frozen(START + timedelta(**ago))


def the_entry() -> OutboxEntry:
    return OutboxEntry.objects.get()


@pytest.mark.django_db
def test_the_handler_gets_the_payload_once(topic):
    calls = []
    publish(topic(lambda **payload: calls.append(payload)), place_id=7, names=["ā"])
    assert run(the_entry().pk)
    assert not run(the_entry().pk)
    assert calls == [{"place_id": 7, "names": ["ā"]}]
    assert the_entry().state == "done"
    assert the_entry().finished_at == START


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_promises_nothing(topic):
    name = topic(lambda: None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        publish(name)
        _ = 1 // 0
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_promise_needs_a_transaction(topic):
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        publish(topic(lambda: None))


@pytest.mark.django_db
def test_a_topic_that_nobody_handles_is_refused_at_once(topic):
    topic(lambda: None)
    with pytest.raises(LookupError, match=r"no room handles the topic 'test\.tpoic'"):
        publish("test.tpoic")


def test_a_topic_has_one_handler_and_a_known_queue(topic):
    topic(lambda: None)
    with pytest.raises(ValueError, match="has a handler already"):
        topic(lambda: None)
    with pytest.raises(ValueError, match="not one of the queues"):
        outbox.handler("other", queue="defualt")


@pytest.mark.django_db
def test_failures_wait_longer_each_time_and_end_on_the_shelf(topic):
    def fail() -> None:
        raise ConnectionError("no answer to card 4111111111111111")

    publish(topic(fail, attempts=3))
    pk = the_entry().pk
    assert not run(pk)
    assert (the_entry().state, the_entry().due_at) == ("due", START + timedelta(seconds=5))
    with later(seconds=4.9):
        assert not run(pk)
        assert the_entry().attempts == 1
    with later(seconds=5):
        run(pk)
        assert the_entry().due_at == START + timedelta(seconds=5 + 10)
    with later(seconds=15):
        run(pk)
    assert (the_entry().state, the_entry().attempts) == ("dead", 3)
    assert the_entry().error == "ConnectionError: no answer to card [card number removed]"


@pytest.mark.django_db
def test_a_permanent_failure_is_not_tried_again(topic):
    def refuse() -> None:
        raise PermanentFailure("the address does not exist")

    publish(topic(refuse))
    run(the_entry().pk)
    assert (the_entry().state, the_entry().attempts) == ("dead", 1)


@pytest.mark.django_db
def test_a_dead_letter_is_tried_again_with_all_its_attempts(topic):
    calls = []

    def work_the_second_time() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise PermanentFailure("switched off")

    publish(topic(work_the_second_time))
    pk = the_entry().pk
    run(pk)
    assert outbox.try_again(pk)
    assert (the_entry().state, the_entry().attempts) == ("due", 0)
    assert run(pk)
    assert not outbox.try_again(pk)  # it is no longer on the shelf


@pytest.mark.django_db
def test_while_one_holds_the_lease_nobody_else_runs_it(topic):
    calls = []
    publish(topic(lambda: calls.append(1), timeout_s=60))
    pk = the_entry().pk
    assert leases.claim(pk, timeout_s=60) is not None
    with later(seconds=149):  # 60 s of work and 90 s of margin
        assert not run(pk)
    with later(seconds=151):
        assert run(pk)
    assert calls == [1]


@pytest.mark.django_db
def test_who_lost_the_lease_cannot_end_the_entry(topic):
    publish(topic(lambda: None))
    pk = the_entry().pk
    slow = leases.claim(pk, timeout_s=60)
    with later(seconds=200):
        quick = leases.claim(pk, timeout_s=60)
        assert not leases.give_up(slow, error="too late")
        assert not leases.finish(slow)
        assert the_entry().state == "running"
        assert leases.finish(quick)


@pytest.mark.django_db
def test_an_entry_that_kills_its_worker_each_time_ends_on_the_shelf(topic):
    calls = []
    publish(topic(lambda: calls.append(1), attempts=2))
    pk = the_entry().pk
    for attempt in range(2):
        with later(hours=attempt):
            assert leases.claim(pk, timeout_s=1)  # and the worker dies
    with later(hours=2):
        assert not run(pk)
    assert (the_entry().state, calls) == ("dead", [])
    assert "died" in the_entry().error


@pytest.mark.django_db
def test_a_handler_acts_on_behalf_of_the_publisher(topic):
    seen = []
    name = topic(lambda: seen.append(actor.current_actor()))
    with actor.acting("user:5"):
        publish(name)
    run(the_entry().pk)
    assert seen == ["user:5"]


@pytest.mark.django_db
def test_a_release_that_is_not_there_yet_gets_its_time(topic):
    publish(topic(lambda: None))
    outbox.HANDLERS.clear()
    assert not run(the_entry().pk)
    assert the_entry().state == "due"
    assert not run(999_999_999)


@pytest.mark.django_db
def test_dispatch_queues_each_due_entry_once(topic, redis):
    name = topic(lambda: None, queue="critical", timeout_s=7)
    for _ in range(3):
        publish(name)
    assert (dispatch(), dispatch()) == (3, 0)
    jobs = queues.queue("critical").jobs
    assert [(job.func_name, len(job.args), job.timeout) for job in jobs] == [("gis_platform.core.outbox.run", 1, 7)] * 3
    assert sorted(job.args[0] for job in jobs) == sorted(OutboxEntry.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_what_is_not_due_stays(topic, redis):
    publish(topic(lambda: None))
    OutboxEntry.objects.update(due_at=START + timedelta(seconds=1))
    assert dispatch() == 0
    with later(seconds=1):
        assert dispatch() == 1


@pytest.mark.django_db
def test_a_lost_redis_is_filled_again(topic, redis):
    publish(topic(lambda: None))
    dispatch()
    redis.flushall()
    with later(seconds=61):
        assert dispatch() == 1
    assert queues.lengths()["default"] == 1


@pytest.mark.django_db
def test_a_long_queue_does_not_fill_with_copies(topic, redis):
    publish(topic(lambda: None))
    for minute in range(5):
        with later(minutes=2 * minute):
            dispatch()
    assert queues.lengths()["default"] == 1


@pytest.mark.django_db
def test_a_job_whose_worker_died_before_it_began_is_queued_again(topic, redis):
    publish(topic(lambda: None))
    dispatch()
    redis.lpop(queues.queue("default").key)  # taken from the list; the job's own record stays
    with later(seconds=61):
        dispatch()
    assert queues.lengths()["default"] == 1


@pytest.mark.django_db
def test_without_redis_nothing_is_marked_as_queued(topic, no_redis):
    publish(topic(lambda: None))
    with pytest.raises(RedisError):
        dispatch()
    assert the_entry().queued_until is None


@pytest.mark.django_db
def test_a_dispatch_has_a_limit(topic, redis, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 2)
    name = topic(lambda: None)
    for _ in range(5):
        publish(name)
    assert [dispatch(), dispatch(), dispatch(), dispatch()] == [2, 2, 1, 0]
