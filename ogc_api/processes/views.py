"""Processes and their execution."""

import threading
import time

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gis_platform.core.actor import on_behalf_of
from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.throttle import client_address
from ogc_api.features.editing import MethodNotAllowed
from ogc_api.links import base_url, link
from ogc_api.pages.preference import wants_html
from ogc_api.parameters import refuse_unknown, whole_number
from ogc_api.processes import answering, describing, forms, pages, running, services
from ogc_api.processes.addresses import hashed
from ogc_api.processes.declaring import JSON, Caller, Mode, Process, Text
from ogc_api.processes.errors import InvalidExecution, Stopped, TooManyJobs
from ogc_api.processes.exceptions import resource
from ogc_api.processes.models import Job
from ogc_api.processes.registry import process, processes
from ogc_api.processes.requests import Execution, execution_of

LIMIT_MAX = 1000
AT_ONCE_S = 20  # that an answer may be waited for; longer work is a job's
# Of each web process: the threads that are left serve maps and features.
_places = threading.BoundedSemaphore(3)


class Deadline:
    """The progress of work that somebody waits for."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    def __call__(self, percent: float, message: Text = "") -> None:
        if time.monotonic() > self._ends_at:
            raise Stopped("time limit")


@resource
def process_list(request: HttpRequest) -> HttpResponse:
    _require(request, "GET", "HEAD")
    refuse_unknown(request.GET, {"f", "lang", "limit", "offset"})
    authenticate_request(request)
    if wants_html(request):
        return pages.process_list(request, [one for one in processes() if not one.test_aid])
    limit = whole_number(request.GET, "limit", default=LIMIT_MAX, minimum=1, maximum=10**9)
    offset = whole_number(request.GET, "offset", default=0, minimum=0, maximum=10**9)
    base, known = base_url(request), processes()
    links = [
        link(f"{base}/processes?f=json", rel="self", media_type=JSON),
        link(f"{base}/processes?f=html", rel="alternate", media_type="text/html"),
    ]
    if offset + limit < len(known):
        links.append(link(f"{base}/processes?limit={limit}&offset={offset + limit}", rel="next", media_type=JSON))
    summaries = [describing.summary(one, base) for one in known[offset : offset + limit]]
    return JsonResponse({"processes": summaries, "links": links})


@resource
def process_page(request: HttpRequest, process_id: str) -> HttpResponse:
    _require(request, "GET", "HEAD")
    refuse_unknown(request.GET, {"f", "lang"})
    caller = Caller(authenticate_request(request))
    found = process(process_id)
    if wants_html(request):
        return pages.process_page(request, found, caller)
    return JsonResponse(describing.description(found, base_url(request), caller))


@resource
def execution(request: HttpRequest, process_id: str) -> HttpResponseBase:
    _require(request, "POST")
    caller = Caller(authenticate_request(request))
    found = process(process_id)
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return _from_form(request, found, caller)
    wanted = execution_of(found, request.body, caller)
    if _wants_job(request, found):
        return _accepted(request, _submitted(request, wanted, caller))
    with _place():
        if "reference" in wanted.outputs.values():
            return _kept(request, wanted, caller)
        results = found.run(wanted.inputs, Deadline(AT_ONCE_S), caller)
        return answering.at_once(found, results, wanted.outputs, wanted.response)


def _wants_job(request: HttpRequest, found: Process) -> bool:
    """18-062r2, table 3: the preference where the process can do both, else what it can."""
    if Mode.SYNC not in found.modes:
        return True
    return Mode.ASYNC in found.modes and "respond-async" in request.headers.get("Prefer", "").lower()


def _submitted(request: HttpRequest, wanted: Execution, caller: Caller) -> Job:
    with on_behalf_of(services.actor_of(caller) or "system:processes"):
        return services.submit(wanted, caller, address=hashed(client_address(request)))


def _accepted(request: HttpRequest, job: Job) -> HttpResponse:
    base = base_url(request)
    headers = {"Location": f"{base}/jobs/{job.pk}"}
    if "respond-async" in request.headers.get("Prefer", "").lower():
        headers["Preference-Applied"] = "respond-async"
    return JsonResponse(describing.status(job, base), status=201, headers=headers)


def _kept(request: HttpRequest, wanted: Execution, caller: Caller) -> HttpResponseBase:
    """A result by reference has to lie somewhere: the work is that of a job, done here and now."""
    job = services.submit(wanted, caller, address=hashed(client_address(request)), hand_out=False)
    running.run(job.pk)
    job.refresh_from_db()
    return answering.of_job(job, base_url(request))


def _from_form(request: HttpRequest, found: Process, caller: Caller) -> HttpResponse:
    try:
        job = _submitted(request, forms.execution_of(found, request.POST, caller), caller)
    except (InvalidExecution, TooManyJobs) as error:
        return pages.process_page(request, found, caller, refused=error)
    return HttpResponseRedirect(f"{base_url(request)}/jobs/{job.pk}?f=html", status=303)


class _place:  # noqa: N801 - reads as `with _place()`
    def __enter__(self) -> None:
        if not _places.acquire(blocking=False):
            raise TooManyJobs(
                _("Others wait for answers right now. Send the request with “Prefer: respond-async”."),
                retry_after_s=5,
            )

    def __exit__(self, *_: object) -> None:
        _places.release()


def _require(request: HttpRequest, *methods: str) -> None:
    if request.method not in methods:
        raise MethodNotAllowed(_("Use one of: {methods}.").format(methods=", ".join(methods)))
