"""The tutorial is followed: its commands in a real shell against a served city, its steps in a browser by forms."""

import html
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread

from gis_platform.demo import people, sensing, visits
from gis_platform.devices.models import Device
from layers.places.models import Beacon
from layers.places.services import label_token
from tests.documents import rows, section

TUTORIAL = "docs/tutorial.md"
SITE = "http://localhost:8000"


def blocks(step: str, language: str = "sh") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", section(TUTORIAL, step), re.DOTALL)


class Shell:
    """The reader's second terminal: variables last from one block to the next."""

    END = "-- end of the block --"

    def __init__(self, url: str) -> None:
        self._url = url
        self._bash = subprocess.Popen(
            ["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.run("curl() { command curl --max-time 30 --noproxy '*' \"$@\"; }")

    def run(self, commands: str) -> str:
        self._bash.stdin.write(f"{commands.replace(SITE, self._url)}\necho; echo '{self.END}'\n")
        self._bash.stdin.flush()
        return "".join(iter(self._bash.stdout.readline, f"{self.END}\n"))

    def end(self) -> None:
        self._bash.stdin.close()
        self._bash.wait(timeout=60)
        self._bash.stdout.close()


class Reader:
    """The reader's browser."""

    def __init__(self) -> None:
        self.client = Client(headers={"Accept-Language": "en"})

    def sign_in(self, username: str) -> None:
        self.client.logout()
        answer = self.client.post("/sign-in/", {"username": username, "password": people.PASSWORD})
        assert answer.status_code == 302, f"{username} cannot sign in"

    def see(self, path: str, *words: str) -> str:
        answer = self.client.get(path)
        page = html.unescape(answer.content.decode())
        assert answer.status_code == 200, path
        assert [word for word in words if word not in page] == [], path
        return page

    def send(self, path: str, **fields) -> str:
        """Where the form led to; a form that was refused leads nowhere."""
        answer = self.client.post(path, fields)
        assert answer.status_code == 302, html.unescape(answer.content.decode())
        return answer["Location"]


@pytest.fixture
def demo_city(transactional_db, settings, tmp_path, monkeypatch) -> Iterator[None]:
    """As `make run` loads it, but for the visits and the week that the tutorial does not look at."""
    settings.LOCAL_DIR = tmp_path
    monkeypatch.setattr(sensing, "HISTORY", timedelta(minutes=30))
    monkeypatch.setattr(visits, "CHECK_INS", 0)
    cache.clear()
    call_command("load_demo")
    yield
    cache.clear()


@pytest.fixture
def shell(demo_city) -> Iterator[Shell]:
    if not shutil.which("curl"):
        pytest.skip("the tutorial's commands need curl, which is not on this machine")
    server = LiveServerThread("localhost", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None, server.error
    shell = Shell(f"http://localhost:{server.port}")
    yield shell
    shell.end()
    server.terminate()
    closing = Thread(target=_close_pools)  # in a thread, as the server's: there each alias has a connection of its own
    closing.start()
    closing.join()


def _close_pools() -> None:
    for connection in connections.all():
        connection.close_pool()


def test_the_tutorial_can_be_followed(shell, capsys):
    reader = Reader()
    (start,) = blocks("1. Start")
    assert shell.run(start).strip() == "ok"

    reader.see("/", "Search for a place")
    (library,) = blocks("2. Look at the map")
    assert '"category":"library"' in shell.run(library)

    bench = publish_the_bench(reader)
    (found,) = blocks("3. Publish a place")
    assert "Bench by the Lielupe" in shell.run(found)

    version, stale, change = map(shell.run, blocks("4. Change it from the command line"))
    assert 'etag: "3"' in version.lower()
    assert '"code": "stale-version"' in stale
    assert '"current_version": 3' in stale
    assert '"version": 4' in change

    add_the_book_boxes(reader)
    (queries,) = blocks("5. Add a layer from a file")
    answers = shell.run(queries)
    assert "Book box in the park" in answers
    assert "Book box at the station" not in answers
    assert "collections/book_boxes/tiles/WebMercatorQuad/{z}/{y}/{x}" in answers

    shell.run(f"CODE={registration_code(reader)}")
    registered, reading, shown = map(shell.run, blocks("6. Register a device and send a reading"))
    assert '"device": "tutorial-gateway"' in registered
    (promised,) = re.findall(r'`(\{"accepted".*\})`', section(TUTORIAL, "6. Register a device and send a reading"))
    assert promised in reading
    assert shown.count("21.5") >= 1

    beacon = Beacon.objects.get(source_ref="JEL-BEA-023")
    reader.sign_in("planner")
    assert reader.client.get(f"/api/v1/beacons/{beacon.pk}/label.svg").status_code == 200
    shell.run(f"LABEL={label_token(beacon)}")
    place, doubted, believed = map(shell.run, blocks("7. Check in"))
    assert f"/places/places/{beacon.place_id}/" in place
    assert '"decision": "needs-stronger-proof"' in doubted
    assert '"no-position"' in doubted
    assert '"decision": "accepted"' in believed

    reader.see("/monitor/", "SmartCity Monitor")
    (heat,) = blocks("8. The monitor")
    assert '"FeatureCollection"' in shell.run(heat)

    reader.sign_in("tourism")
    reader.see(f"/editor/tourism/{bench}/", "History", "Compare and restore", "the bench is stored in winter")
    reader.see(f"/editor/tourism/{bench}/history/", "Restore", "May to September")
    reader.send(f"/editor/tourism/{bench}/restore/", version=4, to_version=3)
    (undone,) = blocks("9. History and undo")
    last = shell.run(undone)
    assert 'etag: "5"' in last.lower()
    assert "May to September" not in last


def publish_the_bench(reader: Reader) -> int:
    values = {row[0]: row[1] for row in rows(section(TUTORIAL, "3. Publish a place"))}
    longitude, latitude = re.findall(r"\d+\.\d+", values["longitude, latitude"])
    reader.sign_in("tourism")
    reader.see("/editor/", "Tourism")
    reader.see("/editor/tourism/new/", "Add", "Viewpoint")
    page = reader.send(
        "/editor/tourism/new/",
        name_en=values["name in English"],
        name_lv=values["name in Latvian"],
        category=values["category"].lower(),
        longitude=longitude,
        latitude=latitude,
    )
    for version, (button, to) in enumerate([("Send to review", "review"), ("Publish", "published")], start=1):
        reader.see(page, button)
        reader.send(f"{page}status/", to=to, version=version)
    return int(page.strip("/").rpartition("/")[2])


def add_the_book_boxes(reader: Reader) -> None:
    (lines,) = blocks("5. Add a layer from a file", "csv")
    reader.sign_in("planner")
    reader.see("/editor/", "Layer from a file")
    page = reader.see("/editor/add-layer/", "Title", "Identifier", "Add the layer")
    assert "csv" in page
    file = SimpleUploadedFile("boxes.csv", lines.encode(), content_type="text/csv")
    fields = {"title": "Book boxes", "id": "book_boxes", "access": "public", "color": "#7c3aed"}
    reader.see(reader.send("/editor/add-layer/", file=file, **fields), "Book boxes")


def registration_code(reader: Reader) -> str:
    reader.sign_in("admin")
    reader.see("/console/devices/device/add/", "Sensor gateway")
    no_questions = {"questions-TOTAL_FORMS": 0, "questions-INITIAL_FORMS": 0}
    ticked = {"unsigned_allowed": "on"}
    reader.send("/console/devices/device/add/", code="tutorial-gateway", role="gateway", **ticked, **no_questions)
    reader.see("/console/devices/device/", "Give a registration code; the present key ends")
    device = Device.objects.get(code="tutorial-gateway")
    reader.send("/console/devices/device/", action="open_registration", _selected_action=device.pk)
    (code,) = re.findall(r"\b(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}\b", reader.see("/console/devices/device/"))
    return code
