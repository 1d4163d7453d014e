import pytest
from django.test import Client

from gis_platform.identity.roles import Role
from tests.ogc_api.conftest import person


@pytest.fixture(autouse=True)
def results_folder(settings, tmp_path):
    settings.LOCAL_DIR = tmp_path
    return tmp_path / "processes"


@pytest.fixture
def planner(db):
    return person("planner", Role.PLANNER)


@pytest.fixture
def client() -> Client:
    """Somebody who reads English."""
    return Client(headers={"accept-language": "en"})
