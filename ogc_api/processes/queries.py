"""Which jobs a caller may see: their own, one of a stranger by its secret id, and staff all of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce, Now
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext as _

from gis_platform.identity.models import User
from gis_platform.identity.roles import is_staff_member
from ogc_api.processes.declaring import Caller
from ogc_api.processes.errors import NoSuchJob
from ogc_api.processes.models import Job, JobQuerySet
from ogc_api.processes.registry import processes
from ogc_api.processes.services import actor_of


@dataclass(frozen=True, kw_only=True)
class JobsWanted:
    """What a list of jobs was asked for; an empty tuple or None is no condition. Times include both ends."""

    processes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    created: tuple[datetime | None, datetime | None] = (None, None)
    lasted_s_min: int | None = None
    lasted_s_max: int | None = None
    limit: int = 20
    offset: int = 0


def job(caller: Caller, job_id: str) -> Job:
    """Raises NoSuchJob, also for somebody else's."""
    try:
        found = Job.objects.filter(pk=UUID(job_id)).first()
    except ValueError:
        found = None
    if found is None or not (not found.owner or found.owner == actor_of(caller) or is_staff_member(caller.user)):
        raise NoSuchJob(_("There is no such job, or it has expired."))
    return found


def jobs(caller: Caller, wanted: JobsWanted) -> tuple[list[Job], int]:
    """The page of jobs, newest first, and how many there are."""
    found = visible(caller)
    if wanted.processes:
        found = found.filter(process__in=wanted.processes)
    if wanted.statuses:
        found = found.filter(status__in=wanted.statuses)
    start, end = wanted.created
    if start:
        found = found.filter(created_at__gte=start)
    if end:
        found = found.filter(created_at__lte=end)
    if wanted.lasted_s_min is not None or wanted.lasted_s_max is not None:
        found = _by_duration(found, wanted)
    return list(found[wanted.offset : wanted.offset + wanted.limit]), found.count()


def visible(caller: Caller) -> JobQuerySet:
    """A stranger's jobs are listed for nobody but staff, for their ids are secrets; those of a test aid hold none."""
    if is_staff_member(caller.user):
        return Job.objects.all()
    aids = Q(owner="", process__in=[process.id for process in processes() if process.test_aid])
    if isinstance(caller.user, User):
        return Job.objects.filter(Q(owner=actor_of(caller)) | aids)
    return Job.objects.filter(aids)


def _by_duration(found: JobQuerySet, wanted: JobsWanted) -> JobQuerySet:
    lasted = ExpressionWrapper(Coalesce(F("finished_at"), Now()) - F("started_at"), output_field=DurationField())
    conditions = Q(started_at__isnull=False)
    if wanted.lasted_s_min is not None:
        conditions &= Q(GreaterThanOrEqual(lasted, timedelta(seconds=wanted.lasted_s_min)))
    if wanted.lasted_s_max is not None:
        conditions &= Q(LessThanOrEqual(lasted, timedelta(seconds=wanted.lasted_s_max)))
    return found.filter(conditions)
