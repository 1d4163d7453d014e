"""The processes that are offered, by their ids."""

from django.utils.translation import gettext as _

from ogc_api.processes.declaring import Process
from ogc_api.processes.errors import NoSuchProcess

_known: dict[str, Process] = {}


def register(*processes: Process) -> None:
    for process in processes:
        assert process.id not in _known, f"process {process.id} is declared twice"
        _known[process.id] = process


def withdraw(process_id: str) -> None:
    """Takes a process out again; its jobs stay."""
    _known.pop(process_id, None)


def processes() -> list[Process]:
    return list(_known.values())


def process(process_id: str) -> Process:
    """Raises NoSuchProcess."""
    if found := _known.get(process_id):
        return found
    raise NoSuchProcess(_("No process is called “{process}”.").format(process=process_id))
