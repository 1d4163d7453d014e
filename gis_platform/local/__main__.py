"""`python -m gis_platform.local run | test [pytest options] | conformance URL | missing TASK`, called by setup.sh."""

import os
import sys

from gis_platform.environment import SettingsError
from gis_platform.local.checks import check
from gis_platform.local.conformance import conform
from gis_platform.local.output import say
from gis_platform.local.run import run
from gis_platform.local.start_error import StartError
from gis_platform.local.stop import Stop, Stopping
from gis_platform.local.system import missing_packages


def main(command: str, *arguments: str) -> int:
    given = dict(os.environ)
    if command == "missing":
        say(" ".join(missing_packages(arguments[0], given)))
        return 0
    stop = Stop()
    try:
        if command == "conformance":
            return conform(arguments[0])
        return run(given, stop) if command == "run" else check(given, stop, pytest_options=arguments)
    except Stopping:
        say("Stopped.")
        return 0 if command == "run" else 130
    except (StartError, SettingsError) as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
