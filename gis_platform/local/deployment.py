"""One city's folder below `.local`: what is in it, and whose turn it is there."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gis_platform.environment import Environment
from gis_platform.local.accounts import Account
from gis_platform.local.files import private_folder
from gis_platform.local.output import say
from gis_platform.local.start_error import StartError

CHECKOUT = Path(__file__).resolve().parents[2]
OUTSIDE = Path("/var/lib")  # where a service finds its data when a checkout below /root shuts its account out


@dataclass(frozen=True)
class Deployment:
    """A city has its own services, keys and files, so twins run side by side from one checkout and never mix."""

    name: str
    folder: Path

    @classmethod
    def of_city(cls, city: str, environment: Mapping[str, str]) -> Self:
        return cls(city, Environment(environment).path("LOCAL_DIR", default=CHECKOUT / ".local" / city))

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def _make(self) -> None:
        for folder in (self.folder, self.logs, self.folder / "media", self.folder / "static"):
            folder.mkdir(parents=True, exist_ok=True)

    def fresh_folder(self, name: str) -> Path:
        """An empty folder of the deployment's own, whatever it held before."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def home(self, service: str, account: Account | None) -> Path:
        """The folder of one private service, closed to everybody but its account."""
        return private_folder(self._services(account) / service, owner=account)

    def _services(self, account: Account | None) -> Path:
        inside, outside = self.folder / "services", self.outside
        if inside.is_symlink() and inside.readlink() != outside:
            inside.unlink()  # the checkout was copied or moved; the other one's data stay the other one's
        if not inside.is_symlink():
            inside.mkdir(mode=0o711, exist_ok=True)
            if account is None or account.reaches(inside):
                return inside
            if any(inside.iterdir()):
                raise StartError(
                    f"The account {account.name} cannot reach its data in {inside} any more: open the folders above it"
                    " to other accounts, or remove the data with `make clean`."
                )
            inside.rmdir()
            inside.symlink_to(outside)
            say(f"The services' accounts cannot reach this checkout, so their data lie in {outside}.")
        outside.mkdir(mode=0o711, exist_ok=True)
        return outside

    @property
    def outside(self) -> Path:
        return OUTSIDE / f"gis-platform-{self.digest}"

    @property
    def digest(self) -> str:
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Only one start at a time may hold the folder; the lock ends with its process, however that ends."""
        self._make()
        with (self.folder / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise StartError(
                    f"{self.name} is already running from this folder (process {file.read().strip()}); stop it first."
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield
