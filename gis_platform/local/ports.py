"""Ports on this machine that nobody else uses, and the same ones again at the next start."""

import json
import socket
from collections.abc import Iterable
from pathlib import Path

from gis_platform.local.files import write_private
from gis_platform.local.start_error import StartError

# Below the range from which Linux takes ports for outgoing connections (32768), above the usual servers.
PRIVATE_PORTS = range(21000, 29000)
LOOPBACK = "127.0.0.1"


def is_free(port: int, *, host: str = LOOPBACK) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Connections that are closing do not count, as they do not for the servers.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose(candidates: Iterable[int], *, taken: set[int]) -> int:
    for port in candidates:
        if port not in taken and is_free(port):
            return port
    raise StartError(f"No free port from {PRIVATE_PORTS.start} to {PRIVATE_PORTS.stop - 1}.")


def remembered_ports(file: Path, services: Iterable[str], *, start: int) -> dict[str, int]:
    """A free port for each service: last time's where it is still free, otherwise the first after `start`."""
    before: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    offset = start % len(PRIVATE_PORTS)
    in_turn = [*PRIVATE_PORTS[offset:], *PRIVATE_PORTS[:offset]]
    ports = dict(before)
    for service in services:
        others = {port for name, port in ports.items() if name != service}
        first = [before[service]] if service in before else []
        ports[service] = choose([*first, *in_turn], taken=others)
    write_private(file, json.dumps(ports))
    return ports
