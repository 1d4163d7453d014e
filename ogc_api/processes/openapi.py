"""The paths of processes and jobs in the OpenAPI document, by the operation names of the standard's own."""

from typing import Any

from layers.catalog import LayerSpec
from ogc_api.openapi.words import get, ref, refusal, whole
from ogc_api.processes.models import Job

TAG = "Processes"
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
        "links": {"type": "array", "items": {"type": "object"}},
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


def processes_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    job, process = _text("jobID", "path"), _text("processID", "path")
    limit = whole("limit", "query", minimum=1, default=20)
    filters = [
        limit,
        ref("offset"),
        ref("datetime"),
        _text("type", "query") | {"schema": {"type": "string", "enum": ["process"]}},
        _text("processID", "query"),
        _text("status", "query"),
        whole("minDuration", "query", minimum=0),
        whole("maxDuration", "query", minimum=0),
    ]
    return {
        "/processes": get("Processes", "getProcesses", tag=TAG, parameters=[limit, ref("offset")]),
        "/processes/{processID}": get("A process", "getProcessDescription", tag=TAG, parameters=[process]),
        "/processes/{processID}/execution": {"post": _execute(process)},
        "/jobs": get("Jobs that you may see", "getJobs", tag=TAG, parameters=filters),
        "/jobs/{jobID}": _status(get("How a job stands", "getStatus", tag=TAG, parameters=[job]))
        | {"delete": _dismiss(job)},
        "/jobs/{jobID}/results": _results(get("Results of a job", "getResult", tag=TAG, parameters=[job])),
        "/jobs/{jobID}/results/{output}": _results(
            get("One result of a job", "getOneResult", tag=TAG, parameters=[job, _text("output", "path")])
        ),
    }


def _execute(process: dict[str, Any]) -> dict[str, Any]:
    prefer = {"name": "Prefer", "in": "header", "required": False, "schema": {"type": "string"}}
    return {
        "summary": "Execute a process",
        "operationId": "execute",
        "tags": [TAG],
        "parameters": [process, prefer],
        "requestBody": {"required": True, "content": {"application/json": {"schema": EXECUTE}}},
        "responses": {
            "200": {"description": "The results", "content": {"application/json": {}, "multipart/related": {}}},
            "201": {
                "description": "A job was made",
                "headers": {"Location": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": STATUS_INFO}},
            },
            "204": {"description": "The results by reference, in Link"},
            "303": {"description": "A form was sent; the job's page"},
            "400": refusal("An input is wrong"),
            "401": refusal("The credentials are wrong"),
            "403": refusal("The session's token is missing"),
            "404": refusal("There is no such process, or a layer that it was given"),
            "409": refusal("The results cannot be had"),
            "413": refusal("More than the process takes on"),
            "429": refusal("Too many jobs at once"),
        },
    }


def _dismiss(job: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": "Dismiss a job",
        "operationId": "dismiss",
        "tags": [TAG],
        "parameters": [job],
        "responses": {
            "200": {"description": "Dismissed", "content": {"application/json": {"schema": STATUS_INFO}}},
            "400": refusal("A parameter is wrong"),
            "401": refusal("The credentials are wrong"),
            "403": refusal("The session's token is missing"),
            "404": refusal("There is no such job"),
        },
    }


def _status(operations: dict[str, Any]) -> dict[str, Any]:
    operations["get"]["responses"]["200"]["content"]["application/json"] = {"schema": STATUS_INFO}
    return operations


def _results(operations: dict[str, Any]) -> dict[str, Any]:
    responses = operations["get"]["responses"]
    responses["200"]["content"] = {"*/*": {}}
    responses["204"] = {"description": "The results by reference, in Link"}
    responses["409"] = refusal("The job failed or was dismissed")
    return operations


def _text(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}
