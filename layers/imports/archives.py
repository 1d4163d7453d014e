"""Opens zip and gzip files without trusting them: what they unpack to is counted while it is written."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from layers.imports.errors import BrokenFile, UnsafeArchive
from layers.imports.limits import RATIO_FREE_BYTES, limits

COPY_BYTES = 1024 * 1024
NESTED = (".zip", ".gz", ".tar", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".kmz")
IGNORED = ("__MACOSX/", ".DS_Store")


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def members(path: Path) -> list[str]:
    """The files in a zip, after a look at its directory; raises UnsafeArchive or BrokenFile."""
    allowed = limits()
    with _opened(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > allowed.archive_members_max:
        raise UnsafeArchive(_("The zip holds more than {limit} files.").format(limit=allowed.archive_members_max))
    names = [e.filename for e in entries if not e.filename.startswith(IGNORED) and not e.filename.endswith(IGNORED)]
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
            raise UnsafeArchive(_("The zip holds a file whose name leads out of it; pack it again."))
        if name.lower().endswith(NESTED):
            raise UnsafeArchive(_("The zip holds another archive ({name}); pack the data itself.").format(name=name))
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnsafeArchive(_("The zip is protected by a password; pack it without one."))
    _require_modest(sum(entry.file_size for entry in entries), path.stat().st_size)
    return names


def extract(path: Path, wanted: dict[str, Path]) -> None:
    """Writes members of a zip to the given paths; raises UnsafeArchive when they grow beyond what the zip said."""
    packed, total = path.stat().st_size, 0
    with _opened(path) as archive:
        for name, target in wanted.items():
            try:
                with archive.open(name) as source:
                    total = _copy(source, target, total=total, packed=packed)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                raise BrokenFile(_("The zip is damaged; download or pack it again.")) from error


def gunzip(path: Path, target: Path) -> None:
    """Unpacks a gzip file; raises UnsafeArchive or BrokenFile."""
    try:
        with gzip.open(path) as source:
            _copy(source, target, total=0, packed=path.stat().st_size)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenFile(_("The gzip file is damaged; download or pack it again.")) from error


def _copy(source: Readable, target: Path, *, total: int, packed: int) -> int:
    with target.open("wb") as file:
        for block in _blocks(source):
            total += len(block)
            _require_modest(total, packed)
            file.write(block)
    return total


def _blocks(source: Readable) -> Iterator[bytes]:
    while block := source.read(COPY_BYTES):
        yield block


def _require_modest(unpacked: int, packed: int) -> None:
    allowed = limits()
    if unpacked > allowed.unpacked_bytes_max:
        raise UnsafeArchive(
            _("The archive unpacks to more than {limit} MB; send a smaller part of the data.").format(
                limit=allowed.unpacked_bytes_max // 1024**2
            )
        )
    if unpacked > RATIO_FREE_BYTES and unpacked > packed * allowed.unpacked_ratio_max:
        raise UnsafeArchive(
            _("The archive grows more than {limit} times when it is unpacked, which no real data does.").format(
                limit=allowed.unpacked_ratio_max
            )
        )


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise BrokenFile(_("The zip is damaged; download or pack it again.")) from error
