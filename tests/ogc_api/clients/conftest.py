"""A served city for programs of others: thirty sights in a row, a beacon of staff, and somebody who may edit."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Group
from django.core.signals import request_started
from django.test import override_settings
from shapely import Point

from gis_platform.city import CITIES
from gis_platform.identity.roles import Role
from layers import catalog
from layers.base.editing import create_feature
from tests.ogc_api.conftest import PASSWORD, person
from tests.servers import website

SIGHTS = 30
CHURCHES = range(0, SIGHTS, 3)  # every third sight
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Clients come last: theirs is a database with committed rows, emptied of what migrations sowed."""
    items.sort(key=lambda item: HERE in item.path.parents)


@dataclass(frozen=True)
class ServedCity:
    """`asked` are the addresses that were asked for, so that a test can see how a client went about it."""

    url: str
    username: str
    password: str
    asked: list[str] = field(default_factory=list)

    def asked_for(self, text: str) -> list[str]:
        return [address for address in self.asked if text in address]


@pytest.fixture(scope="module")
def _served(django_db_setup, django_db_blocker) -> Iterator[ServedCity]:
    with override_settings(CITY=CITIES["jelgava"]), django_db_blocker.unblock(), website() as url:
        for role in Role:
            Group.objects.get_or_create(name=role)
        person("editor", Role.TOURISM_EDITOR)
        _sow()
        city = ServedCity(f"{url}/ogc", "editor", PASSWORD)

        def remember(environ: dict[str, Any], **_: Any) -> None:
            city.asked.append(unquote(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"))

        request_started.connect(remember)
        yield city
        request_started.disconnect(remember)


@pytest.fixture
def served(_served) -> ServedCity:
    _served.asked.clear()
    return _served


def _sow() -> None:
    spec = catalog.layer("tourism")
    for number in range(SIGHTS):
        kind = "church" if number in CHURCHES else "castle"
        create_feature(
            spec,
            properties={"name_lv": f"Apskates vieta <{number}> & ķēķis", "category": kind},
            geometry=Point(23.70 + number / 1000, 56.65),
            actor="user:1",
        )


@pytest.fixture
def program():
    """Runs a program of this machine and gives what it said; the test is skipped where there is none."""

    def run(name: str, *arguments: str) -> str:
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"{name} is not on this machine")
        command = [path, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert "ERROR" not in done.stderr, done.stderr
        return done.stdout

    return run
