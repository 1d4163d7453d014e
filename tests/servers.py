"""Servers of the tests' own, so that a test may empty or kill one."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import enumerate as enumerate_threads
from unittest import mock
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings
from django.test.testcases import LiveServerThread
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


@contextmanager
def website() -> Iterator[str]:
    """The address of the city on the test database; what was committed for it is gone with the block.

    Only for tests of the marker `browser` or of tests/ogc_api/clients, which come last: what migrations sowed goes too.
    """
    # Tiles are remembered by the layers' revisions, and the revisions of a new database are those of the one before.
    caches = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid4().hex}}
    with override_settings(CACHES=caches), without_pools():
        server = LiveServerThread("localhost", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        assert server.error is None, server.error
        try:
            yield f"http://localhost:{server.port}"
        finally:
            server.terminate()
            _wait_for_the_last_answers()
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=False, allow_cascade=True)


def without_pools() -> AbstractContextManager[object]:
    """New connections end with their request; a pool would hold them, and the database could not be dropped."""
    plain = {
        alias: values | {"OPTIONS": values["OPTIONS"] | {"pool": False}}
        for alias, values in connections.settings.items()
    }
    return mock.patch.dict(connections.settings, plain)


def _wait_for_the_last_answers() -> None:
    """A client that goes leaves requests behind."""
    for thread in enumerate_threads():
        if "process_request_thread" in thread.name:  # socketserver's name for them
            thread.join(timeout=10)
