"""What Linux knows of processes, read from /proc."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Stat(NamedTuple):
    pid: int
    state: str
    session: int
    started: int  # clock ticks after the machine's start; with the pid it names a process for good


def parse_stat(text: str) -> Stat:
    """
    >>> parse_stat("12 (a (b) c) S 1 12 12 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 7788 1 1").started
    7788
    """
    pid, _, rest = text.partition(" ")
    fields = rest.rpartition(")")[2].split()  # the name in brackets may itself hold brackets and spaces
    return Stat(int(pid), fields[0], int(fields[3]), int(fields[19]))


def stat(pid: int) -> Stat | None:
    try:
        found = parse_stat(Path(f"/proc/{pid}/stat").read_text())
    except OSError:
        return None
    return None if found.state in "ZX" else found


def session_members(session: int) -> Iterator[int]:
    """Every living process of the session: also those that left their parent's group, as rq's work-horses do."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            found = stat(int(folder.name))
            if found and found.session == session:
                yield found.pid


def boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
