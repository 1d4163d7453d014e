"""Which account a private service runs under: ourselves, or, when that is root, one without rights."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gis_platform.local.start_error import StartError


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def reaches(self, folder: Path) -> bool:
        command = command_as(self, ["test", "-x", str(folder)])
        return subprocess.run(command, check=False, cwd="/").returncode == 0


def service_account(preferred: str) -> Account | None:
    """The account that apt made for the service, or `nobody`; None when we are no root and stay who we are."""
    if os.geteuid() != 0:
        return None
    for name in (preferred, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise StartError(f"The services must not run as root, and there is no account {preferred} or nobody to run them.")


def command_as(account: Account | None, command: list[str], *, last_signal: str = "TERM") -> list[str]:
    """The command under that account, with the kernel's promise to signal it should this process be killed."""
    setpriv = ["setpriv", "--pdeathsig", last_signal]
    if account:
        setpriv += ["--reuid", str(account.uid), "--regid", str(account.gid), "--clear-groups"]
    return [*setpriv, "--", *command]


def give(path: Path, account: Account | None) -> None:
    if account:
        os.chown(path, account.uid, account.gid)
