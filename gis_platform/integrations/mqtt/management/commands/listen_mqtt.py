import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from gis_platform.integrations.mqtt.listener import Listener


class Command(BaseCommand):
    help = "Takes readings from the MQTT broker until it is stopped (SIGTERM, Ctrl-C)."

    def handle(self, *_: Any, **__: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Listener(stop).run()
