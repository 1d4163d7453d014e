"""Results on disk: a folder for each attempt at a job, so that two attempts never write the same file."""

import json
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from ogc_api.processes.declaring import JSON, File, Process, Results
from ogc_api.processes.errors import ProcessTooLarge
from ogc_api.processes.models import Job, JobResult

RESULT_BYTES_MAX = 64 * 1024 * 1024  # of a result that is kept in memory; files have their own limits
ENDINGS = {"application/geo+json": "geojson", JSON: "json", "text/plain": "txt"}


def folder(job_id: UUID) -> Path:
    return Path(settings.LOCAL_DIR) / "processes" / str(job_id)


def path(result: JobResult) -> Path:
    return folder(result.job_id) / result.file


def keep(job: Job, process: Process, results: Results) -> list[JobResult]:
    """Writes the results, and returns the rows that tell of them, not saved yet. Raises ProcessTooLarge."""
    attempt = str(job.lease)
    (folder(job.id) / attempt).mkdir(parents=True, exist_ok=True)
    wanted = {output: results[output] for output in job.outputs if results.get(output) is not None}
    return [_kept(job, process, attempt, output, value) for output, value in wanted.items()]


def forget(job_id: UUID) -> None:
    shutil.rmtree(folder(job_id), ignore_errors=True)


def discard(job: Job) -> None:
    """What one attempt has written so far; another's stays."""
    shutil.rmtree(folder(job.id) / str(job.lease), ignore_errors=True)


def encoded(media_type: str, value: Any) -> bytes:
    """A value as it goes to the wire; raises ProcessTooLarge."""
    text = value if media_type.startswith("text/") and isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    body: bytes = text.encode()
    if len(body) > RESULT_BYTES_MAX:
        raise ProcessTooLarge(_("The result is larger than {limit} bytes.").format(limit=RESULT_BYTES_MAX))
    return body


def _kept(job: Job, process: Process, attempt: str, output: str, value: Any) -> JobResult:
    # GDAL looks at a file's ending, whatever format it is told.
    file = f"{attempt}/{output}{Path(value.name).suffix if isinstance(value, File) else ''}"
    target = folder(job.id) / file
    if isinstance(value, File):
        value.write(target)
        media_type, name = value.media_type, value.name
    else:
        media_type = process.outputs[output].media_type
        target.write_bytes(encoded(media_type, value))
        name = f"{process.id}-{output}.{ENDINGS.get(media_type, 'json')}"
    return JobResult(
        job=job, output=output, media_type=media_type, file=file, name=name, size_bytes=target.stat().st_size
    )
