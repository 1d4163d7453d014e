"""Load from outside: wrk over HTTP, pgbench on the database alone. Rates are answers a second."""

import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from bench.data import database_url

CLIENTS = 8
SCRIPT = Path(__file__).with_name("paths.lua")


class BadAnswers(Exception):
    """What answers wrongly is not measured."""


def requests_per_s(url: str, paths: Sequence[str], *, seconds: int) -> float:
    """Raises BadAnswers when any answer was not a success."""
    wait_until_idle()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        prefix = urlsplit(url).path
        file.write("\n".join(prefix + path for path in paths))
        file.flush()
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT), url, "--"]
        said = subprocess.run([*command, file.name], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise BadAnswers(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


def transactions_per_s(script: str, *, seconds: int) -> float:
    """The limit: the same statement sent by pgbench, prepared, by as many clients."""
    wait_until_idle()
    database = urlsplit(database_url())
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [
            "pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-T", str(seconds), "-f", file.name,
            "-h", str(database.hostname), "-p", str(database.port), "-U", str(database.username),
            database.path.strip("/"),
        ]  # fmt: skip
        environment = {"PGPASSWORD": database.password or "", "PATH": "/usr/bin:/bin:/usr/lib/postgresql/15/bin"}
        environment["PGOPTIONS"] = "-c plan_cache_mode=force_generic_plan"
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return float(found[1])


def wait_until_idle() -> None:
    """An abandoned request keeps PostgreSQL busy and would be billed to the next candidate."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.1)
