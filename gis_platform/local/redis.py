"""A Redis of one's own for queues and cache, on loopback and behind a password, with its append-only file on."""

import socket
from dataclasses import dataclass
from pathlib import Path

from gis_platform.local.accounts import Account
from gis_platform.local.files import write_private
from gis_platform.local.keys import Keys
from gis_platform.local.ports import LOOPBACK
from gis_platform.local.process import Program
from gis_platform.local.system import SERVICE_ENVIRONMENT, find_program

CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir .
appendonly yes
save ""
maxmemory 512mb
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Redis:
    home: Path
    logs: Path
    account: Account | None
    keys: Keys
    port: int
    name: str = "redis"

    def prepare(self) -> list[Program]:
        text = CONFIGURATION.format(host=LOOPBACK, port=self.port, password=self.keys.redis)
        write_private(self.home / "redis.conf", text, owner=self.account)
        return []

    def program(self) -> Program:
        command = [find_program("redis-server"), "redis.conf"]
        log = self.logs / "redis.log"
        return Program(self.name, command, SERVICE_ENVIRONMENT, self.home, account=self.account, output=log)

    def answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.keys.redis}\r\nPING\r\n".encode())
                return b"+PONG" in connection.makefile("rb").read(len("+OK\r\n+PONG"))
        except OSError:
            return False

    def furnish(self) -> None:
        """Empty is all it needs: the queues fill themselves from the outbox."""

    def variables(self) -> dict[str, str]:
        return {"REDIS_URL": f"redis://:{self.keys.redis}@{LOOPBACK}:{self.port}/0"}
