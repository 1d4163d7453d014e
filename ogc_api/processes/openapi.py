"""The paths of processes and jobs in the OpenAPI document, by the operation names of the standard's own."""

from typing import Any

from layers.catalog import LayerSpec
from ogc_api.openapi.shapes import ANY_OBJECT
from ogc_api.openapi.words import BINARY, HTML, JSON, READING, TEXT, answer, get, ref, refusals, text, whole
from ogc_api.processes.models import Job

TAG = "Processes"
FORM = "application/x-www-form-urlencoded"
STATUS_INFO: dict[str, Any] = {
    "type": "object",
    "required": ["jobID", "status", "type"],
    "properties": {
        "processID": {"type": "string"},
        "type": {"type": "string", "enum": ["process"]},
        "jobID": {"type": "string", "format": "uuid"},
        "status": {"type": "string", "enum": Job.Status.values},
        "message": {"type": "string"},
        "progress": {"type": "integer", "minimum": 0, "maximum": 100},
        "created": {"type": "string", "format": "date-time"},
        "started": {"type": "string", "format": "date-time"},
        "finished": {"type": "string", "format": "date-time"},
        "updated": {"type": "string", "format": "date-time"},
        "links": {"type": "array", "items": ANY_OBJECT},
    },
}
EXECUTE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "inputs": {"type": "object", "additionalProperties": True},
        "outputs": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"transmissionMode": {"type": "string", "enum": ["value", "reference"]}},
            },
        },
        "response": {"type": "string", "enum": Job.Response.values, "default": "raw"},
    },
    "additionalProperties": False,
}
LANGUAGE = ref("lang")


def processes_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    job = text("jobID", "path", "The job's id, which is a secret")
    process = text("processID", "path", "The process's id")
    filters = [
        whole("limit", "query", "Jobs on a page", minimum=1, default=20),
        whole("offset", "query", "Jobs to leave out first", minimum=0, maximum=1_000_000, default=0),
        ref("datetime"),
        text("type", "query", "Jobs of processes", enum=["process"]),
        text("processID", "query", "Ids of processes, with commas between"),
        text("status", "query", "States, with commas between"),
        whole("minDuration", "query", "Seconds that a job took at least", minimum=0, maximum=10**9),
        whole("maxDuration", "query", "Seconds that a job took at most", minimum=0, maximum=10**9),
        LANGUAGE,
    ]
    paging = [
        whole("limit", "query", "Processes on a page", minimum=1, maximum=10**9),
        whole("offset", "query", "Processes to leave out first", minimum=0, maximum=10**9),
        LANGUAGE,
    ]
    status = {JSON: STATUS_INFO, HTML: TEXT}
    return {
        "/processes": get("Processes", "getProcesses", tag=TAG, parameters=paging),
        "/processes/{processID}": get("A process", "getProcessDescription", tag=TAG, parameters=[process, LANGUAGE]),
        "/processes/{processID}/execution": {"post": _execute(process)},
        "/jobs": get("Jobs that you may see", "getJobs", tag=TAG, parameters=filters),
        "/jobs/{jobID}": get("How a job stands", "getStatus", tag=TAG, parameters=[job, LANGUAGE], content=status)
        | {"delete": _dismiss(job)},
        "/jobs/{jobID}/results": _results("Results of a job", "getResult", [job]),
        "/jobs/{jobID}/results/{output}": _results(
            "One result of a job", "getOneResult", [job, text("output", "path", "The output's name")]
        ),
    }


def _execute(process: dict[str, Any]) -> dict[str, Any]:
    prefer = text("Prefer", "header", "respond-async makes a job where the process can do both")
    return {
        "summary": "Execute a process",
        "operationId": "execute",
        "tags": [TAG],
        "parameters": [process, prefer],
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": EXECUTE}, FORM: {"schema": ANY_OBJECT}},
        },
        "responses": {
            "200": answer("The results", {"*/*": BINARY}),
            "201": answer("A job was made", {JSON: STATUS_INFO}, headers={"Location": "The job's address"}),
            "204": answer("The results by reference", None, headers={"Link": "Where each result is"}),
            "303": answer("A form was sent", None, headers={"Location": "The job's page"}),
            **refusals(400, 401, 403, 404, 409, 413, 429),
        },
    }


def _dismiss(job: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": "Stop a job, or remove one that is over",
        "operationId": "dismiss",
        "tags": [TAG],
        "parameters": [job],
        "responses": {"200": answer("Dismissed", {JSON: STATUS_INFO}), **refusals(400, 401, 403, 404, 429)},
    }


def _results(summary: str, operation: str, parameters: list[Any]) -> dict[str, Any]:
    described = get(
        summary, operation, tag=TAG, parameters=parameters, formats=("json",), content={"*/*": BINARY},
        refused=(*READING, 409),
    )  # fmt: skip
    described["get"]["responses"]["204"] = answer(
        "The results by reference", None, headers={"Link": "Where each result is"}
    )
    return described
