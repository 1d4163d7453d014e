"""What the machine has installed, and what apt would have to add."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gis_platform.local.start_error import StartError

POSTGRES_MAJOR_MIN = 15
POSTGIS_MIN = (3, 3)
# Debian keeps servers out of an ordinary user's PATH.
SYSTEM_PATH = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
SERVICE_ENVIRONMENT: Mapping[str, str] = {"PATH": SYSTEM_PATH, "LC_ALL": "C.UTF-8"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, order=True)
class PostgresRelease:
    major: int
    folder: Path

    def program(self, name: str) -> Path:
        return self.folder / "bin" / name


def installed_postgres(
    *, programs: Path = Path("/usr/lib/postgresql"), shared: Path = Path("/usr/share/postgresql")
) -> list[PostgresRelease]:
    """Releases that can serve the city, the newest first."""
    releases = [
        PostgresRelease(int(folder.name), folder)
        for folder in programs.glob("*")
        if folder.name.isdigit() and (folder / "bin" / "initdb").exists()
    ]
    return sorted(
        (
            release
            for release in releases
            if release.major >= POSTGRES_MAJOR_MIN
            and _postgis_version(shared / str(release.major) / "extension" / "postgis.control") >= POSTGIS_MIN
        ),
        reverse=True,
    )


def find_program(name: str) -> str:
    found = shutil.which(name, path=SYSTEM_PATH)
    if not found:
        raise StartError(f"{name} is not installed.")
    return found


def missing_packages(task: str, environment: Mapping[str, str]) -> list[str]:
    """Names of the Debian packages that the task (run or test) still needs."""
    missing = []
    if not environment.get("DATABASE_URL") and not installed_postgres():
        missing += _postgres_packages()
    if not environment.get("REDIS_URL") and not _has("redis-server"):
        missing.append("redis-server")
    if not environment.get("MQTT_URL") and not _has("mosquitto"):
        missing.append("mosquitto")
    if task == "test":
        missing += _test_packages()
    return missing


def _test_packages() -> list[str]:
    missing = []
    # Ubuntu has Chromium as a snap only, which a server or a container often cannot run.
    if not any(map(_has, BROWSERS)) and not _is_ubuntu():
        missing.append("chromium")
    if not any(Path("/usr/share/fonts/truetype").glob("noto/*")):
        missing.append("fonts-noto-core")
    if not _has("ogrinfo"):
        missing.append("gdal-bin")
    if not _has("curl"):
        missing.append("curl")
    return missing


def _postgres_packages() -> list[str]:
    command = ["apt-cache", "--names-only", "search", r"^postgresql-[0-9]+-postgis-3$"]
    listed = subprocess.run(command, check=False, capture_output=True, text=True).stdout if _has("apt-cache") else ""
    return newest_postgres_packages(listed)


def newest_postgres_packages(listed: str) -> list[str]:
    """The server and PostGIS that apt offers, of the newest release; general names where it has no lists yet.

    >>> newest_postgres_packages("postgresql-15-postgis-3 - Geographic\\npostgresql-9-postgis-3 - Geographic")
    ['postgresql-15', 'postgresql-15-postgis-3']
    """
    majors = [int(major) for major in re.findall(r"^postgresql-(\d+)-postgis-3 ", listed, re.MULTILINE)]
    if not majors:
        return ["postgresql", "postgis"]
    return [f"postgresql-{max(majors)}", f"postgresql-{max(majors)}-postgis-3"]


def _postgis_version(control: Path) -> tuple[int, ...]:
    text = control.read_text() if control.exists() else ""
    found = re.search(r"default_version\s*=\s*'(\d+)\.(\d+)", text)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


def _has(program: str) -> bool:
    return shutil.which(program, path=SYSTEM_PATH) is not None


def _is_ubuntu() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ubuntu" in release.read_text().lower()
