"""Files that are there whole or not at all."""

import os
from pathlib import Path

from gis_platform.local.accounts import Account, give


def write_private(path: Path, text: str, *, owner: Account | None = None) -> None:
    """Puts the text in place in one step, readable by its owner alone."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    give(fresh, owner)
    fresh.replace(path)


def private_folder(path: Path, *, owner: Account | None = None) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    give(path, owner)
    return path
