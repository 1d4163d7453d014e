import pytest

from gis_platform.identity.roles import Role
from tests.ogc_api.conftest import person


@pytest.fixture(autouse=True)
def results_folder(settings, tmp_path):
    settings.LOCAL_DIR = tmp_path
    return tmp_path / "processes"


@pytest.fixture
def planner(db):
    return person("planner", Role.PLANNER)
