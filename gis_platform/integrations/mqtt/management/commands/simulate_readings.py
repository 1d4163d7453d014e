import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gis_platform.integrations.mqtt.simulator import publish_until
from layers.sensors.simulation import DEMO_SEED


class Command(BaseCommand):
    help = "Publishes simulated readings of all streams to the MQTT broker, until it is stopped. For demo cities only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=10.0, metavar="SECONDS")
        parser.add_argument("--seed", type=int, default=DEMO_SEED)

    def handle(self, *_: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is off: made-up readings would stand beside real ones.")
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        publish_until(stop, every_s=options["every"], seed=options["seed"])
