import signal
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from gis_platform.devices.sip2.server import Server


class Command(BaseCommand):
    help = "Answers library desks that speak SIP2 until it is stopped (SIGTERM, Ctrl-C)."

    def handle(self, *_: Any, **__: Any) -> None:
        address = (settings.SIP2_HOST, settings.SIP2_PORT)
        with Server(address, certificate=settings.SIP2_CERTIFICATE, key=settings.SIP2_CERTIFICATE_KEY) as server:
            for number in (signal.SIGTERM, signal.SIGINT):
                # From another thread: `shutdown` waits for the loop that this one is in.
                signal.signal(number, lambda *_: Thread(target=server.shutdown).start())
            self.stdout.write(f"SIP2 on {address[0]}:{server.server_address[1]}")
            server.serve_forever()
