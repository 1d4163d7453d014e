"""Reads settings from environment variables and collects every complaint, so that one start names all of them."""

import importlib.util
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

CITY_DEFAULT = "jelgava"
SERVICES_FILE = "services.json"  # written by `make run`, in the city's folder
SECRET_LENGTH_MIN = 50  # characters, as `manage.py check --deploy` asks
MAIL_TIMEOUT_S = 10


class SettingsError(Exception):
    """The environment cannot be used; the text names each variable and what it should hold."""


def with_private_services(values: Mapping[str, str], checkout: Path) -> Mapping[str, str]:
    """The environment; where it names no database, with the servers that `make run` keeps for the city.

    So a command such as `manage.py add_layer` works beside a running platform without further ado.
    """
    city = values.get("CITY", "").strip() or CITY_DEFAULT
    file = Path(values.get("LOCAL_DIR", "").strip() or checkout / ".local" / city) / SERVICES_FILE
    if values.get("DATABASE_URL", "").strip() or values.get("ENVIRONMENT") == "production":
        return values
    if not os.access(file, os.R_OK):
        return values
    return {**json.loads(file.read_text(encoding="utf-8")), **values}


class Environment:
    """Typed access to environment variables.

    >>> Environment({"DEBUG": "yes"}).flag("DEBUG", default=False)
    True
    >>> env = Environment({"DEBUG": "maybe"})
    >>> env.flag("DEBUG", default=False)
    False
    >>> env.report()
    Traceback (most recent call last):
    ...
    gis_platform.environment.SettingsError: DEBUG: 'maybe' is neither true nor false
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._complaints: list[str] = []

    def report(self) -> None:
        """Raises SettingsError when any variable read so far could not be used."""
        if self._complaints:
            raise SettingsError("\n".join(self._complaints))

    def text(self, name: str, *, default: str) -> str:
        return self._values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, default=str(default)).lower()
        if value in ("1", "true", "yes", "on"):
            return True
        if value not in ("0", "false", "no", "off"):
            self._complain(name, f"{value!r} is neither true nor false")
        return False

    def choice(self, name: str, choices: tuple[str, ...], *, default: str) -> str:
        value = self.text(name, default=default)
        if value not in choices:
            self._complain(name, f"{value!r} is not one of {', '.join(choices)}")
            return default
        return value

    def number(self, name: str, *, default: int, minimum: int, maximum: int) -> int:
        value = self.text(name, default=str(default))
        if not re.fullmatch(r"-?\d{1,12}", value) or not minimum <= int(value) <= maximum:
            self._complain(name, f"{value!r} is not a whole number from {minimum} to {maximum}")
            return default
        return int(value)

    def words(self, name: str, *, default: tuple[str, ...]) -> list[str]:
        """A list separated by commas or white space."""
        return re.findall(r"[^,\s]+", self.text(name, default=",".join(default)))

    def mapping(self, name: str, *, default: Mapping[str, str]) -> dict[str, str]:
        """Pairs such as `school=package.Connector`, separated by commas or white space."""
        pairs = self.words(name, default=tuple(f"{key}={value}" for key, value in default.items()))
        if any(not re.fullmatch(r"[^=]+=[^=]+", pair) for pair in pairs):
            self._complain(name, "is not a list of pairs such as name=value")
            return dict(default)
        return dict(pair.split("=") for pair in pairs)

    def path(self, name: str, *, default: Path) -> Path:
        path = Path(self.text(name, default=str(default))).expanduser()
        if not path.is_absolute():
            self._complain(name, f"{str(path)!r} is not an absolute path")
        return path

    def url(self, name: str, *, schemes: tuple[str, ...], default: str) -> str:
        value = self.text(name, default=default)
        if urlsplit(value).scheme not in schemes:
            self._complain(name, f"is not a URL that starts with one of {', '.join(f'{s}://' for s in schemes)}")
            return default
        return value.rstrip("/")

    def secret(self, name: str, *, development: str) -> str:
        """A key that production must bring itself, long enough and not the one that development uses."""
        value = self.text(name, default=development)
        in_production = self.text("ENVIRONMENT", default="development") == "production"
        if in_production and (value == development or len(value) < SECRET_LENGTH_MIN):
            self._complain(name, f"production needs a secret of its own of {SECRET_LENGTH_MIN} characters or more")
        return value

    def secrets(self, name: str, *, development: str) -> list[str]:
        """Several of them, the one in use first; production brings each itself."""
        values = self.words(name, default=(development,))
        in_production = self.text("ENVIRONMENT", default="development") == "production"
        if in_production and any(value == development or len(value) < SECRET_LENGTH_MIN for value in values):
            self._complain(name, f"production needs secrets of its own of {SECRET_LENGTH_MIN} characters or more")
        return values

    def postgis(self, name: str, *, default: str) -> dict[str, Any]:
        """Django's description of the PostGIS database behind a postgresql:// URL."""
        parts = urlsplit(self.url(name, schemes=("postgresql", "postgres", "postgis"), default=default))
        try:
            port = str(parts.port or "")
        except ValueError:
            self._complain(name, "has a port that is not a number")
            port = ""
        if not parts.path.strip("/"):
            self._complain(name, "names no database, as in postgresql://user:password@host:5432/database")
        host = re.search(r"(?:^|&)host=([^&]+)", parts.query)
        return {
            "ENGINE": "django.contrib.gis.db.backends.postgis",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(host.group(1)) if host else (parts.hostname or ""),
            "PORT": port,
        }

    def records(self, name: str, *, required: tuple[str, ...], optional: tuple[str, ...]) -> list[dict[str, str]]:
        """The objects of texts in the JSON file that the variable points to; none without one."""
        path = self.text(name, default="")
        if not path:
            return []
        try:
            found = json.loads(Path(path).expanduser().read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self._complain(name, f"{path} cannot be read as JSON ({type(error).__name__})")
            return []
        for record in found if isinstance(found, list) else [found]:
            names = set(record) if isinstance(record, dict) else set()
            if not isinstance(found, list) or not set(required) <= names <= {*required, *optional}:
                self._complain(name, f"{path} holds no list of objects with {', '.join(required)}")
                return []
            if not all(isinstance(value, str) for value in record.values()):
                self._complain(name, f"{path} holds a value that is no text")
                return []
        return list(found)

    def mailer(self, name: str, *, default: str) -> dict[str, Any]:
        """Django's description of where letters go: smtp://user:password@host:port, smtp+tls:// (STARTTLS), smtps://,
        or file:///folder, which keeps each letter as a file."""
        parts = urlsplit(self.url(name, schemes=("smtp", "smtp+tls", "smtps", "file"), default=default))
        backends = "django.core.mail.backends"
        if parts.scheme == "file":
            return {"BACKEND": f"{backends}.filebased.EmailBackend", "OPTIONS": {"file_path": unquote(parts.path)}}
        options: dict[str, Any] = {"host": parts.hostname or "localhost", "timeout": MAIL_TIMEOUT_S}
        options |= {"use_tls": True} if parts.scheme == "smtp+tls" else {}
        options |= {"use_ssl": True} if parts.scheme == "smtps" else {}
        if parts.username:
            options |= {"username": unquote(parts.username), "password": unquote(parts.password or "")}
        try:
            options |= {"port": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme]}
        except ValueError:
            self._complain(name, "has a port that is not a number")
        return {"BACKEND": f"{backends}.smtp.EmailBackend", "OPTIONS": options}

    def refuse_in_production(self, production: bool, flags: Mapping[str, bool]) -> None:
        for name, value in flags.items():
            if production and value:
                self._complain(name, "must be off in production")

    def _complain(self, name: str, sentence: str) -> None:
        self._complaints.append(f"{name}: {sentence}")


def wheel_library(package: str, pattern: str) -> str | None:
    """Path of the shared library that a wheel carries in `<package>.libs`; None lets Django look for the system's.

    Debian 12's own GDAL 3.6 is too old to be safe (Django's gis.W001), so the one in pyogrio's wheel is used.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    folders = (Path(spec.origin).parent.parent / f"{package}.libs", Path(spec.origin).parent / ".dylibs")
    return next((str(path) for folder in folders for path in sorted(folder.glob(pattern))), None)
