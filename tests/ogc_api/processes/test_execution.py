"""How a process is executed: at once or as a job, raw or as a document, by value or by reference."""

import json
from email import message_from_bytes

import pytest
from django.test import Client

from ogc_api.processes.models import Job
from tests.ogc_api.processes.steps import ASYNC, answer, execute, finished

pytestmark = pytest.mark.django_db


def test_a_document_holds_each_output_that_was_given(client):
    inputs = {"text": "Šķūnis", "number": 1.5, "list": [1, 2], "object": {"a": {"b": None}}}
    assert answer(client, "echo", inputs) == inputs


def test_one_raw_output_is_the_value_itself(client):
    response = execute(client, "echo", {"text": "teststring"}, outputs={"text": {"transmissionMode": "value"}})
    assert (response.status_code, response.content, response["Content-Type"]) == (
        200,
        b"teststring",
        "text/plain; charset=utf-8",
    )


def test_several_raw_outputs_are_parts(client):
    response = execute(client, "echo", {"text": "teststring", "list": [1]})
    message = message_from_bytes(b"Content-Type: " + response["Content-Type"].encode() + b"\r\n\r\n" + response.content)
    parts = {part["Content-ID"]: part.get_payload() for part in message.get_payload()}
    assert response["Content-Type"].startswith("multipart/related")
    assert parts == {"<text>": "teststring", "<list>": "[1]"}


def test_only_the_chosen_outputs_come(client):
    chosen = {"list": {"transmissionMode": "value"}}
    assert answer(client, "echo", {"text": "a", "list": [1]}, outputs=chosen) == {"list": [1]}


def test_a_reference_leads_to_the_result(client):
    chosen = {"text": {"transmissionMode": "reference"}, "list": {"transmissionMode": "value"}}
    document = answer(client, "echo", {"text": "far away", "list": [1]}, outputs=chosen)
    assert document["list"] == [1]
    there = client.get(document["text"]["href"].removeprefix("http://testserver"))
    assert (b"".join(there.streaming_content), there["Content-Type"]) == (b"far away", "text/plain")


def test_raw_references_are_links_without_a_body(client):
    response = execute(client, "echo", {"text": "a"}, outputs={"text": {"transmissionMode": "reference"}})
    assert (response.status_code, response.content) == (204, b"")
    assert 'rel="text"' in response["Link"]


@pytest.mark.parametrize(
    "given", [{"value": {"a": 1}, "mediaType": "application/json"}, {"a": 1}], ids=["qualified", "itself"]
)
def test_a_value_may_come_with_its_format(client, given):
    assert answer(client, "echo", {"object": given})["object"] == {"a": 1}


def test_an_object_that_happens_to_have_a_value_stays_itself(client):
    assert answer(client, "echo", {"object": {"value": "teststring"}})["object"] == {"value": "teststring"}


def test_a_box_and_an_image_come_back(client):
    inputs = {"box": {"bbox": [51.9, 7, 52, 7.1], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}
    image = {"value": "SUkqAA==", "format": {"mediaType": "image/tiff", "encoding": "base64"}}
    assert answer(client, "echo", inputs | {"image": image}) == inputs | {"image": "SUkqAA=="}


def test_a_job_is_made_where_the_client_prefers_it(client):
    response = execute(client, "echo", {"text": "a"}, headers=ASYNC)
    status = response.json()
    assert response.status_code == 201
    assert response["Location"] == f"http://testserver/ogc/jobs/{status['jobID']}"
    assert response["Preference-Applied"] == "respond-async"
    assert (status["status"], status["type"], status["processID"], status["progress"]) == (
        "accepted",
        "process",
        "echo",
        0,
    )


def test_a_process_that_takes_long_always_makes_a_job(client, city_of_jelgava):
    assert execute(client, "export", {"layer": "places"}).status_code == 201


def test_a_job_answers_in_the_way_it_was_asked(client):
    job = finished(client, "echo", {"text": "teststring"}, outputs={"text": {}}, response="raw")
    assert job.status == Job.Status.SUCCESSFUL
    response = client.get(f"/ogc/jobs/{job.pk}/results")
    assert b"".join(response.streaming_content) == b"teststring"
    document = finished(client, "echo", {"text": "teststring"}, response="document")
    assert client.get(f"/ogc/jobs/{document.pk}/results").json() == {"text": "teststring"}


def test_results_of_a_job_at_work_are_not_ready(client):
    job = execute(client, "echo", {"pause": 5}, headers=ASYNC).json()["jobID"]
    response = client.get(f"/ogc/jobs/{job}/results", headers={"Accept": "application/json"})
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    assert response.json()["type"] == "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready"


def test_the_results_of_a_failed_job_say_why(client, city_of_jelgava):
    job = finished(client, "h3-aggregation", {"layer": "places", "property": "name"})
    response = client.get(f"/ogc/jobs/{job.pk}/results")
    assert (response.status_code, response.json()["code"], response.json()["job_code"]) == (
        409,
        "job-failed",
        "invalid-execution",
    )
    assert "no number called “name”" in response.json()["detail"]


# --- Refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "named", "problem"),
    [
        ({"number": "one"}, "number", "Must be of type number."),
        ({"pause": 11}, "pause", "Must be at most 10."),
        ({"pause": True}, "pause", "Must be of type integer."),
        ({"list": [1, "two"]}, "list", "1 must be of type integer."),
        ({"image": {"type": "wrong/type"}}, "image", "Must be of type string."),
        ({"box": {"bbox": [1, 2, 3]}}, "box", "bbox must have at least 4 entries."),
        ({"nonsense": 1}, "nonsense", "The process has no such input."),
    ],
)
def test_an_input_that_does_not_fit_is_named(client, inputs, named, problem):
    response = execute(client, "echo", inputs)
    assert (response.status_code, response["Content-Type"]) == (400, "application/json")
    assert response.json()["code"] == "invalid-execution"
    assert response.json()["fields"] == {named: problem}


