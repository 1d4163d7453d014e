"""Journey 5. A report: district by position, department by rule, deadline; staff move it; the resident is told."""

import pytest
from django.test import Client

from gis_platform.core import clock
from gis_platform.reports.models import Report
from tests.flows.steps import post, sign_in
from tests.people import LIBRARY, PASSWORD, a_category, a_department, a_district, a_resident, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(city_of_jelgava):
    a_district("centre")
    a_category("lighting", department=a_department("streets"))


@pytest.fixture
def anna():
    return a_resident(user=a_user(username="anna", password=PASSWORD, email="anna@example.com", language="en"))


def send(phone):
    body = {
        "category": "lighting",
        "text": "The lamp at number 5 is dark. Anna, 29123456",
        "longitude": LIBRARY.x,
        "latitude": LIBRARY.y,
    }
    return post(phone, "/api/v1/reports", body, Idempotency_Key="report-1")


def test_a_report_from_the_phone_to_the_answer(phone, deliver, city, anna):
    sign_in(phone, "anna")
    sent = send(phone)
    assert sent.status_code == 201
    assert send(phone).content == sent.content
    code = sent.json()["code"]
    report = Report.objects.get()
    assert (report.code, report.district, report.department.code) == (code, "centre", "streets")
    assert report.due_at > clock.now()

    desk = Client(headers={"Accept-Language": "en"}, enforce_csrf_checks=True)
    a_user("clerk", username="clerk", password=PASSWORD, department=a_department("streets"))
    sign_in(desk, "clerk")
    assert desk.get(f"/api/v1/reports/{code}").json()["allowed"] == ["accepted", "rejected"]
    moved = post(desk, f"/api/v1/reports/{code}/moves", {"to": "accepted", "note": "We come on Monday."})
    assert moved.json()["state"] == "accepted"

    assert deliver() == ["reports.moved"]
    (notice,) = phone.get("/api/v1/reports/notices").json()
    assert notice["subject"] == f"Report {code}: Accepted"
    assert notice["body"].endswith("We come on Monday.")


def test_the_public_layer_shows_it_without_the_person(phone, city, anna):
    sign_in(phone, "anna")
    code = send(phone).json()["code"]
    page = Client().get("/ogc/collections/reports/items?f=json")
    assert page.status_code == 200
    (feature,) = page.json()["features"]
    shown = {name: feature["properties"][name] for name in ("code", "category", "state", "district", "received_on")}
    assert shown == {
        "code": code,
        "category": "lighting",
        "state": "received",
        "district": "centre",
        "received_on": clock.today().isoformat(),
    }
    for secret in ("Anna", "29123456", "example.com", "lamp", str(anna.handle)):
        assert secret not in page.content.decode()


def test_the_console_moves_reports_by_the_same_table(city, deliver):
    phone = Client(headers={"Accept-Language": "en"})
    assert send(phone).status_code == 201
    report = Report.objects.get()
    desk = Client(headers={"Accept-Language": "en"})
    desk.force_login(a_user("clerk", department=a_department("streets"), is_staff=True))

    def act(action):
        page = "/console/reports/report/"
        return desk.post(page, {"action": action, "_selected_action": [report.pk]}, follow=True).content.decode()

    assert "A report in this state cannot be moved there" in act("move_to_done")
    act("move_to_accepted")
    report.refresh_from_db()
    assert report.state == "accepted"

    colleague = Client(headers={"Accept-Language": "en"})
    colleague.force_login(a_user("clerk", department=a_department("parks"), is_staff=True))
    assert report.code not in colleague.get("/console/reports/report/").content.decode()
