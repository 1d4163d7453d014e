"""What accompanies the work on a job: a second thread that says the worker lives, and stops the work when it must."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import structlog
from django.db import connections
from django.db.utils import Error

from gis_platform.core.database import PUBLISHED
from ogc_api.processes import leases
from ogc_api.processes.declaring import Text
from ogc_api.processes.errors import Stopped
from ogc_api.processes.models import Job

BEAT_S = 1.0
MESSAGE_LENGTH_MAX = 500

log = structlog.get_logger(__name__)


class Watch:
    """The progress of one attempt. `reason` says why the work has to end; empty while it may go on."""

    def __init__(self, job: Job, *, time_limit_s: float) -> None:
        self._job = job
        self._ends_at = time.monotonic() + time_limit_s
        self._progress = 0
        self._message = ""
        self._over = threading.Event()
        self.reason = ""
        # Cancelling is the one thing that another thread may do to a connection.
        self._cancelled = [connections[PUBLISHED], connections["default"]]

    def __call__(self, percent: float, message: Text = "") -> None:
        self._progress = max(0, min(99, int(percent)))
        self._message = str(message)[:MESSAGE_LENGTH_MAX] or self._message
        if self.reason:
            raise Stopped(self.reason)

    def over(self) -> None:
        self._over.set()

    def run(self) -> None:
        """Beats until the work is over, or has to end."""
        try:
            while not self._over.wait(BEAT_S):
                self._beat()
                if self.reason:
                    self._cancel()
        finally:
            connections.close_all()  # of this thread

    def _beat(self) -> None:
        if time.monotonic() > self._ends_at:
            self.reason = "time limit"
            return
        try:
            if not leases.hold(self._job, progress=self._progress, message=self._message):
                self.reason = "not ours"
        except Error as error:  # the next beat comes in a second, the lease lasts longer
            log.warning("no sign of life could be given", error=type(error).__qualname__)
            connections["default"].close()

    def _cancel(self) -> None:
        for wrapper in self._cancelled:
            if wrapper.connection is not None:
                with suppress(psycopg.Error):
                    wrapper.connection.cancel_safe(timeout=5)


@contextmanager
def watched(job: Job, *, time_limit_s: float) -> Iterator[Watch]:
    watch = Watch(job, time_limit_s=time_limit_s)
    thread = threading.Thread(target=watch.run, name=f"watch-{job.pk}", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.over()
        thread.join()
