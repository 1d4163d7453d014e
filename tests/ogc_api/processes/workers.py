"""Processes that run one attempt at a job, forked as rq forks its work-horses, so that they begin at once."""

import os
import signal
import time
from datetime import timedelta
from uuid import uuid4

from django.db import connections
from django.db.models import F

from gis_platform.core import clock
from gis_platform.core.workers import without_pool
from ogc_api.processes import leases, running, watching
from ogc_api.processes.models import Job

FINISHED, NOT_OURS = 0, 3


class Worker:
    """`broken` takes the job whoever has it; `short-lease` has one of half a second."""

    def __init__(self, job: Job, *options: str) -> None:
        for alias in connections:  # a fork must inherit no connection
            connections[alias].close()
            connections[alias].close_pool()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                status = FINISHED if _work(job, options) else NOT_OURS
            finally:
                os._exit(status)
        self._status: int | None = None

    def poll(self) -> int | None:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status

    def wait(self, *, seconds: float = 60) -> int:
        end = time.monotonic() + seconds
        while (status := self.poll()) is None:
            assert time.monotonic() < end, "the worker does not end"
            time.sleep(0.02)
        return status

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()


def _work(job: Job, options: tuple[str, ...]) -> bool:
    without_pool()
    watching.BEAT_S = 0.1
    if "broken" in options:
        leases.claim = _claim_anyway
        leases.hold = lambda *_, **__: True
    if "short-lease" in options:
        leases.LEASE = timedelta(seconds=0.5)
    return running.run(job.pk)


def _claim_anyway(job_id) -> Job:
    lease = uuid4()
    Job.objects.filter(pk=job_id).update(
        status="running", lease=lease, lease_until=clock.now() + leases.LEASE, attempts=F("attempts") + 1
    )
    return Job.objects.get(pk=job_id)
