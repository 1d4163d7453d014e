"""The monitor's page and its parts, without a browser."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from gis_platform.core import clock
from gis_platform.monitor.models import Alarm
from gis_platform.reports.models import Category, Report
from layers.sensors.models import Sensor
from layers.sensors.services import ingest
from tests.people import LIBRARY, a_category, a_user
from tests.stations import a_reading, a_sensor

from .conftest import CELL, HOSTILE, check_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]


def read(client, path="/monitor/", **headers) -> str:
    answer = client.get(path, headers={"accept-language": "en"} | headers)
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    """What is read: the text without markup, scripts and superfluous blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<script.*?</script>", " ", html)).split())


def test_an_empty_city_says_so(client):
    page = words(read(client))
    for sentence in (
        "There are no sensors yet",
        "No alarm is firing.",
        "No area had enough people.",
        "There are no smart places yet.",
        "Sensors reporting 0 / 0",
    ):
        assert sentence in page


def test_it_tells_who_speaks_and_who_is_silent(client, speaking, silent):
    page = words(read(client))
    assert "Sensors reporting 1 / 2 silent: 1" in page
    assert re.search(r"Weather station Weather .* 20\.5 °C \d{4}-\d\d-\d\d \d\d:\d\d Live", page)
    assert re.search(r"Noise meter Noise .* 57 dB \d{4}-\d\d-\d\d \d\d:\d\d Silent", page)
    assert re.search(r"Alarms 1 Noise meter Silent sensor · last heard", page)


def test_a_sensor_that_observes_nothing_is_not_expected_to_report(client, speaking):
    a_sensor("JEL-WX-09", name_en="Mast")
    page = words(read(client))
    assert "Sensors reporting 1 / 1 All of them" in page
    assert "Mast Weather observes nothing yet" in page


def test_figures_count_check_ins_places_and_reports(client, library):
    check_in(library, people=6)
    check_in(library, people=7, hours_ago=25)
    page = words(read(client, "/monitor/summary/"))
    assert "Check-ins 6 in the last 24 hours" in page
    assert "Smart places 1" in page
    assert "Open problem reports 0 none is overdue" in page


def test_an_overdue_report_is_told(client):
    reports = _report(due_in=timedelta(hours=-1)), _report(due_in=timedelta(days=1)), _report(state="done")
    assert len(reports) == 3
    assert "Open problem reports 2 overdue: 1" in words(read(client, "/monitor/summary/"))


def _report(*, due_in=timedelta(days=1), state="received"):
    category = Category.objects.first() or a_category()
    now = clock.now()
    return Report.objects.create(
        category=category, geometry=LIBRARY, department=category.department, routed_by="lighting",
        received_at=now, received_on=now.date(), due_at=now + due_in, state=state,
    )  # fmt: skip


def test_few_people_are_never_counted(client, library):
    check_in(library, people=4)
    page = words(read(client))
    assert "Check-ins few of fewer than 5 people in 24 hours" in page
    assert "No area had enough people." in page
    assert CELL not in read(client, "/monitor/map/")


def test_an_area_is_called_by_its_surroundings(client, library):
    check_in(library, people=5)
    assert "around Library 5 5" in words(read(client))
    assert CELL in read(client, "/monitor/map/")


@pytest.mark.parametrize(("hours", "shown"), [("24", False), ("168", True), ("", True), ("25", True), ("abc", True)])
def test_the_window_is_one_of_three(client, library, hours, shown):
    check_in(library, people=5, hours_ago=25)
    assert (CELL in read(client, f"/monitor/?hours={hours}")) is shown
    assert (CELL in read(client, f"/monitor/map/?hours={hours}")) is shown


def test_sensors_of_one_kind(client, speaking, silent):
    page = read(client, "/monitor/?category=noise")
    hidden = {
        kind: "hidden" in rest for kind, rest in re.findall(r'data-category="(\w+)" data-state="\w+"([^>]*)>', page)
    }
    assert hidden == {"weather": True, "noise": False}
    assert "hidden" not in "".join(re.findall(r"<tbody[^>]*>", read(client, "/monitor/?category=nonsense")))


