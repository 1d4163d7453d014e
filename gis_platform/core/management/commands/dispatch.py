from typing import Any

from django.core.management.base import BaseCommand

from gis_platform.core import workers


class Command(BaseCommand):
    help = "Puts due outbox entries and periodic jobs into the queues, until it is stopped."

    def handle(self, *_: Any, **__: Any) -> None:
        workers.dispatch_forever()
