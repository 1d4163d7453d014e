from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from gis_platform.core import queues, workers


class Command(BaseCommand):
    help = "Takes jobs from the queues and runs them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queues", nargs="*", choices=[*queues.NAMES, []], help="all of them unless named")
        parser.add_argument("--burst", action="store_true", help="end when the queues are empty")

    def handle(self, *_: Any, **options: Any) -> None:
        workers.work(tuple(options["queues"]) or queues.NAMES, burst=options["burst"])
