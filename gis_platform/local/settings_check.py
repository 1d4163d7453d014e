"""Asks the platform's settings whether they can live with the environment, before anything is started."""

import subprocess
import sys
from collections.abc import Mapping

from gis_platform.environment import SettingsError
from gis_platform.local.deployment import CHECKOUT


def check_settings(environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-c", "import gis_platform.settings"]
    result = subprocess.run(command, check=False, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    if result.returncode:
        _, marker, complaint = result.stderr.partition(f"{SettingsError.__module__}.{SettingsError.__name__}: ")
        raise SettingsError(complaint.strip() if marker else result.stderr.strip())
