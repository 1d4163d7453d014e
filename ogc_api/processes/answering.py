"""Results as an answer (18-062r2, 7.11.4 and 7.13): raw or as a document, by value or by reference."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.http import FileResponse, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from ogc_api.processes import storage
from ogc_api.processes.declaring import JSON, Process, Results
from ogc_api.processes.errors import JobFailed, NoSuchResult, ResultNotReady
from ogc_api.processes.models import Job, JobResult

INLINE_BYTES_MAX = 32 * 1024 * 1024  # of a document or of parts; larger results are had one by one


@dataclass(frozen=True, slots=True)
class Part:
    """One result on its way out: its bytes, or where they can be had."""

    output: str
    media_type: str
    body: bytes = b""
    href: str = ""


def at_once(process: Process, results: Results, outputs: Mapping[str, str], response: str) -> HttpResponse:
    """The answer to a synchronous execution whose outputs are all wanted as values."""
    parts = [
        Part(name, media_type, storage.encoded(media_type, results[name]))
        for name in outputs
        if results.get(name) is not None
        for media_type in [process.outputs[name].media_type]
    ]
    return _answer(parts, response)


def of_job(job: Job, base: str) -> HttpResponseBase:
    """The results in the way in which they were asked for; raises ResultNotReady or JobFailed."""
    refuse_unfinished(job)
    results = {result.output: result for result in job.results.all()}
    wanted = [results[name] for name in job.outputs if name in results]
    if job.response == Job.Response.RAW and len(wanted) == 1 and job.outputs[wanted[0].output] == "value":
        return file_of(wanted[0])
    inline = sum(result.size_bytes for result in wanted) <= INLINE_BYTES_MAX
    return _answer([_part(job, result, base, inline=inline) for result in wanted], job.response)


def one_of_job(job: Job, output: str) -> FileResponse:
    """Raises ResultNotReady, JobFailed or NoSuchResult."""
    refuse_unfinished(job)
    result = job.results.filter(output=output).first() if output in job.outputs else None
    if result is None:
        raise NoSuchResult(_("The job has no result “{output}”.").format(output=output[:60]))
    return file_of(result)


def file_of(result: JobResult) -> FileResponse:
    path: Path = storage.path(result)
    if not path.exists():
        raise NoSuchResult(_("The result has expired."))
    return FileResponse(
        path.open("rb"),
        content_type=result.media_type,
        filename=result.name,
        # A GeoJSON is looked at in the browser, a GeoPackage is not.
        as_attachment=not result.media_type.startswith(("application/geo+json", JSON, "text/")),
    )


def refuse_unfinished(job: Job) -> None:
    match job.status:
        case Job.Status.ACCEPTED | Job.Status.RUNNING:
            raise ResultNotReady(_("The job is at work; come back when its status is “successful”."))
        case Job.Status.FAILED:
            raise JobFailed(job.message or _("The job failed."), job_code=job.error_code)
        case Job.Status.DISMISSED:
            raise JobFailed(_("The job was dismissed."), job_code="dismissed")


def _part(job: Job, result: JobResult, base: str, *, inline: bool) -> Part:
    if job.outputs[result.output] == "reference" or not inline or not _is_text(result.media_type):
        return Part(result.output, result.media_type, href=f"{base}/jobs/{job.pk}/results/{result.output}")
    path = storage.path(result)
    if not path.exists():
        raise NoSuchResult(_("The result has expired."))
    return Part(result.output, result.media_type, path.read_bytes())


def _answer(parts: list[Part], response: str) -> HttpResponse:
    if response == Job.Response.DOCUMENT:
        return JsonResponse({part.output: _member(part) for part in parts}, json_dumps_params={"ensure_ascii": False})
    if all(part.href for part in parts):
        links = ", ".join(f'<{part.href}>; rel="{part.output}"; type="{part.media_type}"' for part in parts)
        return HttpResponse(status=204, headers={"Link": links} if links else {})
    if len(parts) == 1:
        return HttpResponse(parts[0].body, content_type=_with_charset(parts[0].media_type))
    return _multipart(parts)


def _member(part: Part) -> Any:
    if part.href:
        return {"href": part.href, "type": part.media_type}
    return json.loads(part.body) if "json" in part.media_type else part.body.decode()


def _multipart(parts: list[Part]) -> HttpResponse:
    boundary = uuid4().hex
    lines = []
    for part in parts:
        head = [f"--{boundary}", f"Content-Type: {_with_charset(part.media_type)}", f"Content-ID: <{part.output}>"]
        if part.href:
            head.append(f"Content-Location: {part.href}")
        lines.append("\r\n".join([*head, "", ""]).encode() + part.body + b"\r\n")
    body = b"".join(lines) + f"--{boundary}--\r\n".encode()
    return HttpResponse(body, content_type=f'multipart/related; boundary="{boundary}"')


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or "json" in media_type