def test_the_summary_is_sent_once(client, speaking):
    first = client.get("/monitor/summary/")
    again = client.get("/monitor/summary/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    ingest([a_reading(21, time=clock.now(), stream=speaking.key)], sender="test")
    assert client.get("/monitor/summary/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_the_courses_have_a_step_for_each_half_hour_that_was_measured(client, speaking):
    day = json.loads(read(client, "/monitor/courses/"))
    assert (day["steps"], day["step_s"]) == (48, 1800)
    assert [value for _step, value in day["courses"][speaking.key]] == [20.5]
    assert day["courses"][speaking.key][0][0] in (46, 47)  # a minute ago, perhaps before the half hour


def test_a_draft_is_nowhere(client, speaking, silent):
    Sensor.objects.filter(pk=silent.sensor_id).update(status="draft")
    assert "Noise meter" not in read(client)
    assert "Noise meter" not in read(client, "/monitor/map/")
    assert silent.key not in read(client, "/monitor/courses/")


@pytest.mark.parametrize("language", ["lv", "lt"])
def test_it_speaks_the_readers_language(client, speaking, language):
    page = read(client, **{"accept-language": language})
    assert f'<html lang="{language}">' in page
    with translation.override(language):
        sentence = gettext("Sensors reporting")
    assert sentence != "Sensors reporting"
    assert sentence in page
    assert "20,5" in page


# --- The frame -------------------------------------------------------------------------------------------------------


def test_the_frame_is_sandboxed_and_alone_may_write_a_script(client, speaking):
    answer = client.get("/monitor/map/")
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    nonce = re.search(r'<script nonce="([\w-]+)">', answer.content.decode()).group(1)
    assert policy["sandbox"] == "allow-scripts"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'self' 'nonce-{nonce}'"
    assert "no-store" in answer["Cache-Control"]
    assert nonce not in read(client, "/monitor/map/"), "a nonce is used once"
    assert "nonce" not in client.get("/monitor/")["Content-Security-Policy"]


def test_the_frame_names_no_other_machine(client, speaking, library):
    check_in(library, people=5)
    assert re.findall(r"(?:https?:)?//[\w-]+\.\w+", read(client, "/monitor/map/")) == []


def test_foliums_script_holds_nobodys_text(client, hostile):
    page = read(client, "/monitor/map/")
    scripts = re.findall(r"(?s)<script nonce=[^>]*>(.*?)</script>", page)
    assert len(scripts) == 1
    for text in (HOSTILE[:10], "document.title", "`", "${", "Weather station", "20.5"):
        assert text not in scripts[0]
    assert page.count("<script") == page.count("</script") == 4  # the data, Leaflet, our frame.js, folium's
    data = json.loads(re.search(r'(?s)<script id="city-frame"[^>]*>(.*?)</script>', page).group(1))
    assert HOSTILE in {sensor["name"] for sensor in data["sensors"].values()}


def test_static_files_may_be_read_from_the_sandbox(client):
    # The frame has no origin, so its fonts come from "elsewhere"; WhiteNoise lets anybody read public files.
    answer = client.get("/static/vendor/noto-sans/noto-sans-latin-400-normal.woff2")
    answer.close()
    assert answer["Access-Control-Allow-Origin"] == "*"


# --- Taking note of an alarm -----------------------------------------------------------------------------------------


@pytest.fixture
def alarm(silent) -> Alarm:
    return Alarm.objects.get()


def post(alarm: Alarm, user=None, *, follow=True):
    client = Client(headers={"accept-language": "en"})
    if user:
        client.force_login(user)
    return client.post(f"/monitor/alarms/{alarm.pk}/acknowledge/", follow=follow)


def test_an_operator_takes_note(alarm):
    page = words(post(alarm, a_user("operator")).content.decode())
    assert "The alarm is acknowledged." in page
    assert re.search(r"Noise meter Silent sensor .* acknowledged", page)
    assert Alarm.objects.unacknowledged().count() == 0


@pytest.mark.parametrize("roles", [None, (), ("planner",), ("clerk",)])
def test_visitors_residents_and_other_staff_may_not(alarm, roles):
    assert post(alarm, None if roles is None else a_user(*roles)).status_code == 403
    assert Alarm.objects.unacknowledged().count() == 1


def test_the_second_operator_is_told(alarm):
    post(alarm, a_user("operator"))
    page = words(post(alarm, a_user("operator")).content.decode())
    assert "Somebody has acknowledged this alarm already" in page


def test_a_link_cannot_take_note(client, alarm):
    client.force_login(a_user("operator"))
    assert client.get(f"/monitor/alarms/{alarm.pk}/acknowledge/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(a_user("operator"))
    assert strict.post(f"/monitor/alarms/{alarm.pk}/acknowledge/").status_code == 403


def test_only_an_operator_sees_the_button(client, alarm):
    assert "Acknowledge" not in read(client)
    client.force_login(a_user("planner"))
    assert "Acknowledge" not in read(client)
    client.force_login(a_user("operator"))
    assert "Acknowledge" in read(client)


def test_who_took_note_stays_inside(client, alarm):
    post(alarm, a_user("operator", display_name="Zanda Ozola"))
    assert "Zanda" not in read(client) + read(client, "/monitor/summary/")
