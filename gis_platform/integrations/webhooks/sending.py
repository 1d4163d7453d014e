"""One HTTP POST: to the address that was checked, without following where it is sent on to, within limits."""

import socket
import ssl
import time
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection

from gis_platform.integrations.webhooks.addresses import Target

TIMEOUT_S = 10  # to connect, and between two pieces of the answer
ANSWER_BYTES_MAX = 4096
USER_AGENT = "gis-platform-webhooks/1"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`status` is 0 when there was none; then `error` says why."""

    status: int
    duration_ms: int
    error: str = ""


class _Pinned(HTTPConnection):
    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT_S)
        self.target = target

    def connect(self) -> None:
        self.sock = socket.create_connection((self.target.address, self.target.port), TIMEOUT_S)


class _PinnedSecure(_Pinned):
    default_port = HTTPSConnection.default_port

    def connect(self) -> None:
        super().connect()
        self.sock = _tls().wrap_socket(self.sock, server_hostname=self.target.host)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def post(target: Target, body: bytes, headers: dict[str, str]) -> Answer:
    started = time.monotonic()
    connection = (_PinnedSecure if target.secure else _Pinned)(target)
    try:
        sent = {"Content-Type": "application/json", "User-Agent": USER_AGENT, **headers}
        connection.request("POST", target.path, body=body, headers=sent)
        return _read(connection.getresponse(), started)
    except (OSError, HTTPException) as error:
        return Answer(status=0, duration_ms=_since(started), error=f"{type(error).__name__}: {error}"[:500])
    finally:
        connection.close()


def _read(response: HTTPResponse, started: float) -> Answer:
    text = response.read(ANSWER_BYTES_MAX).decode("utf-8", "replace").replace("\x00", "")
    good = 200 <= response.status < 300
    return Answer(status=response.status, duration_ms=_since(started), error="" if good else text[:500])


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
