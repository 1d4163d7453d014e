"""`make run`: services, database, demo city, then the platform's processes until somebody stops it."""

import json
import time
from collections.abc import Mapping

from gis_platform.environment import SERVICES_FILE
from gis_platform.local.deployment import CHECKOUT, Deployment
from gis_platform.local.files import write_private
from gis_platform.local.messages import compile_messages
from gis_platform.local.output import say
from gis_platform.local.ports import is_free
from gis_platform.local.process import Process, Program, end_all
from gis_platform.local.programs import Choices, lasting_programs, manage
from gis_platform.local.service import run_once
from gis_platform.local.session import Session, open_session
from gis_platform.local.settings_check import check_settings
from gis_platform.local.start_error import StartError
from gis_platform.local.stop import Stop
from gis_platform.local.welcome import Welcome

LOOK_S = 0.5
TOLD = ("DATABASE_URL", "REDIS_URL", "MQTT_URL", "SECRET_KEY", "PUBLIC_URL", "LOCAL_DIR")


def run(given: Mapping[str, str], stop: Stop) -> int:
    choices = Choices.read(given)
    check_settings(given)
    deployment = Deployment.of_city(choices.city, given)
    with deployment.held():
        if not is_free(choices.port, host=choices.host):
            raise StartError(f"Port {choices.port} is taken; choose another: PORT={choices.port + 1} make run")
        _run(deployment, choices, given, stop)
    return 0


def _run(deployment: Deployment, choices: Choices, given: Mapping[str, str], stop: Stop) -> None:
    with open_session(deployment, choices, given, stop=stop, durable=True) as session:
        _tell_commands(session)
        compile_messages(CHECKOUT / "gis_platform" / "locale")
        for program in _steps(choices, session):
            say(f"{program.name} ...")
            run_once(program, register=session.register, stop=stop)
        _serve(choices, session)


def _tell_commands(session: Session) -> None:
    """Leaves word where the services are, for `manage.py` beside the running platform."""
    known = {name: session.environment[name] for name in TOLD if name in session.environment}
    write_private(session.deployment.folder / SERVICES_FILE, json.dumps(known))


def _steps(choices: Choices, session: Session) -> list[Program]:
    steps = [manage("migrate", "--no-input", "--verbosity=0", environment=session.environment)]
    if choices.demo:
        steps.append(manage("load_demo", environment=session.environment))
    if choices.production:
        steps.append(manage("collectstatic", "--no-input", "--verbosity=0", environment=session.environment))
    return steps


def _serve(choices: Choices, session: Session) -> None:
    welcome = Welcome(choices, session.deployment.folder / "sign-ins.txt")
    programs: list[Process] = []
    try:
        # The web processes share their figures through files, which must be new with them.
        figures = {"PROMETHEUS_MULTIPROC_DIR": str(session.deployment.fresh_folder("metrics"))}
        for program in lasting_programs(choices, {**session.environment, **figures}):
            programs.append(Process(program, session.register))
        while True:
            session.stop.pause(LOOK_S)
            for process in (*session.services, *programs):
                process.keep_running(time.monotonic())
            welcome.look()
    finally:
        say("Stopping ...")
        end_all(programs)
