"""A receiver of the test's own: a real HTTP server that keeps what it gets and answers as it is told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from gis_platform.core import outbox
from gis_platform.core.models import OutboxEntry
from layers import catalog


class Got(NamedTuple):
    id: str
    timestamp: str
    signature: str
    body: bytes


class Receiver:
    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: list[int] = []  # the next statuses; 200 when there is none
        self.server = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def start(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                names = ("webhook-id", "webhook-timestamp", "webhook-signature")
                receiver.got.append(Got(*(self.headers[name] for name in names), body))
                status = receiver.answers.pop(0) if receiver.answers else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    made = Receiver()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def tourism(db, city_of_jelgava):
    return catalog.layer("tourism")


@pytest.fixture
def work():
    """Does what the outbox holds, as a worker would, whether it is due yet or waits for its next attempt."""

    def run(rounds: int = 20) -> None:
        for _round in range(rounds):
            waiting = OutboxEntry.objects.filter(state=OutboxEntry.State.DUE).order_by("pk")
            before = list(waiting.values_list("pk", "attempts"))
            if not before:
                return
            for key, _attempts in before:
                outbox.run(key)
            if list(waiting.values_list("pk", "attempts")) == before:
                return

    return run


@pytest.fixture
def hurry():
    """Makes what waits for another attempt due now."""

    def now() -> None:
        OutboxEntry.objects.filter(state=OutboxEntry.State.DUE).update(due_at="2000-01-01T00:00:00Z")

    return now
