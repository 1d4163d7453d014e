"""The fleet's pages: who sees them, what they show, and what becomes of a key."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from gis_platform.core import clock
from gis_platform.core.models import AuditEntry
from gis_platform.devices import services
from gis_platform.devices.models import Device, HourAlive
from gis_platform.monitor.models import Alarm
from gis_platform.monitor.services import check_devices
from maps.fleet import plotting
from tests.people import a_device, a_place, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
PAGES = ("/fleet/", "/fleet/_export.csv", "/fleet/till-1/", "/fleet/_new/", "/fleet/till-1/act/", "/fleet/_alarms/1/")
WRITING = PAGES[3:]


def signed_in(*roles):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_user(*roles))
    return client


@pytest.fixture
def operator():
    return signed_in("operator")


@pytest.fixture
def till():
    return a_device("till", code="till-1", place=a_place(), firmware="till 4.2", last_seen_at=clock.now())


@pytest.mark.parametrize("path", PAGES)
def test_strangers_sign_in_and_others_need_the_role(path, till):
    send = "post" if path in WRITING else "get"
    stranger = getattr(Client(), send)(path)
    assert (stranger.status_code, "/sign-in/" in stranger["Location"]) == (302, True)
    assert getattr(signed_in("clerk"), send)(path).status_code == 403
    looking = getattr(signed_in("merchant_manager"), send)(path).status_code
    assert looking == (403 if path in WRITING else 200)


def test_the_list_is_empty_and_says_what_to_do(operator):
    assert "There is no device yet" in operator.get("/fleet/").content.decode()
    assert "No device is found by this" in operator.get("/fleet/?q=x").content.decode()


def test_it_is_searched_sorted_and_paged(operator, till):
    for number in range(30):
        a_device("gateway", code=f"gateway-{number:02d}")
    page = operator.get("/fleet/").content.decode()
    assert "Page 1 of 2" in page
    assert "till-1" not in rows_of(page)
    assert rows_of(operator.get("/fleet/?order=-last_seen_at").content.decode())[0] == "till-1"
    assert rows_of(operator.get("/fleet/?q=Library").content.decode()) == ["till-1"]
    assert rows_of(operator.get("/fleet/?order=no-such&state=ok").content.decode()) == ["till-1"]


def rows_of(page):
    return re.findall(r'<th scope="row"><a href="/fleet/([^/]+)/">', page)


def test_what_stands_somewhere_is_on_the_map(operator, till):
    a_device("gateway", code="nowhere")
    page = operator.get("/fleet/").content.decode()
    (shown,) = json.loads(re.search(r'id="fleet-devices"[^>]*>(.*?)</script>', page)[1])["features"]
    assert shown["properties"]["code"] == "till-1"
    assert shown["geometry"]["coordinates"] == [23.727, 56.6511]


def test_the_export_is_what_was_searched_for_and_no_formula(operator, till):
    Device.objects.filter(pk=till.pk).update(firmware="=1+1")
    a_device("gateway", code="gateway-1")
    text = operator.get("/fleet/_export.csv?role=till").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["code"], row["state"], row["firmware"]) == ("till-1", "working", "'=1+1")


def test_a_device_is_added_and_its_code_is_shown_once(operator):
    a_place(code="LIB-1")
    answer = operator.post("/fleet/_new/", {"code": "desk-9", "role": "library", "place_code": "LIB-1"})
    (code,) = re.findall(r"<code>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})</code>", answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert services.register(code)[0].place.code == "LIB-1"
    assert code not in operator.get("/fleet/desk-9/").content.decode()
    assert AuditEntry.objects.filter(action="devices.added").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("place_code", "x"), ("merchant_code", "x"), ("code", "_new"), ("code", "till-1"), ("role", "")],
)
def test_what_cannot_be_a_device_is_said_at_its_field(operator, till, field, value):
    answer = operator.post("/fleet/_new/", {"code": "desk-9", "role": "library"} | {field: value})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert Device.objects.count() == 1


def test_a_key_is_renewed_by_a_code_asked_for_and_revoked(operator, till):
    services.register(services.open_registration(till, actor="user:1"))
    operator.post("/fleet/till-1/act/", {"wish": "rotate"})
    assert Device.objects.get().new_key_wanted_at is not None
    assert "One-time code" in operator.post("/fleet/till-1/act/", {"wish": "code"}).content.decode()
    assert Device.objects.get().key_prefix == ""
    operator.post("/fleet/till-1/act/", {"wish": "revoke", "reason": "stolen"})
    assert Device.objects.get().revoked_at is not None
    assert AuditEntry.objects.get(action="devices.revoked").data["reason"] == "stolen"


def test_an_alarm_is_shown_and_acknowledged(operator):
    a_device("gateway", code="gateway-1", last_seen_at=clock.now() - timedelta(hours=1))
    check_devices(clock.now())
    assert "Silent device" in operator.get("/fleet/").content.decode()
    operator.post(f"/fleet/_alarms/{Alarm.objects.get().pk}/")
    assert Alarm.objects.get().acknowledged_at is not None
    assert "acknowledged" in operator.get("/fleet/").content.decode()
    assert "firing" in operator.get("/fleet/gateway-1/").content.decode().lower()


def test_the_plot_has_a_row_a_day_and_a_cell_an_hour(operator, till):
    now = clock.now()
    Device.objects.filter(pk=till.pk).update(created_at=now - timedelta(days=20))
    till.refresh_from_db()
    hour = now.replace(minute=0, second=0, microsecond=0)
    for back, minutes in ((0, 60), (1, 15), (2, 16), (24, 1)):
        HourAlive.objects.create(device=till, hour=hour - timedelta(hours=back), minutes=minutes, battery_percent=50)
    drawn = plotting.plot(till, now)
    assert len(drawn.cells) == 14 * 24
    assert drawn.heard_hours == 4
    # Shades of a quarter of an hour each: 60 → 4, 15 → 1, 16 → 2, 1 → 1.
    assert sorted(cell.level for cell in drawn.cells if cell.level) == [1, 1, 2, 4]
    assert [percent for _x, _y, percent, _hour in plotting.battery_points(till, now)] == [50] * 4
    page = operator.get("/fleet/till-1/").content.decode()
    assert "Heard in 4 hours of the last 14 days" in page
    assert "battery-line" in page


def test_an_hour_that_comes_twice_holds_both(till):
    """25 October 2026: clocks in Riga go back at 04:00, so 00:00 and 01:00 UTC are 03:00 both."""
    for hour in (0, 1):
        HourAlive.objects.create(device=till, hour=datetime(2026, 10, 25, hour, tzinfo=UTC), minutes=30)
    drawn = plotting.plot(till, datetime(2026, 10, 25, 12, tzinfo=UTC))
    (cell,) = [cell for cell in drawn.cells if cell.level]
    assert (cell.level, cell.title) == (4, "2026-10-25 03:00 · 60 min")
