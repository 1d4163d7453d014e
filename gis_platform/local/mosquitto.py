"""An MQTT broker of one's own, on loopback and behind a password."""

import socket
from dataclasses import dataclass
from pathlib import Path

from gis_platform.local.accounts import Account
from gis_platform.local.files import write_private
from gis_platform.local.keys import Keys
from gis_platform.local.ports import LOOPBACK
from gis_platform.local.process import Program
from gis_platform.local.system import SERVICE_ENVIRONMENT, find_program

USER = "city"
# The broker keeps what it took while the listener is away: by default it would drop all beyond 1,000 messages, and
# write the queue down every half hour only.
CONFIGURATION = """\
listener {port} {host}
allow_anonymous false
password_file passwords
persistence true
persistence_location ./
autosave_interval 10
max_queued_messages 0
log_dest stderr
"""


@dataclass(frozen=True)
class Mosquitto:
    home: Path
    logs: Path
    account: Account | None
    keys: Keys
    port: int
    name: str = "mosquitto"

    def prepare(self) -> list[Program]:
        text = CONFIGURATION.format(port=self.port, host=LOOPBACK)
        write_private(self.home / "mosquitto.conf", text, owner=self.account)
        write_private(self.home / "passwords", f"{USER}:{self.keys.mqtt}\n", owner=self.account)
        return [self._as_program([find_program("mosquitto_passwd"), "-U", "passwords"])]

    def program(self) -> Program:
        return self._as_program([find_program("mosquitto"), "-c", "mosquitto.conf"])

    def answers(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self.port), timeout=2).close()
        except OSError:
            return False
        return True

    def furnish(self) -> None:
        """Topics come into being when somebody writes to them."""

    def variables(self) -> dict[str, str]:
        return {"MQTT_URL": f"mqtt://{USER}:{self.keys.mqtt}@{LOOPBACK}:{self.port}"}

    def _as_program(self, command: list[str]) -> Program:
        log = self.logs / "mosquitto.log"
        return Program(self.name, command, SERVICE_ENVIRONMENT, self.home, account=self.account, output=log)
