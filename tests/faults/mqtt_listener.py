"""Listeners that can be killed. Each line of the input, "<kind> <broker's URL>", starts one in a process of its own.

A listener first writes its number, then its log; after its end "ended" is written. `honest` is the listener as it is,
`hasty` acknowledges before it stores. Storing is slowed down in both, so that most kills fall in the midst of it.
"""

import os
import sys
import time
from threading import Event
from typing import Any

import django
from django.conf import settings

settings.INSTALLED_APPS = [
    "gis_platform.core",
    "layers.base",
    "layers.sensors",
    "gis_platform.integrations.mqtt",
    "django.contrib.contenttypes",
    "django.contrib.auth",
]
settings.AUTH_USER_MODEL = "auth.User"
django.setup()

from gis_platform.integrations.mqtt import listener  # noqa: E402 needs Django
from layers.sensors import services  # noqa: E402 as above

STORING_S = 0.1


class Honest(listener.Listener):
    def store(self, batch: Any) -> None:
        time.sleep(STORING_S)
        super().store(batch)


class Hasty(listener.Listener):
    """The broken twin."""

    def store(self, batch: Any) -> None:
        for message_id, _ in batch:
            self.client.ack(message_id, listener.QOS)
        time.sleep(STORING_S)
        services.ingest([entry for _, entries in batch for entry in entries])


listener.BATCH_WAIT_S = 0.01
for line in sys.stdin:
    kind, settings.MQTT_URL = line.split()
    child = os.fork()
    if child == 0:
        print(os.getpid(), flush=True)  # noqa: T201 the test reads it
        {"honest": Honest, "hasty": Hasty}[kind](Event()).run()
    os.waitpid(child, 0)
    print("ended", flush=True)  # noqa: T201 the test reads it
