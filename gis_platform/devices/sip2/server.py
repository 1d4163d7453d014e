"""Listens for library desks: a thread for each connection, with limits on how many, how long and how much."""

import socketserver
import ssl
from socket import socket
from threading import BoundedSemaphore
from typing import Any

import structlog
from django.db import Error, connections

from gis_platform.devices.sip2.messages import TERMINATOR
from gis_platform.devices.sip2.session import Session

CONNECTIONS_MAX = 64
MESSAGE_BYTES_MAX = 1024
IDLE_S = 300

log = structlog.get_logger(__name__)


class Desk(socketserver.BaseRequestHandler):
    """Ends when the desk hangs up, is silent for IDLE_S, sends more than a message can hold, or is sent away."""

    request: socket

    def handle(self) -> None:
        self.request.settimeout(IDLE_S)
        session, unread = Session(), b""
        while not session.over:
            try:
                chunk = self.request.recv(MESSAGE_BYTES_MAX)
            except OSError:
                return
            *messages, unread = (unread + chunk).split(TERMINATOR)
            if not chunk or len(unread) > MESSAGE_BYTES_MAX:
                return
            for message in messages:
                if message.strip() and not session.over:
                    self._answer(session, message)

    def _answer(self, session: Session, message: bytes) -> None:
        try:
            answer = session.answer(message.decode(errors="replace"))
        except Error:
            log.exception("a library desk could not be answered")
            session.over = True  # without an answer a desk works off line, as its protocol foresees
            return
        finally:
            connections.close_all()  # between two messages a desk holds no connection
        self.request.sendall(answer.encode() + TERMINATOR)


class Server(socketserver.ThreadingTCPServer):
    """`certificate` and `key` are PEM files; without them the network of the desks has to be trusted."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], *, certificate: str = "", key: str = "") -> None:
        self.seats = BoundedSemaphore(CONNECTIONS_MAX)
        self.tls = None
        if certificate:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.tls.load_cert_chain(certificate, key or None)
        super().__init__(address, Desk)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self.seats.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        log.warning("too many library desks at once", limit=CONNECTIONS_MAX)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            if self.tls is not None:
                request.settimeout(IDLE_S)
                request = self.tls.wrap_socket(request, server_side=True)
            super().process_request_thread(request, client_address)
        except OSError as error:
            log.warning("a library desk broke off", reason=str(error))
            self.shutdown_request(request)
        finally:
            self.seats.release()
