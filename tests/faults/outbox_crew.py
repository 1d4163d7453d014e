"""A process that keeps workers and a dispatcher alive while it kills them: `python outbox_crew.py SEED KILLS [broken]`.

It ends when no entry is left alive or after a while. Each handler says with a file that it is at work, so that a blow
falls in the middle of one.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import django
from django.conf import settings

from gis_platform import settings as project

# Core alone: it starts quickly, and no room's job comes between.
chosen = {name: getattr(project, name) for name in dir(project) if name.isupper()}
settings.configure(**chosen | {"INSTALLED_APPS": ["gis_platform.core"]})
django.setup()

from django.db import connection, connections  # noqa: E402 needs Django
from redis import Redis  # noqa: E402 needs Django

from gis_platform.core import leases, outbox, queues, workers  # noqa: E402 needs Django
from gis_platform.core.models import OutboxEntry  # noqa: E402 needs Django

TOPIC = "fault.effect"
END_AFTER_S = 40
AT_WORK = Path(os.environ["FAULT_FOLDER"])


@outbox.handler(TOPIC, timeout_s=1, attempts=100)
def effect(number: int) -> None:
    mark = AT_WORK / str(os.getpid())
    mark.touch()
    time.sleep(0.08)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_effect VALUES (%s) ON CONFLICT DO NOTHING", [number])
    time.sleep(0.02)
    mark.unlink(missing_ok=True)


def run_broken(entry_id: int) -> bool:
    """The broken twin: marks the entry as done, and then does it."""
    entry = leases.claim(entry_id, timeout_s=1)
    if entry is None or not leases.finish(entry):
        return False
    effect(**entry.payload)
    return True


def start(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return pid


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(pid, signal.SIGKILL)


def horses(worker: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{worker}/task/{worker}/children").read_text().split()]


def somebody_at_work(until: float) -> int:
    """The process that is in the middle of a handler now; 0 when there is none to come."""
    while time.monotonic() < until:
        for mark in AT_WORK.iterdir():
            if Path("/proc", mark.name).exists():
                return int(mark.name)
            mark.unlink(missing_ok=True)  # of one that has ended
        time.sleep(0.002)
    return 0


def is_over() -> bool:
    over = not OutboxEntry.objects.alive().exists()
    connection.close()  # children must not inherit it
    return over


def main(seed: int, kills: int) -> None:
    chance = random.Random(seed)
    end = time.monotonic() + END_AFTER_S
    dispatcher = start(workers.dispatch_forever)
    crew = [start(workers.work) for _ in range(2)]
    for blow in range(kills):
        horse = somebody_at_work(end)
        time.sleep(chance.choice((0, chance.uniform(0, 0.1))))
        whom = chance.choice(("both", "both", "horse", "worker"))
        for index, worker in enumerate(crew):
            if whom != "horse" and horse in horses(worker):
                kill(worker)
                os.waitpid(worker, 0)
                crew[index] = start(workers.work)
        if whom != "worker" and horse:
            kill(horse)
            (AT_WORK / str(horse)).unlink(missing_ok=True)
        if blow == kills // 2:
            Redis.from_url(os.environ["REDIS_URL"]).flushall()
            kill(dispatcher)
            os.waitpid(dispatcher, 0)
            dispatcher = start(workers.dispatch_forever)
    while time.monotonic() < end and not is_over():
        time.sleep(0.1)
    for pid in (dispatcher, *crew):
        for child in horses(pid):
            kill(child)
        kill(pid)


if __name__ == "__main__":
    # Short, so that what a dead worker held is given to another one soon. The time limit is a second.
    leases.MARGIN = timedelta(seconds=0.2)
    outbox.QUEUED_FOR = timedelta(seconds=1)
    workers.POLL_S = 0.2
    if sys.argv[3:] == ["broken"]:
        outbox.run = run_broken
    outbox.PERIODIC.clear()
    connections.close_all()
    queues.redis.cache_clear()
    main(int(sys.argv[1]), int(sys.argv[2]))
