"""Servers of the tests' own, so that a test may empty or kill one."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of an empty Redis that keeps nothing on disk and ends with the block."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not on this machine")
    # A socket's path has a limit of 108 characters, which pytest's own folders can pass.
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        socket = Path(folder) / "socket"
        options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no", "--dir", folder]
        with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as server:
            try:
                with Redis(
                    unix_socket_path=str(socket), retry=Retry(ConstantBackoff(0.05), 100), retry_on_error=[NoConnection]
                ) as redis:
                    redis.ping()
                yield f"unix://{socket}"
            finally:
                server.terminate()


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, which does not outlive the block, however the block ends: Popen's own exit would wait for it."""
    with process:
        try:
            yield process
        finally:
            process.kill()


def database_url() -> str:
    """Of the database that this test works on, for a process of its own."""
    given = {name: quote(str(value), safe="") for name, value in connection.get_connection_params().items() if value}
    login = ":".join(given[part] for part in ("user", "password") if part in given)
    port = f":{given['port']}" if "port" in given else ""
    host = given.get("host", "")
    if host.startswith("%2F"):  # the folder of a socket
        return f"postgresql://{login}@{port}/{given['dbname']}?host={host}"
    return f"postgresql://{login}@{host}{port}/{given['dbname']}"
