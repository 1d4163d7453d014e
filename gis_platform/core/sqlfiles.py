"""SQL that the ORM should not write lives in sql/, one object a file, and is loaded by name."""

import hashlib
import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from psycopg import sql

from gis_platform.core.database import PUBLISHED

OWNER_LINE = re.compile(r"-- owner: ([\w/.]+)\n")
INSTALLATION_LOCK = 7_340_033  # an advisory lock's number, ours alone: two starts at once install one after the other


def load(name: str) -> sql.SQL:
    """The file sql/<name>.sql, such as load("views/published_layer"). Raises ImproperlyConfigured without an owner."""
    text = _path(name).read_text(encoding="utf-8")
    if not OWNER_LINE.match(text):
        raise ImproperlyConfigured(f"sql/{name}.sql does not begin with a line '-- owner: <room>'")
    return sql.SQL(text)


def statement(name: str, **parts: str | tuple[str, ...] | sql.Composable) -> sql.Composed:
    """The file with its placeholders such as {table} filled: text is quoted as an identifier, a tuple as a dotted one.

    Anything else comes as psycopg.sql, for example sql.Literal(4326) or sql.SQL(", ").join(columns).
    """
    return load(name).format(**{placeholder: _composable(part) for placeholder, part in parts.items()})


def install(*folders: str, using: str = "default", again: bool = False) -> list[str]:
    """Runs the files of these folders in order, and returns the names of those that ran.

    A file that is unchanged since the last time is left alone unless `again`, and so is one whose room is not
    installed. Without the table core_sqlfile (the first migration is still to come) nothing happens.
    """
    if using == PUBLISHED or not _is_ready(using):
        return []
    installed: list[str] = []
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INSTALLATION_LOCK])
        # Functions may call each other whatever the order of their files.
        cursor.execute("SET LOCAL check_function_bodies = off")
        cursor.execute("SELECT name, hash FROM core_sqlfile")
        known = dict(cursor.fetchall())
        for name in names(*folders):
            text = load(name)
            digest = hashlib.sha256(text.as_string().encode()).hexdigest()
            if not _room_is_installed(text) or (known.get(name) == digest and not again):
                continue
            cursor.execute(text)
            cursor.execute(
                "INSERT INTO core_sqlfile (name, hash) VALUES (%s, %s)"
                " ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, installed_at = now()",
                [name, digest],
            )
            installed.append(name)
    return installed


def names(*folders: str) -> list[str]:
    """The files of the folders, folder by folder and then by name, as `load` takes them."""
    root = settings.BASE_DIR / "sql"
    paths = [path for folder in folders for path in sorted((root / folder).glob("*.sql"))]
    return [path.relative_to(root).with_suffix("").as_posix() for path in paths]


def owner(text: sql.SQL) -> str:
    """The label of the room that the file's first line names: "base" for "-- owner: layers/base"."""
    line = OWNER_LINE.match(text.as_string())
    assert line is not None  # `load` has looked
    return re.split(r"[/.]", line.group(1))[-1]


def _room_is_installed(text: sql.SQL) -> bool:
    return owner(text) in apps.app_configs


def _is_ready(using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('core_sqlfile') IS NOT NULL")
        row = cursor.fetchone()
    return bool(row and row[0])


def _path(name: str) -> Path:
    if not re.fullmatch(r"\w+/\w+", name):
        raise ValueError(f"{name!r} is not the name of an SQL file, such as 'views/published_layer'")
    return Path(settings.BASE_DIR) / "sql" / f"{name}.sql"


def _composable(part: str | tuple[str, ...] | sql.Composable) -> sql.Composable:
    if isinstance(part, sql.Composable):
        return part
    return sql.Identifier(part) if isinstance(part, str) else sql.Identifier(*part)
