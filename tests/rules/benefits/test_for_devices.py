"""A clinic asks whether somebody is entitled and learns yes or no; a till brings vouchers among its entries."""

import pytest
from django.test import Client

from gis_platform.core import clock
from gis_platform.devices.models import Question
from gis_platform.residents.services import issue_means
from rules.benefits import vouchers
from rules.benefits.models import Budget, Redemption
from tests.people import a_device, a_place, a_resident, device_header
from tests.rules.benefits.issuing import a_voucher
from tests.rules.benefits.programmes import a_budget, a_programme, definition, put_in_force

pytestmark = pytest.mark.django_db
CARD = {"kind": "nfc", "token": "04A21F5B"}


@pytest.fixture
def programme():
    programme = a_programme("massage")
    put_in_force(programme, definition())
    a_budget(programme, 10_000)
    return programme


@pytest.fixture
def anna():
    anna = a_resident()
    issue_means(anna, actor="user:1", **CARD)
    return anna


def client_of(device):
    return Client(headers={"Accept-Language": "en"}, **device_header(device))


def asked(device, question):
    body = CARD | {"question": question}
    return client_of(device).post("/api/v1/identify", body, content_type="application/json")


def a_clinic(*subjects):
    clinic = a_device("clinic", place=a_place())
    for subject in subjects:
        Question.objects.create(device=clinic, code=subject, kind="programme", subject=subject)
    return clinic


def test_a_clinic_learns_whether_somebody_is_entitled_and_nothing_besides(programme, anna):
    answer = asked(a_clinic("massage"), "massage").json()
    assert (answer["identified"], answer["answer"]) == (True, True)
    assert set(answer) == {"identified", "handle", "answer", "visit", "code", "detail"}
    assert answer["handle"] != str(anna.handle)


def test_another_clinic_does_not_get_this_answer(programme, anna):
    a_clinic("massage")
    assert asked(a_clinic("dentist"), "massage").json()["code"] == "question-not-allowed"


def test_no_for_a_programme_that_is_not_there_or_has_no_money(programme, anna):
    clinic = a_clinic("massage", "dentist")
    assert asked(clinic, "dentist").json()["answer"] is False
    Budget.objects.update(used_cents=10_000)
    assert asked(clinic, "massage").json()["answer"] is False


def test_no_where_a_condition_on_the_person_is_not_met(anna):
    programme = a_programme("school-meal")
    condition = {"op": "<", "args": [{"property": "resident.age"}, 18]}
    put_in_force(programme, definition(when=condition))
    a_budget(programme, 10_000)
    assert asked(a_clinic("school-meal"), "school-meal").json()["answer"] is False


# --- Vouchers that were taken without a network --------------------------------------------------------------------


def send(device, **data):
    entry = {"id": "v-1", "kind": "voucher", "at": clock.now().isoformat(), "data": data}
    sent = client_of(device).post("/api/v1/devices/entries", {"entries": [entry]}, content_type="application/json")
    return sent.json()["entries"][0]


def test_a_voucher_is_paid_to_the_till_that_brings_it_first(programme):
    token = vouchers.token_of(a_voucher(programme, 300))
    first, second = (send(a_device("till", place=a_place()), token=token, cents=250) for _till in range(2))
    assert (first["state"], first["answer"]["outcome"], first["answer"]["paid_cents"]) == ("done", "accepted", 250)
    assert (second["state"], second["answer"]["outcome"], second["answer"]["loss_cents"]) == ("done", "doubled", 250)
    assert Redemption.objects.count() == 2


@pytest.mark.parametrize(
    "data", [{}, {"token": 1, "cents": 1}, {"token": "x", "cents": 0}, {"token": "x", "cents": "1"}]
)
def test_what_is_no_voucher_is_refused_and_not_kept(programme, data):
    answer = send(a_device("till", place=a_place()), **data)
    assert (answer["state"], answer["code"]) == ("refused", "invalid-input")
    assert not Redemption.objects.exists()


def test_a_gateway_brings_no_vouchers(programme):
    assert send(a_device("gateway"), token="x", cents=1)["code"] == "device-role-missing"
