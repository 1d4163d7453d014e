import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from rq import SimpleWorker, Worker
from rq.serializers import JSONSerializer

from gis_platform.core import outbox, queues, workers
from gis_platform.core.models import OutboxEntry
from tests.servers import database_url


def await_that(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


@pytest.fixture
def processes(redis_url) -> Iterator[list[subprocess.Popen]]:
    """A worker and a dispatcher, started as in production."""
    environment = os.environ | {"DATABASE_URL": database_url(), "REDIS_URL": redis_url}
    command = [sys.executable, "-m", "gis_platform.worker"]
    started = [subprocess.Popen([*command, *rest], env=environment) for rest in ([], ["dispatch"])]
    yield started
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.django_db(transaction=True)
def test_the_two_processes_run_periodic_jobs_show_life_and_stop_when_asked(redis, processes):
    done = OutboxEntry.objects.filter(topic="periodic:core-prune-outbox", state="done")
    await_that(done.exists)
    assert workers.living() == {"workers": True, "dispatcher": True}
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(timeout=30) for process in processes] == [0, 0]
    await_that(lambda: not workers.living()["workers"])


@pytest.mark.django_db(transaction=True)
def test_publishing_wakes_the_dispatcher(topic, monkeypatch):
    monkeypatch.setattr(workers, "POLL_S", 30.0)
    waited: list[float] = []
    listening = threading.Event()

    def listen() -> None:
        workers._listen()
        listening.set()
        began = time.monotonic()
        workers._wait_for_news()
        waited.append(time.monotonic() - began)
        connection.close()

    dispatcher = threading.Thread(target=listen)
    dispatcher.start()
    listening.wait(10)
    with transaction.atomic():
        outbox.publish(topic(lambda: None))
    dispatcher.join(20)
    assert len(waited) == 1
    assert waited[0] < 10


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_overruns_its_time_is_a_failure(topic, redis):
    with transaction.atomic():
        outbox.publish(topic(lambda: time.sleep(10), timeout_s=1))
    outbox.dispatch()
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    SimpleWorker(queues.NAMES, connection=redis, serializer=JSONSerializer).work(burst=True, logging_level="ERROR")
    for number, action in former.items():
        signal.signal(number, action)
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.attempts) == ("due", 1)
    assert entry.error.startswith("JobTimeoutException")


def test_a_worker_is_seen_again_after_redis_lost_everything(redis):
    worker = workers.CityWorker(["default"], connection=redis, serializer=JSONSerializer)
    worker.register_birth()
    redis.flushall()
    assert not workers.living()["workers"]
    worker.heartbeat()
    assert workers.living()["workers"]
    assert Worker.count(connection=redis) == 1


def test_jobs_are_written_as_json_so_that_redis_cannot_make_a_worker_run_code(redis):
    queues.enqueue("default", "gis_platform.core.outbox.run", 7, job_id="outbox-7-0", timeout_s=60)
    stored = redis.hgetall("rq:job:outbox-7-0")
    assert b"pickle" not in stored[b"data"]
    assert queues.queue("default").jobs[0].args == [7]
