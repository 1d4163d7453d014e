"""The processes behind the web server.

`python -m gis_platform.worker [QUEUE ...]` runs jobs, `python -m gis_platform.worker dispatch` feeds the queues. Each
may run as often as one likes.
"""

import os
import sys

from django.core.management import execute_from_command_line


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
    command = ["dispatch"] if arguments == ["dispatch"] else ["work", *arguments]
    execute_from_command_line(["worker", *command])


if __name__ == "__main__":
    main(sys.argv[1:])