def test_a_missing_input_is_named(client, city_of_jelgava):
    response = execute(client, "buffer-and-count", {"layer": "places"})
    assert response.json()["fields"] == {"counted_layer": "This input is missing."}


HOSTILE = [
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"inputs": []}',
    b'{"inputs": {"number": NaN}}',
    b'{"inputs": {"number": 1e999}}',
    b'{"inputs": {"number": ' + b"9" * 5000 + b"}}",
    b'{"inputs": {"text": "\xff"}}',
    b'{"inputs": {"text": "\\u0000"}}',
    b'{"inputs": {"object": {"\\ud800": 1}}}',
    b'{"inputs": {"object": ' + b'{"a":' * 100 + b"1" + b"}" * 100 + b"}}",
    b"[" * 100_000,
    b'{"inputs": {"list": [' + b"1," * 250_000 + b"1]}}",
    b'{"inputs": {}, "response": "everything"}',
    b'{"inputs": {}, "outputs": {"secret": {}}}',
    b'{"inputs": {}, "outputs": {"text": {"transmissionMode": "pigeon"}}}',
    b'{"inputs": {}, "outputs": 3}',
    b'{"inputs": {}, "subscriber": {"successUri": "http://169.254.169.254/"}}',
    b'{"inputs": {"text": {"href": "http://127.0.0.1:1/"}}}',
    b'{"inputs": {"text": {"href": "https://localhost/"}}}',
    b'{"inputs": {"text": {"href": "file:///etc/passwd"}}}',
    b'{"inputs": {"text": {"href": ["https://[::1"]}}}',
    b'{"inputs": {"text": {"href": "https://[::1"}}}',
    b'{"invalid-execute-request": "true)"}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=[f"{body[:40]!r}" for body in HOSTILE])
@pytest.mark.parametrize("headers", [{}, {"Prefer": "respond-async"}], ids=["at once", "as a job"])
def test_a_hostile_body_is_refused_and_makes_no_job(client, body, headers):
    response = client.post("/ogc/processes/echo/execution", body, content_type="application/json", headers=headers)
    assert response.status_code in {400, 413}, response.content
    assert not Job.objects.exists()


def test_nothing_of_the_citys_own_network_is_asked(client, settings):
    settings.PROCESS_INPUT_HOSTS = ("data.example.org",)
    response = execute(client, "echo", {"text": {"href": "https://other.example.org/text"}})
    assert (response.status_code, "other.example.org" in response.json()["detail"]) == (400, True)


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_an_execution_is_a_post(client, method):
    assert getattr(client, method)("/ogc/processes/echo/execution").status_code == 405


def test_an_unknown_process_is_none(client):
    response = client.get("/ogc/processes/nonsense", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.json()["type"] == "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process"
    assert execute(client, "nonsense", {}).status_code == 404


def test_a_problem_document_is_offered_to_those_who_know_it(client):
    response = client.get("/ogc/processes/nonsense", headers={"Accept": "application/problem+json"})
    assert response["Content-Type"] == "application/problem+json"


def test_one_caller_cannot_fill_the_queue(client, monkeypatch):
    monkeypatch.setattr("ogc_api.processes.services.UNFINISHED_MAX_STRANGER", 2)
    statuses = [execute(client, "echo", {}, headers=ASYNC).status_code for _ in range(3)]
    assert statuses == [201, 201, 429]
    response = execute(client, "echo", {}, headers=ASYNC)
    assert (response.json()["code"], response["Retry-After"]) == ("too-many-jobs", "30")


def test_a_session_needs_its_token(planner, city_of_jelgava):

    client = Client(enforce_csrf_checks=True)
    client.force_login(planner)
    response = client.post("/ogc/processes/echo/execution", json.dumps({"inputs": {}}), content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "csrf-refused")
