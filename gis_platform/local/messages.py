"""Turns the translators' .po files into the .mo files that Django reads, without the gettext programs."""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_messages(locale: Path) -> list[Path]:
    """The catalogues that were written: those older than their source, or missing."""
    stale = [source for source in locale.glob("*/LC_MESSAGES/*.po") if _is_newer(source, source.with_suffix(".mo"))]
    return [_compile(source) for source in stale]


def _is_newer(source: Path, compiled: Path) -> bool:
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    target = source.with_suffix(".mo")
    unfinished = target.with_suffix(".mo.new")
    unfinished.write_bytes(compiled.getvalue())
    unfinished.replace(target)
    return target
