"""What the browser is given is what was vendored, and nothing of it names a registry."""

import hashlib
import json

import pytest

from maps.templatetags.city import LINE_ICONS, marker

from .conftest import FRONTEND, ROOT

VENDOR = FRONTEND / "vendor"
SUMS = {
    name: digest for digest, name in (line.split("  ") for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
}


@pytest.mark.parametrize("name", sorted(SUMS))
def test_a_vendored_file_is_as_it_was_copied(name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == SUMS[name]


def test_every_vendored_file_is_accounted_for():
    files = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert files == set(SUMS) | {"SHA256SUMS", "README.md"}


def test_every_package_brings_its_licence_and_its_version_is_written_down():
    readme = (VENDOR / "README.md").read_text()
    versions = json.loads((ROOT / "maps" / "package.json").read_text())["dependencies"]
    for package, version in versions.items():
        folder = package.split("/")[-1]
        assert any((VENDOR / folder).glob("LICENSE*")), package
        assert f"| {version} |" in readme, package


def test_the_lock_names_no_registry():
    packages = json.loads((ROOT / "maps" / "package-lock.json").read_text())["packages"]
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_a_marker_never_writes_markup_from_its_arguments():
    drawn = marker('"><script>', "no-such-icon", "no-such-kind")
    assert "<script>" not in drawn
    assert marker("#123456", "marker") in marker("#123456", "no-such-icon")


def test_the_drawings_for_buttons_are_path_data_alone():
    assert all(set(path) <= set("MmLlHhVvCcSsQqTtAaZz0123456789.- ") for path in LINE_ICONS.values())
