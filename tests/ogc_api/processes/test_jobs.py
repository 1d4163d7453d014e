"""Jobs: who sees them, how they are listed, dismissed, taken up again and forgotten."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from gis_platform.core import clock, outbox
from gis_platform.core.models import OutboxEntry
from ogc_api.processes import jobs, leases, running, services
from ogc_api.processes.models import Job
from tests.ogc_api.processes.steps import ASYNC, execute, finished

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def started(client, **inputs) -> Job:
    return Job.objects.get(pk=execute(client, "echo", inputs, headers=ASYNC).json()["jobID"])


def lost(job: Job) -> None:
    """As if the worker had died a minute ago."""
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


# --- Who ----------------------------------------------------------------------------------------------------------


def test_an_account_sees_its_own_jobs_and_staff_see_all(client, tourism_editor, planner, django_user_model):
    resident = django_user_model.objects.create_user("resident", password="a long enough password")
    neighbour = django_user_model.objects.create_user("neighbour", password="a long enough password")
    job = finished(signed_in(resident), "h3-aggregation", {"layer": "places"})
    own, other, staff = signed_in(resident), signed_in(neighbour), signed_in(planner)
    assert [one["jobID"] for one in own.get("/ogc/jobs?f=json").json()["jobs"]] == [str(job.pk)]
    assert other.get("/ogc/jobs?f=json").json()["jobs"] == client.get("/ogc/jobs?f=json").json()["jobs"] == []
    assert [one["jobID"] for one in staff.get("/ogc/jobs?f=json").json()["jobs"]] == [str(job.pk)]
    for url in (f"/ogc/jobs/{job.pk}", f"/ogc/jobs/{job.pk}/results", f"/ogc/jobs/{job.pk}/results/totals"):
        answers = [one.get(url, headers=JSON) for one in (own, staff, other, client)]
        codes = [response.status_code for response in answers]
        for response in answers:
            b"".join(getattr(response, "streaming_content", ()))  # a file is closed once it is read
        assert codes[2:] == [404, 404], url
        assert all(code in (200, 204) for code in codes[:2]), url
    assert other.delete(f"/ogc/jobs/{job.pk}").status_code == 404


def test_a_strangers_job_is_seen_by_its_secret_address_alone(client, city_of_jelgava):
    job = finished(client, "h3-aggregation", {"layer": "places"})
    assert client.get("/ogc/jobs?f=json").json()["jobs"] == []
    assert client.get(f"/ogc/jobs/{job.pk}?f=json").json()["status"] == "successful"


def test_jobs_of_the_test_aid_are_no_secret(client):
    job = started(client)
    assert [one["jobID"] for one in client.get("/ogc/jobs?f=json").json()["jobs"]] == [str(job.pk)]


def test_a_job_reads_with_the_rights_of_whoever_sent_it(client, planner, city_of_jelgava):
    assert execute(client, "h3-aggregation", {"layer": "beacons"}).status_code == 400
    staff = signed_in(planner)
    job = Job.objects.get(pk=execute(staff, "h3-aggregation", {"layer": "beacons"}, headers=ASYNC).json()["jobID"])
    planner.groups.clear()  # the role was taken away while the job waited
    assert not running.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("failed", "unknown-layer")


@pytest.mark.parametrize("job_id", ["1", "x" * 300, "00000000-0000-0000-0000-000000000000", "%00", "..%2f"])
@pytest.mark.parametrize("rest", ["", "/results", "/results/text"])
def test_an_unknown_job_is_none(client, job_id, rest):
    response = client.get(f"/ogc/jobs/{job_id}{rest}", headers=JSON)
    assert response.status_code == 404
    if "%2f" not in job_id:
        assert response.json()["type"].endswith("/no-such-job")


# --- The list -----------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_and_paged(client):
    made = [started(client) for _ in range(3)]
    running.run(made[0].pk)
    assert len(client.get("/ogc/jobs?f=json&status=successful").json()["jobs"]) == 1
    assert len(client.get("/ogc/jobs?f=json&status=accepted,running").json()["jobs"]) == 2
    assert len(client.get("/ogc/jobs?f=json&processID=echo&type=process").json()["jobs"]) == 3
    assert client.get("/ogc/jobs?f=json&processID=coverage").json()["jobs"] == []
    assert client.get("/ogc/jobs?f=json&datetime=../2020-01-01").json()["jobs"] == []
    assert len(client.get("/ogc/jobs?f=json&minDuration=0").json()["jobs"]) == 1
    assert client.get("/ogc/jobs?f=json&minDuration=3600").json()["jobs"] == []
    first = client.get("/ogc/jobs?f=json&limit=2").json()
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    second = client.get(following.removeprefix("http://testserver")).json()
    assert sorted(one["jobID"] for one in first["jobs"] + second["jobs"]) == sorted(str(job.pk) for job in made)
    assert {link["rel"] for link in second["links"]} == {"self", "alternate", "prev"}


@pytest.mark.parametrize(
    "query",
    [
        "status=done",
        "type=service",
        "datetime=x",
        "minDuration=-1",
        "limit=0",
        "nonsense=1",
        "processID=%00",
        "offset=a",
    ],
)
def test_a_wrong_parameter_is_refused(client, query):
    response = client.get(f"/ogc/jobs?f=json&{query}")
    assert (response.status_code, response.json()["code"]) == (400, "invalid-parameter")


# --- The end ------------------------------------------------------------------------------------------------------


def test_a_waiting_job_that_is_dismissed_never_runs(client):
    job = started(client, text="a")
    response = client.delete(f"/ogc/jobs/{job.pk}", headers=JSON)
    assert (response.status_code, response.json()["status"]) == (200, "dismissed")
    assert not running.run(job.pk)
    assert client.get(f"/ogc/jobs/{job.pk}/results", headers=JSON).json()["job_code"] == "dismissed"


def test_a_finished_job_that_is_dismissed_is_gone_with_its_files(client, results_folder):
    job = finished(client, "echo", {"text": "a"})
    assert (results_folder / str(job.pk)).exists()
    assert client.delete(f"/ogc/jobs/{job.pk}", headers=JSON).json()["status"] == "dismissed"
    assert client.get(f"/ogc/jobs/{job.pk}", headers=JSON).status_code == 404
    assert not (results_folder / str(job.pk)).exists()
    assert client.delete(f"/ogc/jobs/{job.pk}", headers=JSON).status_code == 404


def test_results_are_kept_for_a_week(client, results_folder):
    job, fresh = finished(client, "echo", {"text": "a"}), finished(client, "echo", {"text": "b"})
    assert job.expires_at - job.finished_at == timedelta(days=7)
    Job.objects.filter(pk=job.pk).update(expires_at=clock.now())
    jobs.forget()
    assert list(Job.objects.all()) == [fresh]
    assert [path.name for path in results_folder.iterdir()] == [str(fresh.pk)]


def test_a_job_and_its_promise_to_run_are_one_transaction(client):
    job = started(client)
    entry = OutboxEntry.objects.get(topic=services.TOPIC)
    assert entry.payload == {"job_id": str(job.pk)}
    assert outbox.run(entry.pk)
    job.refresh_from_db()
    assert job.status == "successful"


# --- The lease ----------------------------------------------------------------------------------------------------


def test_one_attempt_at_a_time_has_a_job(client):
    job = started(client)
    assert leases.claim(job.pk) is not None
    assert leases.claim(job.pk) is None


def test_a_lost_job_is_handed_out_again_once(client):
    job = started(client)
    leases.claim(job.pk)
    jobs.take_up()
    assert OutboxEntry.objects.filter(topic=services.TOPIC).count() == 1, "the worker lives"
    lost(job)
    jobs.take_up()
    jobs.take_up()
    assert OutboxEntry.objects.filter(topic=services.TOPIC).count() == 2
    assert running.run(job.pk)


def test_an_attempt_that_lost_its_lease_changes_nothing(client):
    job = started(client)
    former = leases.claim(job.pk)
    lost(job)
    assert running.run(job.pk)
    assert not leases.hold(former, progress=50, message="still here")
    assert not leases.settle(former, Job.Status.FAILED)
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("successful", 2)


def test_a_job_that_ends_its_worker_each_time_fails_with_a_sentence(client):
    job = started(client)
    for _ in range(running.ATTEMPTS_MAX):
        leases.claim(job.pk)
        lost(job)
    assert not running.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error_code, job.message) == ("failed", "worker-lost", "The worker was lost 3 times.")


def test_a_process_of_a_former_release_fails_with_a_sentence(client):
    job = started(client)
    Job.objects.filter(pk=job.pk).update(process="gone")
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("failed", "no-such-process")


def test_nothing_is_promised_outside_of_a_transaction(client):
    with transaction.atomic():
        job = started(client)
        transaction.set_rollback(True)
    assert not Job.objects.filter(pk=job.pk).exists()
    assert not OutboxEntry.objects.filter(topic=services.TOPIC).exists()
