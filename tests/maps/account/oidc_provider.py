"""The provider from npm (`oidc-provider`, certified by the OpenID Foundation), for the length of a block."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import ended

FOLDER = Path(__file__).parent / "provider"
CLIENT_ID, CLIENT_SECRET = "the-city", "a secret of the tests"
INSTALL_TIMEOUT_S = 120


@contextmanager
def oidc_provider(*, callback: str, people: dict[str, dict[str, str]]) -> Iterator[str]:
    """Its issuer. `people` have claims by subject; each signs in with the subject for a name and any password."""
    node = _installed()
    asked = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "callback": callback, "people": people}
    command = [node, str(FOLDER / "provider.mjs"), json.dumps(asked)]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=FOLDER)
    with ended(started) as provider:
        # It warns on the same stream that its pages are for development.
        lines = (line.decode().strip() for line in provider.stdout)
        issuer = next((line for line in lines if line.startswith("http://127.0.0.1:")), "")
        assert issuer, "the provider has ended"
        yield issuer


def _installed() -> str:
    """The path of node, once the package is there; the lockfile's hashes say which."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm, which run the OpenID Connect provider, are not on this machine")
    if not (FOLDER / "node_modules" / "oidc-provider").exists():
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, timeout=INSTALL_TIMEOUT_S, check=False)
        if done.returncode:
            pytest.skip("npm cannot install the OpenID Connect provider here")
    return node
