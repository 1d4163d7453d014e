"""Runs one attempt at a job, from the claim to its end; may be called again and by several at once."""

from uuid import UUID

import structlog
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.utils import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import override

from gis_platform.core.errors import CityError
from gis_platform.identity.models import User
from ogc_api.processes import leases, storage
from ogc_api.processes.declaring import Caller, Process
from ogc_api.processes.errors import Stopped
from ogc_api.processes.models import Job, JobResult
from ogc_api.processes.registry import process
from ogc_api.processes.watching import Watch, watched

ATTEMPTS_MAX = 3  # a job that ends its worker each time must not do so for ever

log = structlog.get_logger(__name__)


def run(job_id: UUID | str) -> bool:
    """Whether this attempt finished the job; False also when it is somebody else's, over or dismissed."""
    job = leases.claim(job_id)
    if job is None:
        return False
    with override(job.language):
        if job.attempts > ATTEMPTS_MAX:
            return _fail(job, "worker-lost", _("The worker was lost {count} times.").format(count=ATTEMPTS_MAX))
        try:
            declared = process(job.process)
        except CityError as error:
            return _fail(job, error.code, str(error))
        return _attempt(job, declared)


def caller_of(job: Job) -> Caller:
    """With the rights that the person has now, not those of when the job was sent."""
    kind, _colon, key = job.owner.partition(":")
    user = User.objects.filter(pk=key, is_active=True).first() if kind == "user" else None
    return Caller(user or AnonymousUser())


def _attempt(job: Job, declared: Process) -> bool:
    with watched(job, time_limit_s=declared.time_limit_s) as watch:
        try:
            results = declared.run(job.inputs, watch, caller_of(job))
            kept = storage.keep(job, declared, results)
        except CityError as error:
            return _fail(job, error.code, str(error))
        except (Stopped, OperationalError) as error:
            return _ended(job, declared, watch, error)
        except Exception:
            log.exception("process failed", process=job.process, job=str(job.pk))
            return _fail(job, "internal-error", _("Something went wrong on our side."))
    return _succeed(job, kept)


def _ended(job: Job, declared: Process, watch: Watch, error: Exception) -> bool:
    """A statement that the watch cancelled looks like one that its own time limit ended."""
    if watch.reason == "not ours":
        log.info("work was stopped", job=str(job.pk))
        storage.discard(job)
        return False
    if not watch.reason and not isinstance(error, Stopped):
        log.warning("statement failed", process=job.process, job=str(job.pk), error=str(error.__cause__ or error)[:200])
    return _fail(
        job,
        "time-limit",
        _("It took longer than {limit} seconds. Ask for less: fewer features, a shorter distance.").format(
            limit=declared.time_limit_s
        ),
    )


def _succeed(job: Job, kept: list[JobResult]) -> bool:
    with transaction.atomic():
        finished = leases.settle(job, Job.Status.SUCCESSFUL, progress=100, message="")
        if finished:
            JobResult.objects.bulk_create(kept)
    if not finished:  # dismissed or taken over while the last of it was written
        storage.discard(job)
    return finished


def _fail(job: Job, code: str, message: str) -> bool:
    storage.discard(job)
    leases.settle(job, Job.Status.FAILED, error_code=code, message=message[:500])
    return False
