"""Takes readings from the broker. A message is acknowledged after its readings are committed, and not before.

One thread does it all: paho reads the network, then a batch is stored, then it is acknowledged. While the database is
away nothing is acknowledged, so the broker keeps the rest.
"""

import time
from threading import Event
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from gis_platform.integrations.base import growing_waits
from gis_platform.integrations.mqtt.broker import connect, new_client
from gis_platform.integrations.mqtt.messages import entries_of, readings_topic
from layers.sensors import services
from layers.sensors.parsing import Entries

BATCH_MESSAGES_MAX = 500
BATCH_READINGS_MAX = 5_000
BATCH_WAIT_S = 0.2
UNACKNOWLEDGED_MAX = 2 * BATCH_MESSAGES_MAX  # more than that the broker keeps to itself
QOS = 1  # at least once; the readings' key makes it exactly once
IDLE_S = 1.0

log = structlog.get_logger(__name__)


class Listener:
    """Listens until `stop` is set. The broker knows it by a fixed name, under which it keeps what comes meanwhile."""

    def __init__(self, stop: Event) -> None:
        self.stop = stop
        self.client = new_client(f"city-{settings.CITY.id}-readings", manual_ack=True)
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = self._on_subscribe
        self.client.on_message = self._on_message
        self.client.on_disconnect = self._on_disconnect
        self.connection_waits = growing_waits()
        self.database_waits = growing_waits()
        self.pending: list[tuple[int, Entries]] = []
        self.batch_due = 0.0  # on the monotonic clock, as is the next
        self.not_before = 0.0  # while the database is away

    def run(self) -> None:
        while not self.stop.is_set():
            if self._connect():
                self._listen()
        self._finish()

    def store(self, batch: list[tuple[int, Entries]]) -> None:
        """Stores, then acknowledges. In this order a listener that dies in between gets the messages once more."""
        services.ingest([entry for _, entries in batch for entry in entries], sender="mqtt")
        for message_id, _ in batch:
            self.client.ack(message_id, QOS)

    def _connect(self) -> bool:
        try:
            connect(self.client, lasting=True, unacknowledged_max=UNACKNOWLEDGED_MAX)
        except OSError as error:
            wait_s = next(self.connection_waits)
            log.warning("the broker cannot be reached", reason=str(error), wait_s=wait_s)
            self.stop.wait(wait_s)
            return False
        return True

    def _listen(self) -> None:
        """Until the connection is lost or the stop is set."""
        while not self.stop.is_set():
            if self.client.loop(self._patience_s()) != MQTTErrorCode.MQTT_ERR_SUCCESS:
                wait_s = next(self.connection_waits)
                log.warning("the connection to the broker is lost", wait_s=wait_s)
                self.stop.wait(wait_s)
                return
            if self._batch_is_due():
                self._flush()

    def _patience_s(self) -> float:
        """How long to read the network before the next look at the batch."""
        if not self.pending:
            return IDLE_S
        return min(IDLE_S, max(0.0, max(self.batch_due, self.not_before) - time.monotonic()))

    def _batch_is_due(self) -> bool:
        now = time.monotonic()
        waited = now >= self.batch_due or len(self.pending) >= BATCH_MESSAGES_MAX
        return bool(self.pending) and waited and now >= self.not_before

    def _flush(self) -> None:
        batch = self._next_batch()
        try:
            self.store(batch)
        except (OperationalError, InterfaceError):
            wait_s = next(self.database_waits)
            log.exception("the readings could not be stored and will be tried again", wait_s=wait_s)
            self.not_before = time.monotonic() + wait_s
            connection.close()  # the next attempt asks the pool for one that works
            return
        self.database_waits = growing_waits()
        self.connection_waits = growing_waits()
        del self.pending[: len(batch)]
        self.batch_due = time.monotonic()  # what is left has waited long enough

    def _next_batch(self) -> list[tuple[int, Entries]]:
        """The oldest messages, in their order, at least one: acknowledgements must be in order too (MQTT 5.0, 4.6)."""
        batch: list[tuple[int, Entries]] = []
        count = 0
        for message in self.pending[:BATCH_MESSAGES_MAX]:
            count += len(message[1])
            if batch and count > BATCH_READINGS_MAX:
                break
            batch.append(message)
        return batch

    def _finish(self) -> None:
        """Stores what has come, says goodbye; what is left unacknowledged the broker keeps."""
        if self.pending:
            self._flush()
        self.client.disconnect()
        self.client.loop(IDLE_S)

    def _on_connect(self, client: Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        if reason.is_failure:
            log.error("the broker refuses us", reason=str(reason))
            return
        client.subscribe(readings_topic(settings.CITY.id), QOS)

    def _on_subscribe(self, _client: Client, _data: Any, _mid: int, reasons: list[ReasonCode], _props: Any) -> None:
        # Only now: what is published before the broker has answered reaches a new session never.
        if any(reason.is_failure for reason in reasons):
            log.error("the broker refuses the subscription", reasons=[str(reason) for reason in reasons])
            return
        log.info("listening", topic=readings_topic(settings.CITY.id))

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        if not self.pending:
            self.batch_due = time.monotonic() + BATCH_WAIT_S
        self.pending.append((message.mid, entries_of(message.topic, bytes(message.payload))))

    def _on_disconnect(self, *_: Any) -> None:
        # Their numbers mean nothing on the next connection; the broker sends them again.
        self.pending.clear()
