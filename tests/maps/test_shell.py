"""What lets the map be installed and kept."""

import json
import os
import re
import struct
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.usefixtures("city_of_jelgava")


def test_the_manifest_names_icons_that_are_there_in_their_size(client):
    response = client.get("/manifest.webmanifest", headers={"Accept-Language": "lv"})
    assert response["Content-Type"] == "application/manifest+json"
    document = response.json()
    assert (document["short_name"], document["lang"], document["start_url"]) == ("Jelgava", "lv", "/")
    assert {icon.get("purpose", "any") for icon in document["icons"]} == {"any", "maskable"}
    for icon in document["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert path, icon
        if icon["type"] == "image/png":
            with Path(path).open("rb") as file:
                width, height = struct.unpack(">II", file.read(24)[16:])  # the PNG header's IHDR
            assert f"{width}x{height}" == icon["sizes"]


def test_the_worker_keeps_files_that_are_there(client):
    response = client.get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"  # a new worker is seen at the next visit
    shell = json.loads(re.match(r"const SHELL = (\{.*\});", response.content.decode()).group(1))
    assert all(finders.find(name.removeprefix("/static/")) for name in shell["files"])
    kept = " ".join(shell["files"])
    for needed in ("map/main.js", "css/map.css", "maplibre-gl-worker.mjs", "icons.json", "latin-ext-600"):
        assert needed in kept
    assert "service-worker" not in kept


def test_every_module_that_a_kept_module_imports_is_kept(client):
    shell = json.loads(re.match(r"const SHELL = (\{.*\});", client.get("/sw.js").content.decode()).group(1))
    kept = {name.removeprefix("/static/") for name in shell["files"]}
    for name in kept:
        folder, _slash, file = name.partition("/")
        if folder not in ("map", "terminal") or not file.endswith(".js"):
            continue
        for target in re.findall(r"from '(\.[\w./-]+\.js)'", Path(finders.find(name)).read_text()):
            assert os.path.normpath(f"{folder}/{target}") in kept, f"{name} imports {target}"


def test_no_other_method_is_answered(client):
    assert client.post("/sw.js").status_code == 405
    assert client.post("/manifest.webmanifest").status_code == 405
