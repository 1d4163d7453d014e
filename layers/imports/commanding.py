"""What the import commands share: arguments, the file, the report, the end with a sentence and exit code 1."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError, OutputWrapper

from gis_platform.core.errors import CityError
from layers.imports.models import ImportRun
from layers.imports.options import ImportOptions
from layers.imports.queries import notes, reasons
from layers.imports.states import listening

ACTOR = "system:command"
REASONS_MAX = 20


@dataclass(frozen=True)
class LocalFile:
    stream: IO[bytes]
    name: str
    size_bytes: int


def add_reading_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--layer", default="", metavar="TABLE", help="the table, where the file has several")
    parser.add_argument("--key", default="", help="the attribute that identifies a feature; “hash” for its content")
    parser.add_argument("--source", default="", help="the name of the source; the file's name unless given")
    parser.add_argument("--crs", default="", help="the coordinate system, for example EPSG:3059")
    parser.add_argument("--encoding", default="", help="of text, for example windows-1257")


def add_import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--mode", choices=ImportRun.Mode.values, default=ImportRun.Mode.MERGE.value)
    parser.add_argument(
        "--map", action="append", default=[], metavar="ATTRIBUTE=PROPERTY", help="which attribute is which property"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="PROPERTY=VALUE", help="one value for all features"
    )
    parser.add_argument("--allow-outside", action="store_true", help="keep features outside of the city's bounds")


def options_from(given: dict[str, Any]) -> ImportOptions:
    return ImportOptions(
        mode=ImportRun.Mode(given.get("mode", ImportRun.Mode.MERGE)),
        key=given["key"],
        source=given["source"],
        table=given["layer"],
        encoding=given["encoding"],
        crs=given["crs"],
        mapping=dict(map(_pair, given.get("map", []))),
        constants=dict(map(_pair, given.get("set", []))),
        allow_outside=given.get("allow_outside", False),
    )


@contextmanager
def local_file(name: str) -> Iterator[LocalFile]:
    path = Path(name)
    if not path.is_file():
        raise CommandError(f"There is no file {name}.")
    with path.open("rb") as stream:
        yield LocalFile(stream, path.name, path.stat().st_size)


@contextmanager
def talking(out: OutputWrapper) -> Iterator[None]:
    """Shows the progress in one line of a terminal; a refusal ends the command with its code and its sentence."""

    def show(progress: int, message: str) -> None:
        if out.isatty():
            out.write(f"\r{progress:3d} % {message:<60}", ending="\r")
            out.flush()

    try:
        with listening(show):
            yield
    except CityError as error:
        fields = "".join(f"\n  {name}: {text}" for name, text in getattr(error, "fields", {}).items())
        raise CommandError(f"{error.code}: {error}{fields}") from error


def counts(run: ImportRun) -> str:
    return (
        f"adds={run.adds} changes={run.changes} removes={run.removes} unchanged={run.unchanged}"
        f" rejects={run.rejects} repaired={run.repaired}"
    )


def summary(run: ImportRun) -> Iterator[str]:
    """What was noticed, line by line: about the file, about rejected rows, about rows that were kept."""
    yield from run.notices
    if run.elsewhere or run.unmapped:
        yield f"of other layers={run.elsewhere} not mapped={run.unmapped}"
    for title, grouped in (("rejected", reasons(run)), ("kept", notes(run))):
        for reason in grouped[:REASONS_MAX]:
            yield f"{title} {reason.count}: {reason.text} [row {', '.join(reason.examples)}]"


def _pair(text: str) -> tuple[str, str]:
    left, sign, right = text.partition("=")
    if not sign or not left:
        raise CommandError(f"{text!r} is not of the form NAME=VALUE.")
    return left, right
