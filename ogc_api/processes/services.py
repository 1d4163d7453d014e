"""The verbs of jobs: submit, hand out again, dismiss. Each is one transaction with a conditional update."""

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gis_platform.core import clock
from gis_platform.core.outbox import publish
from gis_platform.identity.models import User
from gis_platform.identity.roles import is_staff_member
from ogc_api.processes import leases, storage
from ogc_api.processes.declaring import Caller
from ogc_api.processes.errors import TooManyJobs
from ogc_api.processes.models import Job
from ogc_api.processes.requests import Execution

TOPIC = "processes.run"
UNFINISHED_MAX_STRANGER = 10  # of one address
UNFINISHED_MAX_ACCOUNT = 20
UNFINISHED_MAX_STAFF = 50
UNFINISHED_MAX = 500  # of everybody
RETRY_AFTER_S = 30


@transaction.atomic
def submit(execution: Execution, caller: Caller, *, address: str, hand_out: bool = True) -> Job:
    """A job that a worker takes up soon, or, without `hand_out`, one for the caller to run. Raises TooManyJobs."""
    counted_as = actor_of(caller) or f"address:{address}"
    _refuse_too_many(caller, counted_as)
    at = clock.now()
    job = Job.objects.create(
        process=execution.process.id, inputs=dict(execution.inputs), outputs=dict(execution.outputs),
        response=execution.response, language=get_language() or "en", owner=actor_of(caller), counted_as=counted_as,
        created_at=at, updated_at=at, expires_at=at + leases.KEPT_FOR,
    )  # fmt: skip
    if hand_out:
        publish(TOPIC, job_id=str(job.pk))
    return job


@transaction.atomic
def hand_out_again(job_id: UUID) -> bool:
    """Gives a job whose worker is lost to whoever takes it next; False when it came back to life meanwhile."""
    at = clock.now()
    freed = Job.objects.abandoned(at).filter(pk=job_id).update(
        status=Job.Status.ACCEPTED, lease=None, lease_until=None, updated_at=at
    )  # fmt: skip
    if freed == 1:
        publish(TOPIC, job_id=str(job_id))
    return freed == 1


def dismiss(job: Job) -> None:
    """Stops a job that is not over, within seconds also one in the middle of a query; removes one that is."""
    at = clock.now()
    stopped = Job.objects.unfinished().filter(pk=job.pk).update(
        status=Job.Status.DISMISSED, lease=None, lease_until=None, updated_at=at, finished_at=at,
        expires_at=at + leases.KEPT_FOR,
    )  # fmt: skip
    if stopped == 1:
        job.refresh_from_db()
        return
    Job.objects.filter(pk=job.pk).delete()
    storage.forget(job.pk)
    job.status = Job.Status.DISMISSED


def actor_of(caller: Caller) -> str:
    return f"user:{caller.user.pk}" if isinstance(caller.user, User) else ""


def _refuse_too_many(caller: Caller, counted_as: str) -> None:
    with connection.cursor() as cursor:  # two requests at once count one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"processes:{counted_as}"])
    unfinished = Job.objects.unfinished()
    limit = _limit(caller)
    if unfinished.filter(counted_as=counted_as).count() >= limit or unfinished.count() >= UNFINISHED_MAX:
        raise TooManyJobs(
            _("You have {limit} jobs that are not finished; wait for one, or dismiss one.").format(limit=limit),
            retry_after_s=RETRY_AFTER_S,
        )


def _limit(caller: Caller) -> int:
    if is_staff_member(caller.user):
        return UNFINISHED_MAX_STAFF
    return UNFINISHED_MAX_ACCOUNT if isinstance(caller.user, User) else UNFINISHED_MAX_STRANGER
