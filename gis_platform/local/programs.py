"""The platform's own processes: the one list of what `make run` keeps running, and the environment they share."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from gis_platform.city import CITIES
from gis_platform.environment import CITY_DEFAULT, Environment
from gis_platform.local.deployment import CHECKOUT, Deployment
from gis_platform.local.keys import Keys
from gis_platform.local.ports import LOOPBACK
from gis_platform.local.process import Program


@dataclass(frozen=True)
class Choices:
    """What the person who starts the platform may choose; a bad value raises SettingsError and names the variable."""

    city: str
    host: str
    port: int
    web_workers: int
    web_threads: int  # of each web worker
    job_workers: int
    sip2_port: int  # of library desks; nought for none
    demo: bool
    production: bool

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Choices":
        env = Environment(environment)
        production = env.text("ENVIRONMENT", default="development") == "production"
        choices = cls(
            city=env.choice("CITY", tuple(CITIES), default=CITY_DEFAULT),
            host=env.text("HOST", default=LOOPBACK),
            port=env.number("PORT", default=8000, minimum=1, maximum=65535),
            web_workers=env.number("WEB_WORKERS", default=2, minimum=1, maximum=64),
            # Twice a worker's database connections: some requests wait for something else, as a stream of events does.
            web_threads=env.number("WEB_THREADS", default=4, minimum=1, maximum=256),
            job_workers=env.number("JOB_WORKERS", default=2, minimum=1, maximum=64),
            sip2_port=env.number("SIP2_PORT", default=0, minimum=0, maximum=65535),
            demo=env.flag("DEMO", default=not production),
            production=production,
        )
        env.report()
        return choices

    @property
    def url(self) -> str:
        host = "localhost" if self.host in (LOOPBACK, "0.0.0.0", "::", "::1") else self.host  # noqa: S104
        return f"http://{host}:{self.port}"


def platform_environment(
    given: Mapping[str, str], services: Mapping[str, str], *, deployment: Deployment, keys: Keys, choices: Choices
) -> dict[str, str]:
    """What was given goes before what we would choose."""
    ours = {
        **services,
        "SECRET_KEY": keys.django,
        "SEALING_KEYS": keys.sealing,
        "PUBLIC_URL": choices.url,
        "PYTHONUNBUFFERED": "1",
    }
    named = {name: value for name, value in given.items() if value or name not in ours}
    return {**ours, **named, "CITY": choices.city, "LOCAL_DIR": str(deployment.folder)}


def manage(command: str, *options: str, environment: Mapping[str, str]) -> Program:
    return Program(command, [sys.executable, "manage.py", command, *options], environment, CHECKOUT)


def lasting_programs(choices: Choices, environment: Mapping[str, str]) -> list[Program]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", str(choices.web_workers)]
    web += ["--blocking-threads", str(choices.web_threads)]
    web += ["--respawn-failed-workers", "--respawn-interval", "1"]  # else one that is killed takes the others with it
    web += ["--host", choices.host, "--port", str(choices.port), "gis_platform.wsgi:application"]
    work = [sys.executable, "-m", "gis_platform.worker"]
    workers = range(1, choices.job_workers + 1)
    simulation = [manage("simulate_readings", environment=environment)] if choices.demo else []
    library_desks = [manage("serve_sip2", environment=environment)] if choices.sip2_port else []
    return [
        Program("web", web, environment, CHECKOUT),
        *(Program(f"worker-{number}", work, environment, CHECKOUT) for number in workers),
        Program("dispatch", [*work, "dispatch"], environment, CHECKOUT),
        manage("listen_mqtt", environment=environment),
        *simulation,
        *library_desks,
    ]
