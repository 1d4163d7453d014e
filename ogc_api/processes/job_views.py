"""Jobs, their results, and dismissing them."""

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gis_platform.identity.authentication import authenticate_request
from ogc_api.features.editing import MethodNotAllowed
from ogc_api.links import base_url, link
from ogc_api.pages.preference import wants_html
from ogc_api.parameters import InvalidParameter, interval, refuse_unknown, whole_number
from ogc_api.processes import answering, describing, pages, queries, services
from ogc_api.processes.declaring import JSON, Caller
from ogc_api.processes.exceptions import resource
from ogc_api.processes.models import Job
from ogc_api.processes.queries import JobsWanted

PROCESS_ID = re.compile(r"[\w-]{1,60}", re.ASCII)
LIMIT_DEFAULT = 20
LIMIT_MAX = 200
PARAMETERS = {"type", "processID", "status", "datetime", "minDuration", "maxDuration", "limit", "offset"}


@resource
def job_list(request: HttpRequest) -> HttpResponse:
    _require(request, "GET", "HEAD")
    refuse_unknown(request.GET, {"f", "lang", *PARAMETERS})
    caller = Caller(authenticate_request(request))
    wanted = _wanted(request)
    found, matched = queries.jobs(caller, wanted)
    links = _links(request, wanted, matched)
    if wants_html(request):
        return pages.job_list(request, found, wanted, links)
    base = base_url(request)
    return JsonResponse({"jobs": [describing.status(job, base) for job in found], "links": links})


@resource
def job(request: HttpRequest, job_id: str) -> HttpResponse:
    """GET says how it stands; DELETE dismisses, and so does a form's POST, for a form cannot DELETE."""
    refuse_unknown(request.GET, {"f", "lang"})
    found = queries.job(Caller(authenticate_request(request)), job_id)
    match request.method:
        case "GET" | "HEAD":
            if wants_html(request):
                return pages.job_page(request, found)
            return JsonResponse(describing.status(found, base_url(request)), headers={"Cache-Control": "no-store"})
        case "DELETE":
            services.dismiss(found)
            return JsonResponse(describing.status(found, base_url(request)))
        case "POST":
            services.dismiss(found)
            return HttpResponseRedirect(f"{base_url(request)}/jobs?f=html", status=303)
    raise MethodNotAllowed(_("Use one of: {methods}.").format(methods="GET, HEAD, DELETE"))


@resource
def results(request: HttpRequest, job_id: str) -> HttpResponseBase:
    _require(request, "GET", "HEAD")
    refuse_unknown(request.GET, {"f", "lang"})
    return answering.of_job(queries.job(Caller(authenticate_request(request)), job_id), base_url(request))


@resource
def result(request: HttpRequest, job_id: str, output: str) -> HttpResponseBase:
    _require(request, "GET", "HEAD")
    refuse_unknown(request.GET, {"f", "lang"})
    return answering.one_of_job(queries.job(Caller(authenticate_request(request)), job_id), output)


def _wanted(request: HttpRequest) -> JobsWanted:
    query = request.GET
    statuses = tuple(filter(None, query.get("status", "").split(",")))
    if unknown := [status for status in statuses if status not in Job.Status.values]:
        raise InvalidParameter(
            _("{name} must be one of: {values}.").format(name="status", values=", ".join(Job.Status.values)),
            unknown=unknown[0][:40],
        )
    if query.get("type", describing.JOB_TYPE) != describing.JOB_TYPE:
        raise InvalidParameter(_("{name} must be one of: {values}.").format(name="type", values=describing.JOB_TYPE))
    processes = tuple(filter(None, query.get("processID", "").split(",")))
    if not all(PROCESS_ID.fullmatch(name) for name in processes):
        raise InvalidParameter(_("“processID” must be the id of a process."))
    return JobsWanted(
        processes=processes,
        statuses=statuses,
        created=interval(query.get("datetime", "")),
        lasted_s_min=_seconds(request, "minDuration"),
        lasted_s_max=_seconds(request, "maxDuration"),
        limit=min(whole_number(query, "limit", default=LIMIT_DEFAULT, minimum=1, maximum=10**9), LIMIT_MAX),
        offset=whole_number(query, "offset", default=0, minimum=0, maximum=10**6),
    )


def _seconds(request: HttpRequest, name: str) -> int | None:
    if not request.GET.get(name):
        return None
    return whole_number(request.GET, name, default=0, minimum=0, maximum=10**9)


def _links(request: HttpRequest, wanted: JobsWanted, matched: int) -> list[dict[str, Any]]:
    def at(**changes: Any) -> str:
        return f"{base_url(request)}/jobs?{urlencode({**request.GET.dict(), **changes})}"

    links = [
        link(at(), rel="self", media_type=JSON),
        link(at(f="html"), rel="alternate", media_type="text/html"),
    ]
    if wanted.offset + wanted.limit < matched:
        links.append(link(at(offset=wanted.offset + wanted.limit, limit=wanted.limit), rel="next", media_type=JSON))
    if wanted.offset:
        before = max(wanted.offset - wanted.limit, 0)
        links.append(link(at(offset=before, limit=wanted.limit), rel="prev", media_type=JSON))
    return links


def _require(request: HttpRequest, *methods: str) -> None:
    if request.method not in methods:
        raise MethodNotAllowed(_("Use one of: {methods}.").format(methods=", ".join(methods)))
