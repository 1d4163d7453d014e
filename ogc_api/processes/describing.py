"""Processes and jobs as the documents of 18-062r2: processSummary, process, statusInfo."""

from typing import Any

from ogc_api.links import link
from ogc_api.processes.declaring import JSON, Caller, Input, Output, Process
from ogc_api.processes.models import Job

REL = "http://www.opengis.net/def/rel/ogc/1.0"
JOB_TYPE = "process"


def summary(process: Process, base: str) -> dict[str, Any]:
    here = f"{base}/processes/{process.id}"
    return {
        "id": process.id,
        "version": process.version,
        "title": str(process.title),
        "description": str(process.description),
        "keywords": list(process.keywords),
        "jobControlOptions": [*process.modes, "dismiss"],
        "outputTransmission": ["value", "reference"],
        "links": [
            link(f"{here}?f=json", rel="self", media_type=JSON),
            link(f"{here}?f=html", rel="alternate", media_type="text/html"),
        ],
    }


def description(process: Process, base: str, caller: Caller) -> dict[str, Any]:
    here = f"{base}/processes/{process.id}"
    document = summary(process, base)
    document["links"] += [
        link(f"{here}/execution", rel=f"{REL}/execute", media_type=JSON),
        link(f"{base}/jobs?processID={process.id}", rel=f"{REL}/job-list", media_type=JSON),
    ]
    document["inputs"] = {name: _input(declared, caller) for name, declared in process.inputs.items()}
    document["outputs"] = {name: _output(declared) for name, declared in process.outputs.items()}
    if process.examples:
        document["example"] = {"inputs": dict(process.examples[0].inputs)}
    return document


def status(job: Job, base: str) -> dict[str, Any]:
    here = f"{base}/jobs/{job.pk}"
    document: dict[str, Any] = {
        "processID": job.process,
        "type": JOB_TYPE,
        "jobID": str(job.pk),
        "status": job.status,
        "progress": job.progress,
        "created": _time(job.created_at),
        "updated": _time(job.updated_at),
        "links": [
            link(f"{here}?f=json", rel="self", media_type=JSON),
            link(f"{here}?f=json", rel="monitor", media_type=JSON),
            link(f"{here}?f=html", rel="alternate", media_type="text/html"),
        ],
    }
    if message := job.message or (str(job.get_status_display()) if job.status != Job.Status.RUNNING else ""):
        document["message"] = message
    for name, at in (("started", job.started_at), ("finished", job.finished_at)):
        if at:
            document[name] = _time(at)
    if job.status == Job.Status.SUCCESSFUL:
        document["links"].append(link(f"{here}/results", rel=f"{REL}/results", media_type=JSON))
    return document


def _input(declared: Input, caller: Caller) -> dict[str, Any]:
    schema = declared.schema_for(caller)
    return {
        "title": str(declared.title),
        "description": str(declared.description),
        "schema": schema,
        "minOccurs": 1 if declared.required and "default" not in schema else 0,
        "maxOccurs": 1,
    }


def _output(declared: Output) -> dict[str, Any]:
    return {"title": str(declared.title), "description": str(declared.description), "schema": declared.schema}


def _time(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
