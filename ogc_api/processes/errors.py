"""Refusals of the processes. Where the standard gives an exception a name, `standard_type` is it (18-062r2)."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import CityError, InvalidInput, NotFound, TooLarge, TooMany

EXCEPTIONS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"


class NoSuchProcess(NotFound):
    code = "no-such-process"
    title = _("There is no such process")
    standard_type = f"{EXCEPTIONS}/no-such-process"


class NoSuchJob(NotFound):
    code = "no-such-job"
    title = _("There is no such job")
    standard_type = f"{EXCEPTIONS}/no-such-job"


class NoSuchResult(NotFound):
    code = "no-such-result"
    title = _("The job has no such result")


class ResultNotReady(NotFound):
    code = "result-not-ready"
    title = _("The result is not ready yet")
    standard_type = f"{EXCEPTIONS}/result-not-ready"


class JobFailed(CityError):
    """Asked for the results of a job that has none."""

    code = "job-failed"
    status = 409
    title = _("The job has no results")


class InvalidExecution(InvalidInput):
    code = "invalid-execution"
    title = _("The request does not fit the process")


class ProcessTooLarge(TooLarge):
    """Raised by a process for what would take too long or fill the memory."""

    code = "process-too-large"
    title = _("The request is more than the process takes on")


class TooManyJobs(TooMany):
    code = "too-many-jobs"
    title = _("Too many jobs at once")


class Stopped(Exception):
    """Raised inside a process when its job was dismissed, has passed its time limit, or belongs to another worker."""
