"""Who works on a job: one attempt at a time holds the lease, says that it lives, and alone may end the job."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F

from gis_platform.core import clock
from ogc_api.processes.models import Job, JobQuerySet

LEASE = timedelta(seconds=30)  # without a sign of life for so long, the job is another worker's
KEPT_FOR = timedelta(days=7)


def claim(job_id: UUID | str) -> Job | None:
    """The job with a lease of ours and one more attempt counted; None when somebody has it or it is over."""
    at, lease = clock.now(), uuid4()
    claimed = Job.objects.claimable(at).filter(pk=job_id).update(
        status=Job.Status.RUNNING, attempts=F("attempts") + 1, lease=lease, lease_until=at + LEASE,
        started_at=at, updated_at=at, progress=0, message="",
    )  # fmt: skip
    return Job.objects.filter(pk=job_id, lease=lease).first() if claimed == 1 else None


def hold(job: Job, *, progress: int, message: str) -> bool:
    """Prolongs the lease and tells how far the work is; False when the job is no longer ours: dismissed, or lost."""
    at = clock.now()
    held = _ours(job).update(lease_until=at + LEASE, updated_at=at, progress=progress, message=message)
    return held == 1


def settle(job: Job, status: Job.Status, **values: Any) -> bool:
    """Ends the job and gives the lease back; False when it is no longer ours."""
    at = clock.now()
    values |= {"lease": None, "lease_until": None, "updated_at": at, "finished_at": at, "expires_at": at + KEPT_FOR}
    return _ours(job).update(status=status, **values) == 1


def _ours(job: Job) -> JobQuerySet:
    return Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, lease=job.lease)
