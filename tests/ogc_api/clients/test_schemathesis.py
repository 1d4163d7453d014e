"""Requests that schemathesis makes up from the OpenAPI document: no 5xx, and no answer that the document does not know.

One layer stands for all, which are described alike. The seed is fixed, so that what failed fails again. For longer, by
hand: `st run http://localhost:8000/ogc/openapi?f=json --phases coverage,fuzzing -n 100`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db
PROGRAM = Path(sys.executable).with_name("st")
# OPTIONS tells the methods that the caller may use, the document all that there are; what is refused and what is taken
# is the business of the other tests.
CHECKS = ",".join(
    (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
)
OTHER_LAYERS = r"^/(collections|dcat)/(?!events)"
TIME_MAX_S = 25  # for making requests up; what it takes to read the document comes on top


@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "editor"])
def test_every_answer_is_one_that_the_document_knows(served, signed_in, tmp_path):
    if not PROGRAM.exists():
        pytest.skip("schemathesis is not installed here")
    options = ["--phases", "coverage,fuzzing", "--seed", "7", "-n", "5", "-w", "2", "--max-time", str(TIME_MAX_S)]
    # Strangers read; editors write, too.
    who = ["--auth", f"{served.username}:{served.password}"] if signed_in else ["--include-method", "GET"]
    chosen = ["--checks", CHECKS, "--exclude-path-regex", OTHER_LAYERS, *who]
    if signed_in:
        chosen += [part for method in ("POST", "PUT", "PATCH", "DELETE") for part in ("--include-method", method)]
    done = subprocess.run(
        [PROGRAM, "run", f"{served.url}/openapi?f=json", *options, *chosen, "--warnings", "off", "--no-color"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
