"""Processes and jobs as pages."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from gis_platform.core.errors import CityError
from ogc_api.links import base_url
from ogc_api.pages.showing import page
from ogc_api.processes import forms, registry
from ogc_api.processes.declaring import GEOJSON, JSON, Caller, Process, Text
from ogc_api.processes.errors import NoSuchProcess
from ogc_api.processes.models import Job, JobResult
from ogc_api.processes.queries import JobsWanted

MAP_BYTES_MAX = 8 * 1024 * 1024  # of a result that the page's map loads


def process_list(request: HttpRequest, processes: Sequence[Process]) -> HttpResponse:
    return page(request, "processes/list", {"processes": processes})


def process_page(
    request: HttpRequest, process: Process, caller: Caller, *, refused: CityError | None = None
) -> HttpResponse:
    problems = getattr(refused, "fields", {})
    given = request.POST if refused else None
    url = f"{base_url(request)}/processes/{process.id}/execution"
    context = {
        "process": process,
        "fields": forms.fields(process, caller, given, problems),
        "refused": refused,
        "examples": [(example.title, _command(url, example.inputs)) for example in process.examples],
    }
    return page(request, "processes/process", context, status=refused.status if refused else 200)


def job_list(
    request: HttpRequest, jobs: Sequence[Job], wanted: JobsWanted, links: list[dict[str, Any]]
) -> HttpResponse:
    context = {
        "jobs": [(job, title_of(job)) for job in jobs],
        "links": links,
        "statuses": Job.Status.choices,
        "processes": registry.processes(),
        "filtered": bool(wanted.statuses or wanted.processes),
    }
    return page(request, "processes/jobs", context)


def job_page(request: HttpRequest, job: Job) -> HttpResponse:
    results = list(job.results.order_by("pk"))
    drawn = next((one for one in results if one.media_type == GEOJSON and one.size_bytes <= MAP_BYTES_MAX), None)
    context = {
        "job": job,
        "title": title_of(job),
        "over": job.status not in (Job.Status.ACCEPTED, Job.Status.RUNNING),
        "results": [(one, _output_title(job, one)) for one in results],
        "drawn": drawn,
        "figures": next((one for one in results if one.media_type == JSON and one.output == "totals"), None),
        "inputs": [(name, _shown(value)) for name, value in job.inputs.items()],
    }
    response = page(request, "processes/job", context)
    response["Cache-Control"] = "no-store"
    return response


def title_of(job: Job) -> Text:
    try:
        return registry.process(job.process).title
    except NoSuchProcess:  # of a release that is gone
        return job.process


def _output_title(job: Job, result: JobResult) -> Text:
    try:
        return registry.process(job.process).outputs[result.output].title
    except (NoSuchProcess, KeyError):
        return result.output


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:2000]


def _command(url: str, inputs: Any) -> str:
    """The example for a shell, with its single quotes made safe."""
    body = json.dumps({"inputs": dict(inputs), "response": "document"}, ensure_ascii=False, indent=2)
    quoted = body.replace("'", "'\\''")
    lines = [
        f"curl -X POST {url}",
        "-H 'Content-Type: application/json' -H 'Prefer: respond-async'",
        f"-d '{quoted}'",
    ]
    return " \\\n  ".join(lines)
