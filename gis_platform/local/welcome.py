"""Waits for the platform to say that it is ready, then tells the person where it is and how to sign in."""

import http.client
import time
from pathlib import Path

from gis_platform.local.output import say
from gis_platform.local.ports import LOOPBACK
from gis_platform.local.programs import Choices

PATIENCE_S = 60
ADDRESSES = {
    "/": "the city map",
    "/monitor/": "the monitor",
    "/editor/": "the editor",
    "/console/": "the console",
    "/ogc/": "OGC API",
    "/sta/v1.1/": "SensorThings",
    "/api/v1/": "the platform's API",
    "/readyz": "readiness",
    "/metrics": "measurements",
}


class Welcome:
    def __init__(self, choices: Choices, sign_ins: Path) -> None:
        self._choices = choices
        self._sign_ins = sign_ins
        self._complain_at_s = time.monotonic() + PATIENCE_S
        self._said = False

    def look(self) -> None:
        """Says it once, as soon as /readyz answers 200; says once, too, when that takes too long."""
        if self._said:
            return
        status, body = self._ask()
        if status == http.client.OK:
            self._said = True
            say(greeting(self._choices.url, _text(self._sign_ins)))
        elif time.monotonic() > self._complain_at_s:
            self._complain_at_s = float("inf")
            say(f"Not ready after {PATIENCE_S} s: {self._choices.url}/readyz answers {status or 'nothing'}. {body}")

    def _ask(self) -> tuple[int, str]:
        host = self._choices.host if self._choices.host not in ("0.0.0.0", "::") else LOOPBACK  # noqa: S104
        connection = http.client.HTTPConnection(host, self._choices.port, timeout=5)
        try:
            connection.request("GET", "/readyz", headers={"Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, answer.read(1000).decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()


def greeting(url: str, sign_ins: str) -> str:
    lines = [f"  {url + path:<40} {title}" for path, title in ADDRESSES.items()]
    text = "\n".join(["", "The city is ready:", "", *lines])
    if sign_ins:
        text += f"\n\nSign in with:\n\n{sign_ins.rstrip()}"
    return f"{text}\n\nCtrl-C stops it.\n"


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
