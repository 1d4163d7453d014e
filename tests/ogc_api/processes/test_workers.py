"""Workers that are killed and jobs that are dismissed midway: real processes, and a broken twin beside them."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from psycopg.sql import SQL

from gis_platform.core import clock
from ogc_api.processes import jobs, registry, running, services, watching
from ogc_api.processes.declaring import NOBODY, Output, Process
from ogc_api.processes.models import Job
from ogc_api.processes.reading import fetch
from ogc_api.processes.requests import Execution
from tests.ogc_api.processes.steps import ASYNC, execute
from tests.ogc_api.processes.workers import FINISHED, NOT_OURS, Worker

pytestmark = pytest.mark.django_db(transaction=True)


def until(condition, *, seconds: float = 90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.status


@pytest.fixture
def job(client) -> Job:
    return Job.objects.get(pk=execute(client, "echo", {"text": "a", "pause": 2}, headers=ASYNC).json()["jobID"])


@pytest.fixture
def worker():
    """Starts a process that runs one attempt at a job."""
    started = []

    def start(job: Job, *options: str) -> Worker:
        started.append(Worker(job, *options))
        return started[-1]

    yield start
    for process in started:
        process.kill()


def test_a_killed_workers_job_is_finished_by_another(job, worker):
    first = worker(job)
    until(lambda: state(job) == "running")
    first.kill()
    assert not running.run(job.pk), "the lease is still good"
    assert state(job) == "running"
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))  # half a minute later
    jobs.take_up()
    assert state(job) == "accepted"
    second = worker(job)
    assert second.wait() == FINISHED
    assert (state(job), job.attempts) == ("successful", 2)
    assert [result.output for result in job.results.all()] == ["text"]


def test_a_living_worker_keeps_its_job_for_longer_than_a_lease(job, worker):
    one = worker(job, "short-lease")
    until(lambda: state(job) == "running")
    for _ in range(5):
        time.sleep(0.3)
        assert not running.run(job.pk)
    assert one.wait() == FINISHED
    assert (state(job), job.attempts) == ("successful", 1)


def test_the_check_catches_a_worker_without_a_lease(job, worker):
    """The broken twin: two of it run the same job side by side, which the lease prevents."""
    both = [worker(job, "broken"), worker(job, "broken")]
    until(lambda: state(job) == "running" and job.attempts == 2)
    assert all(one.poll() is None for one in both), "they do not run side by side"


def test_two_workers_with_a_lease_run_a_job_once(job, worker):
    both = [worker(job), worker(job)]
    assert sorted(one.wait() for one in both) == [FINISHED, NOT_OURS]
    assert (state(job), job.attempts) == ("successful", 1)


def test_a_running_job_that_is_dismissed_stops(client, job, worker):
    one = worker(job)
    until(lambda: state(job) == "running")
    assert client.delete(f"/ogc/jobs/{job.pk}", headers={"Accept": "application/json"}).json()["status"] == "dismissed"
    started = time.monotonic()
    assert one.wait() == NOT_OURS
    assert time.monotonic() - started < 1.5, "it went on to its end"
    assert (state(job), job.results.count()) == ("dismissed", 0)


# --- In the middle of a query ---------------------------------------------------------------------------------------


def sleep(inputs, progress, caller):
    fetch(SQL("SELECT pg_sleep(30)"), [])
    return {"never": 1}


@pytest.fixture
def sleeping(monkeypatch):
    monkeypatch.setattr(watching, "BEAT_S", 0.1)
    process = Process(
        id="sleeping",
        version="1",
        title="Sleeping",
        description="",
        inputs={},
        outputs={"never": Output(title="Never", schema={})},
        run=sleep,
    )
    registry.register(process)
    yield process
    registry.withdraw("sleeping")


def in_another_thread(job: Job) -> threading.Thread:
    def run() -> None:
        try:
            running.run(job.pk)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def submitted(process: Process) -> Job:
    execution = Execution(process, {}, {"never": "value"})
    return services.submit(execution, NOBODY, address="test", hand_out=False)


def test_a_query_ends_with_its_job(sleeping):
    job = submitted(sleeping)
    thread = in_another_thread(job)
    until(lambda: state(job) == "running")
    time.sleep(0.3)  # now it is in the middle of the query
    services.dismiss(job)
    started = time.monotonic()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert time.monotonic() - started < 5
    assert state(job) == "dismissed"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(30)%'")
        assert cursor.fetchone()[0] <= 1, "only this question may be at work"


def test_a_job_that_takes_too_long_fails_with_a_sentence(sleeping):
    object.__setattr__(sleeping, "time_limit_s", 0.3)
    job = submitted(sleeping)
    thread = in_another_thread(job)
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert (state(job), job.error_code) == ("failed", "time-limit")
    assert "longer than" in job.message
