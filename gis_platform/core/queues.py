"""rq's queues. Redis carries ids and may be lost; nothing here is a store of record."""

from functools import cache

from django.conf import settings
from redis import Redis
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.job import Job
from rq.serializers import JSONSerializer

# In the order in which workers serve them.
CRITICAL, DEFAULT, IMPORTS, PROCESSES = NAMES = ("critical", "default", "imports", "processes")
RESULT_TTL_S = 0
FAILURE_TTL_S = 86_400
SOCKET_TIMEOUT_S = 5


@cache
def redis() -> Redis:
    """The connection of this process, for questions that must be answered soon."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=SOCKET_TIMEOUT_S, socket_connect_timeout=SOCKET_TIMEOUT_S)


def queue(name: str) -> Queue:
    # JSON, not pickle: whoever can write to Redis could otherwise run any code in a worker.
    return Queue(name, connection=redis(), serializer=JSONSerializer)


def enqueue(name: str, function: str, *arguments: int | str, job_id: str, timeout_s: int) -> None:
    """Queues a call by the function's dotted name; a job of this id that still waits in the queue is left there.

    Retries are the outbox's, so rq is asked for none.
    """

    def put() -> None:
        queue(name).enqueue_call(
            function, args=arguments, job_id=job_id, timeout=timeout_s, unique=True,
            result_ttl=RESULT_TTL_S, failure_ttl=FAILURE_TTL_S,
        )  # fmt: skip

    try:
        put()
    except DuplicateJobError:
        # A worker that dies right after it took the id leaves the job behind, and rq finds out much later or never.
        if redis().lpos(queue(name).key, job_id) is None:
            redis().delete(Job.key_for(job_id))
            put()


def lengths() -> dict[str, int]:
    return {name: queue(name).count for name in NAMES}
