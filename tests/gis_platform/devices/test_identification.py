"""A device asks who holds a card."""

import pytest

from gis_platform.core.models import AuditEntry
from gis_platform.devices.handles import handle_for
from gis_platform.residents import services
from tests.people import a_device, a_resident, device_header

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident():
    resident = a_resident(given_name="Zelma", family_name="Kalniņa")
    services.issue_means(resident, kind="nfc", token="04A21F5B", actor="user:1")
    return resident


def ask(client, header, kind="nfc", token="04A21F5B"):
    body = {"kind": kind, "token": token}
    return client.post("/api/v1/identify", body, content_type="application/json", HTTP_ACCEPT_LANGUAGE="en", **header)


def test_it_learns_yes_and_a_handle_and_nothing_of_the_person(client, resident):
    device = a_device("till")
    said = ask(client, device_header(device)).json()
    assert said.pop("visit")
    handle = handle_for(device, resident.handle)
    assert said == {"identified": True, "handle": handle, "answer": None, "code": "", "detail": ""}
    assert str(resident.handle) not in str(said)


def test_it_learns_no_with_the_reason(client, resident):
    header = device_header(a_device("till"))
    assert ask(client, header, token="04FFFFFF").json() == {
        "identified": False,
        "handle": None,
        "answer": None,
        "visit": "",
        "code": "means-unknown",
        "detail": "Nobody is known by this card or code",
    }
    services.block_means(resident.means.get(), actor="user:1")
    assert ask(client, header).json()["code"] == "means-blocked"


def test_that_somebody_looked_is_kept(client, resident):
    device = a_device("library")
    ask(client, device_header(device))
    looked = AuditEntry.objects.get(action="residents.identified")
    assert (looked.actor, looked.subject) == (f"device:{device.pk}", f"resident:{resident.pk}")


def test_a_card_number_is_refused_at_the_door(client):
    response = ask(client, device_header(a_device("till")), kind="bank_token", token="4111111111111111")
    assert (response.status_code, response.json()["code"]) == (400, "card-number-refused")
    assert "4111111111111111" not in response.content.decode()


def test_a_till_may_ask_a_gateway_and_a_stranger_may_not(client, resident):
    headers = [device_header(a_device("till")), device_header(a_device("gateway")), {}]
    assert [ask(client, header).status_code for header in headers] == [200, 403, 401]
