"""The console opens by role."""

import pytest

from gis_platform.core.models import AuditEntry
from gis_platform.identity.models import ApiKey
from tests.people import a_device, a_user

pytestmark = pytest.mark.django_db

PAGES = {
    "identity/user": {"administrator"},
    "identity/apikey": {"administrator"},
    "residents/resident": {"administrator", "clerk"},
    "residents/means": {"administrator", "clerk"},
    "devices/device": {"administrator", "operator", "merchant_manager"},
    "reports/report": {"administrator", "clerk", "operator"},
    "loyalty/placeday": {"administrator", "planner", "tourism_editor"},
}
ROLES = ("administrator", "planner", "tourism_editor", "clerk", "operator", "merchant_manager")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_its_roles_alone(client, page):
    opened = set()
    for role in ROLES:
        client.force_login(a_user(role, is_staff=True))
        if client.get(f"/console/{page}/").status_code == 200:
            opened.add(role)
    assert opened == PAGES[page]


def test_residents_are_sent_to_the_sign_in(client):
    client.force_login(a_user())
    assert client.get("/console/").status_code == 302


def test_a_key_made_in_the_console_is_shown_once_and_put_on_record(client):
    admin, planner = a_user("administrator", is_staff=True), a_user("planner")
    client.force_login(admin)
    form = {
        "user": planner.pk,
        "label": "QGIS",
        "scopes": "read",
        "expires_at_0": "2030-01-01",
        "expires_at_1": "00:00",
    }
    page = client.post("/console/identity/apikey/add/", form, follow=True, headers={"Accept-Language": "en"})
    record = ApiKey.objects.get()
    assert f"api_{record.prefix}_" in page.content.decode()
    assert f"api_{record.prefix}_" not in client.get("/console/identity/apikey/").content.decode()
    assert AuditEntry.objects.get(action="identity.api-key-issued").actor == admin.actor


def test_a_registration_code_is_shown_to_the_operations_centre(client):
    device = a_device()
    client.force_login(a_user("operator", is_staff=True))
    form = {"action": "open_registration", "_selected_action": [device.pk]}
    page = client.post("/console/devices/device/", form, follow=True, headers={"Accept-Language": "en"})
    assert f"Registration code of {device.code}" in page.content.decode()
    device.refresh_from_db()
    assert device.registration_hash


def test_who_may_only_look_at_devices_gets_no_code(client):
    device = a_device()
    client.force_login(a_user("merchant_manager", is_staff=True))
    client.post("/console/devices/device/", {"action": "open_registration", "_selected_action": [device.pk]})
    device.refresh_from_db()
    assert not device.registration_hash
