"""What a device did without a network, sent later: each entry on its own, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from unittest import mock

import pytest
from django.db import connections
from django.test import Client

from gis_platform.core import clock
from gis_platform.core.models import AuditEntry
from gis_platform.devices import offline
from gis_platform.residents.services import issue_means
from tests.people import a_device, a_resident, device_header

pytestmark = pytest.mark.django_db
PATH = "/api/v1/devices/entries"
CARD = {"kind": "nfc", "token": "04A21F5B"}
OTHER_CARD = {"kind": "nfc", "token": "04FFFFFF"}


def an_entry(number=1, *, age=timedelta(hours=1), kind="identify", data=CARD):
    return {"id": f"e-{number}", "kind": kind, "at": (clock.now() - age).isoformat(), "data": data}


def send(header, *entries):
    client = Client(headers={"Accept-Language": "en"})
    return client.post(PATH, {"entries": list(entries)}, content_type="application/json", **header)


@pytest.fixture
def header():
    issue_means(a_resident(), actor="user:1", **CARD)
    return device_header(a_device("till"))


def test_each_entry_is_answered_on_its_own(header):
    unknown = an_entry(1, data=OTHER_CARD)
    answers = send(header, unknown, an_entry(2), an_entry(3, kind="no-such")).json()["entries"]
    assert [(one["id"], one["state"]) for one in answers] == [("e-1", "done"), ("e-2", "done"), ("e-3", "refused")]
    assert [one["answer"].get("identified") for one in answers] == [False, True, None]
    assert answers[2]["code"] == "entry-unknown"


def test_sent_again_it_gets_the_same_answer_and_happens_once(header):
    entry = an_entry()
    first, again = (send(header, entry).json() for _ in range(2))
    assert first == again
    assert AuditEntry.objects.filter(action="residents.identified").count() == 1


def test_an_id_with_other_data_is_refused(header):
    send(header, an_entry())
    assert send(header, an_entry(1, data=OTHER_CARD)).json()["entries"][0]["code"] == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("age", "code"),
    [(timedelta(hours=72, minutes=1), "entry-too-old"), (-timedelta(minutes=3), "entry-in-future")],
)
def test_its_time_has_to_be_of_the_last_three_days(header, age, code):
    assert send(header, an_entry(age=age)).json()["entries"][0]["code"] == code


@pytest.mark.parametrize("role", ["gateway", "camera", "beacon", "display"])
def test_a_device_that_faces_nobody_identifies_nobody(header, role):
    answer = send(device_header(a_device(role)), an_entry()).json()["entries"][0]
    assert (answer["state"], answer["code"]) == ("refused", "device-role-missing")


def test_a_batch_has_a_limit(header):
    assert send(header, *(an_entry(number) for number in range(201))).status_code == 400


def test_one_that_fails_is_to_be_sent_again_and_keeps_no_other(header):
    taking = offline.KINDS["identify"]

    def fails_once(device, entry):
        if entry.id == "e-1":
            raise RuntimeError("the disk is full")
        return taking(device, entry)

    entries = [an_entry(1), an_entry(2)]
    with mock.patch.dict(offline.KINDS, {"identify": fails_once}):
        assert [one["state"] for one in send(header, *entries).json()["entries"]] == ["again", "done"]
    assert [one["state"] for one in send(header, *entries).json()["entries"]] == ["done", "done"]


def test_a_stranger_and_a_person_are_refused(client, header):
    assert send({}, an_entry()).status_code == 401


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", [False, True], ids=["as-it-is", "broken-twin"])
def test_sent_twice_in_parallel_it_happens_once(broken):
    """The twin judges without the key's record: both identify."""
    issue_means(a_resident(), actor="user:1", **CARD)
    header, entry, together = device_header(a_device("till")), an_entry(), Barrier(2, timeout=10)

    def sending(_number):
        together.wait()
        try:
            return send(header, entry).json()["entries"][0]["state"]
        finally:
            connections.close_all()

    without_record = mock.patch.object(offline, "once", lambda *, run, **_rest: run())
    with without_record if broken else mock.patch.object(offline, "DONE", "done"), ThreadPoolExecutor(2) as senders:
        assert list(senders.map(sending, (1, 2))) == ["done", "done"]
    assert AuditEntry.objects.filter(action="residents.identified").count() == (2 if broken else 1)
