"""Reports over HTTP: who sees and moves what."""

import pytest
from django.core.cache import cache

from gis_platform.reports import jobs
from gis_platform.reports.limits import REPORTS_MAX
from gis_platform.reports.models import Report, ReportEvent
from tests.people import LIBRARY, a_category, a_department, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lighting(city_of_jelgava):
    cache.clear()
    yield a_category()
    cache.clear()


def send(client, *, key="k1", **changes):
    body = {"category": "lighting", "text": "The lamp is dark.", "longitude": LIBRARY.x, "latitude": LIBRARY.y}
    headers = {"Idempotency-Key": key}
    return client.post("/api/v1/reports", body | changes, content_type="application/json", headers=headers)


def move(client, code, to="accepted", note="Tomorrow."):
    return client.post(f"/api/v1/reports/{code}/moves", {"to": to, "note": note}, content_type="application/json")


@pytest.fixture
def people():
    return {
        "owner": a_user(),
        "another resident": a_user(),
        "department": a_user("clerk", department=a_department("streets")),
        "colleague": a_user("clerk", department=a_department("parks")),
        "operations": a_user("operator"),
        "stranger": None,
    }


@pytest.fixture
def code(client, people):
    client.force_login(people["owner"])
    response = send(client)
    assert response.status_code == 201
    return response.json()["code"]


def each(client, people, ask):
    answers = {}
    for name, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        answers[name] = ask()
    return answers


def test_everybody_sees_how_far_it_is_and_few_what_was_written(client, people, code):
    def words():
        return client.get(f"/api/v1/reports/{code}").json()["text"]

    assert each(client, people, words) == {
        "owner": "The lamp is dark.",
        "another resident": None,
        "department": "The lamp is dark.",
        "colleague": None,
        "operations": "The lamp is dark.",
        "stranger": None,
    }


def test_the_department_and_the_operations_centre_move_it_and_others_do_not(client, people, code):
    def try_it():
        Report.objects.update(state="received")
        return move(client, code).status_code

    assert each(client, people, try_it) == {
        "owner": 403,
        "another resident": 403,
        "department": 200,
        "colleague": 403,
        "operations": 200,
        "stranger": 401,
    }


def test_the_notes_are_for_the_owner_and_those_who_handle_it(client, people, code):
    client.force_login(people["operations"])
    assert move(client, code).json()["moves"][-1]["note"] == "Tomorrow."

    def note():
        return client.get(f"/api/v1/reports/{code}").json()["moves"][-1]["note"]

    answers = each(client, people, note)
    assert (answers["owner"], answers["stranger"], answers["colleague"]) == ("Tomorrow.", None, None)


def test_the_owner_alone_finds_the_notice(client, people, code):
    client.force_login(people["operations"])
    move(client, code)
    jobs.tell_reporter(event_id=ReportEvent.objects.latest("id").pk)

    def count():
        response = client.get("/api/v1/reports/notices")
        return len(response.json()) if response.status_code == 200 else response.status_code

    answers = each(client, people, count)
    assert answers == dict.fromkeys(people, 0) | {"owner": 1, "stranger": 401}


def test_a_visitor_without_an_account_may_report_too(client):
    response = send(client, email="anna@example.com")
    assert response.status_code == 201
    public = client.get(f"/api/v1/reports/{response.json()['code'].lower()}").json()
    assert public["state"] == "received"
    assert "anna@example.com" not in str(public)


def test_a_retry_gets_the_stored_answer_and_books_nothing(client):
    first, again = send(client), send(client)
    assert first.content == again.content
    assert Report.objects.count() == 1


def test_a_move_that_the_table_does_not_hold_is_refused_and_says_which_are(client, people, code):
    client.force_login(people["department"])
    response = move(client, code, to="done")
    assert (response.status_code, response.json()["code"]) == (409, "move-not-allowed")
    assert response.json()["allowed"] == ["accepted", "rejected"]
    assert client.get(f"/api/v1/reports/{code}").json()["allowed"] == ["accepted", "rejected"]


def test_a_state_nobody_knows_and_a_code_nobody_has_are_problems(client, people, code):
    client.force_login(people["department"])
    assert list(move(client, code, to="lost").json()["fields"]) == ["to"]
    assert (move(client, "NOSUCH").status_code, client.get("/api/v1/reports/NOSUCH").status_code) == (404, 404)


def test_a_flood_of_reports_is_stopped(client):
    answers = [send(client, key=f"k{n}").status_code for n in range(REPORTS_MAX + 1)]
    assert answers == REPORTS_MAX * [201] + [429]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "x"}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"longitude": 23.7, "latitude": 91}, "latitude"),
        ({"email": "x"}, "email"),
        ({"category": None}, "category"),
    ],
)
def test_bad_input_names_its_field(client, changes, field):
    response = send(client, **changes)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert list(response.json()["fields"]) == [field]
