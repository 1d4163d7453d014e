"""The pages of processes and jobs: they stand without a script, and run none that is written into them."""

import re

import pytest
from django.test import Client

from ogc_api.processes import registry, running
from ogc_api.processes.models import Job
from tests.ogc_api.processes.steps import ASYNC, add, execute, finished

pytestmark = pytest.mark.django_db
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def places(city_of_jelgava):
    add("places", 23.7245, 56.6505, name_en="School", category="school")


def page(client, url: str, status: int = 200) -> str:
    response = client.get(url, headers=HTML)
    assert response.status_code == status, response.content
    text = response.content.decode()
    assert not re.search(r"<script(?![^>]*(?: src=|application/json))|\son\w+=|style=", text)
    return text


def test_people_find_the_processes_and_not_the_test_aid(client, places):
    text = page(client, "/ogc/processes?f=html")
    assert "Within minutes" in text
    assert "/ogc/processes/echo" not in text
    assert "/ogc/processes?f=html" in page(client, "/ogc/")


@pytest.mark.parametrize("process", registry.processes(), ids=lambda process: process.id)
def test_every_process_has_a_form_with_all_of_its_inputs(client, places, process):
    text = page(client, f"/ogc/processes/{process.id}?f=html")
    for name in process.inputs:
        assert f'name="{name}"' in text
        assert f'<label for="input-{name}"' in text


def test_a_form_starts_a_job_and_leads_to_its_page(client, places):
    given = {"layer": "places", "resolution": "9", "count_min": "1", "filter": "", "property": ""}
    response = client.post("/ogc/processes/h3-aggregation/execution", given)
    job = Job.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"http://testserver/ogc/jobs/{job.pk}?f=html")
    assert job.inputs == {"layer": "places", "resolution": 9, "count_min": 1}
    waiting = page(client, f"/ogc/jobs/{job.pk}?f=html")
    assert "<progress" in waiting
    assert 'http-equiv="refresh"' in waiting
    running.run(job.pk)
    done = page(client, f"/ogc/jobs/{job.pk}?f=html")
    assert "Finished" in done
    assert f"/ogc/jobs/{job.pk}/results/cells" in done
    assert 'http-equiv="refresh"' not in done


def test_a_point_and_numbers_are_read_from_a_form(client, places):
    given = {"origin": "23.7245, 56.6505", "minutes": "5, 10", "mode": "bicycle", "beside_m": "40.5"}
    assert client.post("/ogc/processes/coverage/execution", given).status_code == 303
    assert Job.objects.get().inputs == {
        "origin": {"type": "Point", "coordinates": [23.7245, 56.6505]},
        "minutes": [5.0, 10.0],
        "mode": "bicycle",
        "beside_m": 40.5,
    }


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"resolution": "99"}, "Must be at most 12."),
        ({"resolution": "nine"}, "This cannot be read."),
        ({"layer": "secret"}, "Must be one of:"),
        ({"property": "x\0y"}, "This cannot be read."),
    ],
)
def test_a_form_comes_back_with_what_was_filled_in_and_what_is_wrong(client, places, given, sentence):
    filled = {"layer": "places", "count_min": "7"} | given
    response = client.post("/ogc/processes/h3-aggregation/execution", filled, headers=HTML)
    text = response.content.decode()
    assert response.status_code == 400
    assert sentence in text
    assert 'value="7"' in text
    assert 'aria-invalid="true"' in text
    assert not Job.objects.exists()


def test_what_people_fill_in_is_no_markup(client, places):
    given = {"layer": "places", "property": '"><script>alert(1)</script>', "resolution": "99"}
    text = client.post("/ogc/processes/h3-aggregation/execution", given, headers=HTML).content.decode()
    assert "<script>alert" not in text
    job = execute(client, "echo", {"text": "<script>alert(1)</script>"}, headers=ASYNC).json()["jobID"]
    assert "<script>alert" not in page(client, f"/ogc/jobs/{job}?f=html")


def test_a_failed_job_says_why(client, places):
    job = finished(client, "h3-aggregation", {"layer": "places", "property": "nonsense"})
    assert "has no number called “nonsense”" in page(client, f"/ogc/jobs/{job.pk}?f=html")


def test_an_empty_list_of_jobs_says_what_to_do(client, planner, places):
    text = page(client, "/ogc/jobs?f=html")
    assert "There are no jobs here yet." in text
    assert "sign in to keep them in a list" in text
    staff = Client()
    staff.force_login(planner)
    finished(staff, "h3-aggregation", {"layer": "places"})
    assert "Where it is dense" in page(staff, "/ogc/jobs?f=html")
    assert "No job fits." in page(staff, "/ogc/jobs?f=html&status=failed")


def test_a_button_removes_a_job(client, places):
    job = finished(client, "h3-aggregation", {"layer": "places"})
    assert client.post(f"/ogc/jobs/{job.pk}").status_code == 303
    page(client, f"/ogc/jobs/{job.pk}?f=html", 404)
    page(client, "/ogc/processes/nonsense?f=html", 404)
