"""A few features, and an execution in one line."""

import json

from shapely import LineString, MultiLineString, Point

from layers import catalog
from layers.base.editing import create_feature
from ogc_api.processes import running
from ogc_api.processes.models import Job

CENTRE = (23.7245, 56.6505)
ASYNC = {"Prefer": "respond-async", "Accept": "application/json"}


def add(layer: str, longitude: float, latitude: float, **properties):
    spec = catalog.layer(layer)
    return create_feature(spec, properties=properties, geometry=Point(longitude, latitude), actor="user:1")


def add_street(*vertices: tuple[float, float], **properties):
    spec = catalog.layer("streets")
    geometry = MultiLineString([LineString(vertices)])
    return create_feature(spec, properties=properties, geometry=geometry, actor="user:1")


def execute(client, process: str, inputs: dict, **more):
    """Sends an execution; `headers`, `outputs` and `response` as the request has them."""
    headers = {"Accept": "application/json"} | more.pop("headers", {})
    body = {"inputs": inputs} | more
    return client.post(
        f"/ogc/processes/{process}/execution", json.dumps(body), content_type="application/json", headers=headers
    )


def answer(client, process: str, inputs: dict, **more):
    """The results as a document."""
    response = execute(client, process, inputs, response="document", **more)
    assert response.status_code == 200, response.content
    return response.json()


def finished(client, process: str, inputs: dict, **more) -> Job:
    """A job that a worker has run, whatever became of it."""
    response = execute(client, process, inputs, headers=ASYNC, **more)
    assert response.status_code == 201, response.content
    job = Job.objects.get(pk=response.json()["jobID"])
    running.run(job.pk)
    job.refresh_from_db()
    return job
