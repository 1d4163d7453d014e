"""What is documented is tested: the documents name what the source has, and the source has what they name."""

import ast
import html
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from threading import Thread

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command, get_commands
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread
from django.urls import Resolver404, resolve

from gis_platform.core.errors import CityError
from gis_platform.demo import people, sensing, visits
from gis_platform.devices.models import Device
from gis_platform.identity.roles import Role
from layers import catalog
from layers.places.models import Beacon
from layers.places.services import label_token
from layers.sensors.readings import Cause
from rules.loyalty.scoring import Reason

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
PACKAGES = ("gis_platform", "layers", "rules", "ogc_api", "maps")
READS = {"text", "flag", "choice", "number", "words", "path", "url", "secret", "postgis", "get"}
VARIABLE = re.compile(r"[A-Z][A-Z_]+")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, title: str) -> str:
    """A part of a page, from its heading to the next one of its height."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", text_of(name), re.MULTILINE | re.DOTALL)
    assert found, f"{name} has no heading “{title}”"
    return found.group(2)


def rows(text: str) -> list[list[str]]:
    """The cells of the tables' rows, without heads."""
    lines = [line.strip() for line in text.splitlines()]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for number, line in enumerate(lines)
        if line.startswith("| ")
        and not line.startswith("| ---")
        and not lines[min(number + 1, len(lines) - 1)].startswith("| ---")
    ]


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def every_module() -> None:
    for package in map(import_module, PACKAGES):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not re.search(r"\.local\b|\.migrations\b", module.name):
                import_module(module.name)


def family(error: type[CityError]) -> set[type[CityError]]:
    below = error.__subclasses__()
    return {error}.union(*(family(each) for each in below)) if below else {error}


# --- Codes ---------------------------------------------------------------------------------------------------------


def test_every_code_is_listed_with_its_status():
    every_module()
    # Tests have errors of their own.
    ours = [error for error in family(CityError) if error.__module__.startswith(PACKAGES)]
    listed = [(in_code(row[0])[0], row[1]) for row in rows(text_of("docs/errors.md")) if row[1].isdecimal()]
    assert sorted(listed) == sorted({(error.code, str(error.status)) for error in ours})


def test_a_code_means_one_thing():
    every_module()
    ours = [error for error in family(CityError) if error.__module__.startswith(PACKAGES)]
    shared = {error.code for error in ours if [other.code for other in ours].count(error.code) > 1}
    assert shared == set()


def test_every_cause_and_reason_is_listed():
    causes = section("docs/errors.md", "Causes that are not refusals")
    assert [in_code(row[0])[0] for row in rows(causes)] == [*Cause, *Reason]


# --- Variables and commands ------------------------------------------------------------------------------------------


