import os
import subprocess
import sys
from pathlib import Path

import pytest

from gis_platform.local import deployment as module
from gis_platform.local.accounts import Account
from gis_platform.local.deployment import Deployment
from gis_platform.local.start_error import StartError


@pytest.fixture
def deployment(tmp_path):
    return Deployment("jelgava", tmp_path / "jelgava")


@pytest.fixture
def shut_out(monkeypatch, tmp_path):
    """An account that cannot reach the checkout, and a stand-in for the folder outside it."""
    monkeypatch.setattr(module, "OUTSIDE", tmp_path)
    monkeypatch.setattr(Account, "reaches", lambda account, folder: False)
    return Account("ourselves", os.getuid(), os.getgid())


def test_a_second_start_in_the_same_folder_is_refused_and_names_the_first(deployment):
    with (
        deployment.held(),
        pytest.raises(StartError, match=f"already running from this folder .process {os.getpid()}."),
        deployment.held(),
    ):
        pytest.fail("two held one folder")


def test_the_folder_is_free_again_however_its_holder_ended(deployment):
    folder = str(deployment.folder)
    script = (
        "import os, sys; from pathlib import Path; from gis_platform.local.deployment import Deployment\n"
        "with Deployment('jelgava', Path(sys.argv[1])).held(): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", script, folder], cwd=module.CHECKOUT, check=False)
    assert killed.returncode == -9
    with deployment.held():
        assert (deployment.folder / "lock").read_text() == str(os.getpid())


def test_a_service_lives_in_the_checkout_closed_to_others(deployment):
    with deployment.held():
        home = deployment.home("redis", None)
    assert home == deployment.folder / "services" / "redis"
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_service_that_cannot_reach_the_checkout_lives_outside_and_stays_there(deployment, shut_out, monkeypatch):
    with deployment.held():
        home = deployment.home("redis", shut_out)
        assert home == deployment.outside / "redis"
        assert (deployment.folder / "services").readlink() == deployment.outside
        monkeypatch.setattr(Account, "reaches", lambda account, folder: True)
        assert deployment.home("redis", shut_out) == home


def test_a_copied_checkout_does_not_share_the_data_of_the_first(deployment, shut_out, tmp_path):
    copy = Deployment("jelgava", tmp_path / "copy")
    with deployment.held(), copy.held():
        first = deployment.home("redis", shut_out)
        (copy.folder / "services").symlink_to(deployment.outside)
        assert copy.home("redis", shut_out) != first


def test_data_that_got_out_of_reach_are_not_left_behind_silently(deployment, shut_out):
    with deployment.held():
        deployment.home("redis", None)
        with pytest.raises(StartError, match="cannot reach its data"):
            deployment.home("redis", shut_out)


def test_the_way_in_is_tried_as_the_account_itself(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can act as another account")
    nobody = Account("nobody", 65534, 65534)
    tmp_path.chmod(0o700)
    assert not nobody.reaches(tmp_path)
    assert nobody.reaches(Path("/usr"))
