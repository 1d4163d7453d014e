"""A held deployment with its private services up for as long as the block lasts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from gis_platform.local.deployment import Deployment
from gis_platform.local.keys import load_keys
from gis_platform.local.output import say
from gis_platform.local.private import private_services
from gis_platform.local.process import Process, end_all
from gis_platform.local.programs import Choices, platform_environment
from gis_platform.local.register import Register
from gis_platform.local.service import bring_up
from gis_platform.local.stop import Stop


@dataclass(frozen=True)
class Session:
    deployment: Deployment
    environment: dict[str, str]  # of the platform's own processes
    services: list[Process]
    register: Register
    stop: Stop


@contextmanager
def open_session(
    deployment: Deployment, choices: Choices, given: Mapping[str, str], *, stop: Stop, durable: bool
) -> Iterator[Session]:
    register = Register(deployment.folder / "processes.json")
    left = register.end_leftovers()
    if left:
        say(f"Ended what an earlier start left behind: {', '.join(map(str, left))}.")
    keys = load_keys(deployment.folder / "keys.json")
    running: list[Process] = []
    try:
        services = private_services(deployment, keys, given, durable=durable)
        bring_up(services, running=running, register=register, stop=stop)
        variables = {name: value for service in services for name, value in service.variables().items()}
        environment = platform_environment(given, variables, deployment=deployment, keys=keys, choices=choices)
        yield Session(deployment, environment, running, register, stop)
    finally:
        end_all(running)
