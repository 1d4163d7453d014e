"""What the supervisor needs to know of a private service, and how a set of them is brought up."""

import time
from collections.abc import Sequence
from typing import Protocol

from gis_platform.local.output import say
from gis_platform.local.process import Process, Program, end_all, tail
from gis_platform.local.register import Register
from gis_platform.local.start_error import StartError
from gis_platform.local.stop import Stop

START_S_MAX = 300  # PostgreSQL replays its log after a crash before it answers


class Service(Protocol):
    @property
    def name(self) -> str: ...

    def prepare(self) -> list[Program]:
        """Writes its files; answers the programs that have to run once before it can be started."""

    def program(self) -> Program: ...

    def answers(self) -> bool: ...

    def furnish(self) -> None:
        """Gives the running service what it must hold; nothing changes where that is there already."""

    def variables(self) -> dict[str, str]:
        """Environment variables that lead the platform to the service."""


def bring_up(services: Sequence[Service], *, running: list[Process], register: Register, stop: Stop) -> None:
    """Starts the services and adds each to `running` as soon as there is something to end."""
    started = []
    for service in services:
        for program in service.prepare():
            run_once(program, register=register, stop=stop)
        process = Process(service.program(), register)
        running.append(process)
        started.append((service, process))
    for service, process in started:
        _wait_for(service, process, stop)
        service.furnish()
        say(f"{service.name} answers.")


def run_once(program: Program, *, register: Register, stop: Stop) -> None:
    """Runs the program to its end; raises StartError with its last words when it fails."""
    code = exit_code_of(program, register=register, stop=stop)
    if code:
        raise StartError(f"{program.name} failed (exit code {code}).\n{tail(program.log)}".strip())


def exit_code_of(program: Program, *, register: Register, stop: Stop) -> int | None:
    process = Process(program, register)
    try:
        while process.exit_code is None:
            stop.pause(0.05)
    finally:
        end_all([process])
    return process.exit_code


def _wait_for(service: Service, process: Process, stop: Stop) -> None:
    deadline_s = time.monotonic() + START_S_MAX
    while not service.answers():
        if process.exit_code is not None or time.monotonic() > deadline_s:
            log = process.program.log
            raise StartError(f"{service.name} does not start; its log {log} ends with:\n{tail(log)}")
        stop.pause(0.05)