def variables_read(path: Path) -> set[str]:
    """Names that a module asks the environment for: env.flag("DEBUG", ...), environment.get("DATABASE_URL")."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr), args=[ast.Constant(value=str(name)), *_]) if attr in READS:
                found.add(name)
            case ast.Compare(left=ast.Constant(value=str(name))) if "environ" in ast.unparse(node):
                found.add(name)
    return {name for name in found if VARIABLE.fullmatch(name)}


def test_every_variable_is_documented_once():
    sources = [ROOT / "gis_platform" / "settings.py", ROOT / "gis_platform" / "core" / "metrics.py"]
    read = set().union(*map(variables_read, [*sources, *(ROOT / "gis_platform" / "local").glob("*.py")]))
    read |= set(re.findall(r"\$\{([A-Z_]+):", text_of("gis_platform/local/setup.sh")))
    start = section("docs/operations.md", "Variables that the start reads")
    documented = [name for row in rows(start + section("docs/reference.md", "Settings")) for name in in_code(row[0])]
    assert sorted(documented) == sorted(read - {"PATH"})


def test_the_walk_sees_a_variable():
    """The canary: were nothing found, the test above would compare two empty sets."""
    assert {"CITY", "DATABASE_URL", "BEHIND_PROXY"} <= variables_read(ROOT / "gis_platform" / "settings.py")


def test_every_command_is_documented():
    ours = {name for name, room in get_commands().items() if room.startswith(PACKAGES)}
    documented = [in_code(row[0])[0].split()[0] for row in rows(section("docs/reference.md", "Commands"))]
    assert sorted(documented) == sorted(ours)


def test_make_knows_what_the_documents_ask_of_it():
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    asked = {name for page in PAGES for name in re.findall(r"\bmake ([a-z]+)\b(?= *[`\n])", page.read_text())}
    assert {"run", "test"} <= asked <= targets


# --- Addresses, links, layers ----------------------------------------------------------------------------------------


def addresses() -> list[str]:
    found = set()
    for page in PAGES:
        found |= set(re.findall(r"(?:http://localhost:8000|\$HERE)(/[^\s`>\"?)]*)", page.read_text()))
    for row in rows(section("docs/reference.md", "Addresses")):
        found |= set(in_code(row[0]))
    collection = "/ogc/collections/tourism"
    for row in rows(section("docs/reference.md", "OGC API")):
        found |= {collection + path for path in in_code(row[0])}
    return sorted(found)


@pytest.mark.parametrize("address", addresses())
def test_an_address_leads_somewhere(address):
    filled = address.replace("{layer}", "tourism").replace("{ending}", "gpkg")
    filled = re.sub(r"\{(z|y|x|id)\}|\$BENCH", "1", filled)
    try:
        resolve(re.sub(r"\{token\}|\$LABEL", "token", filled).removesuffix("."))
    except Resolver404:
        pytest.fail(f"{address} leads nowhere")


def links():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", page.read_text()):
            link = "".join(target)
            if "://" not in link:
                yield pytest.param(page, link, id=f"{page.relative_to(ROOT)}:{link}")


@pytest.mark.parametrize(("page", "link"), list(links()))
def test_a_link_leads_to_a_file_and_its_heading(page, link):
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    assert target.exists(), f"{link} is not there"
    if anchor:
        headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_document_is_in_the_index():
    index = text_of("docs/README.md") + text_of("docs/architecture.md")
    for page in DOCS.rglob("*.md"):
        assert page.name == "README.md" or f"({page.relative_to(DOCS)})" in index, page.name


def test_the_layers_are_those_of_the_catalogue():
    listed = [[cell.strip("`") for cell in row] for row in rows(section("docs/reference.md", "Layers"))]
    declared = [
        [spec.id, spec.geometry_type, spec.access.value, spec.edit_role if spec.writable else "none"]
        for spec in catalog.declared()
    ]
    assert listed == sorted(declared)


def test_the_roles_are_those_of_the_platform():
    roles = [code for row in rows(section("docs/reference.md", "Signing in")) for code in in_code(row[0])]
    assert roles == Role.values


# --- Words -----------------------------------------------------------------------------------------------------------


def translations(language: str) -> dict[str, set[str]]:
    """What each text is translated as, in small letters; of plurals the first form. "Map" and "map" are one."""
    text = text_of(f"gis_platform/locale/{language}/LC_MESSAGES/django.po").lower()
    pairs = re.findall(r'^msgid ((?:".*"\n)+)(?:msgid_plural .*\n)?msgstr(?:\[0\])? ((?:".*"\n?)+)', text, re.MULTILINE)
    known: dict[str, set[str]] = {}
    for message, translated in pairs:
        if unquoted(translated):
            known.setdefault(unquoted(message), set()).add(unquoted(translated))
    return known


def unquoted(text: str) -> str:
    return "".join(re.findall(r'^"(.*)"$', text, re.MULTILINE))


@pytest.mark.parametrize(("language", "column"), [("lv", 1), ("lt", 2)])
def test_the_words_are_those_of_the_pages(language, column):
    known = translations(language)
    assert len(known) > 100
    for row in rows(text_of("docs/glossary.md")):
        term, word = row[0].lower(), row[column]
        if word == "—":
            continue
        if term in known:
            assert word.lower() in known[term], f"“{term}” is {known[term]} on the pages"
        else:
            stem = word.lower()[: (len(word) + 1) // 2]  # these languages decline
            assert any(stem in text for texts in known.values() for text in texts), f"no page says “{word}”"


def test_the_words_are_in_order():
    words = [row[0].lower() for row in rows(text_of("docs/glossary.md"))]
    assert words == sorted(words)
    assert len(words) == len(set(words))


# --- The tutorial ----------------------------------------------------------------------------------------------------

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
    """As `make run` loads it, but for the people and the week that the tutorial does not look at."""
    settings.LOCAL_DIR = tmp_path
    monkeypatch.setattr(people, "RESIDENTS", 1)
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
    reader.send("/console/devices/device/add/", code="tutorial-gateway", role="gateway")
    reader.see("/console/devices/device/", "Give a registration code; the present key ends")
    device = Device.objects.get(code="tutorial-gateway")
    reader.send("/console/devices/device/", action="open_registration", _selected_action=device.pk)
    (code,) = re.findall(r"\b(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}\b", reader.see("/console/devices/device/"))
    return code
