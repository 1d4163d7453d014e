"""What workers do for an import. Both may run twice: a step that was done is refused by its state and left alone."""

import structlog

from gis_platform.core import clock, outbox, queues
from gis_platform.core.errors import CityError
from layers.imports import services
from layers.imports.errors import ImportBusy, WrongState
from layers.imports.models import ImportRun
from layers.imports.pruning import forget_old_files

TIMEOUT_S = 1800

log = structlog.get_logger(__name__)


@outbox.handler("imports.preview", queue=queues.IMPORTS, timeout_s=TIMEOUT_S, attempts=3)
def preview(run_id: str) -> None:
    run = ImportRun.objects.get(pk=run_id)
    if run.state in (ImportRun.State.UPLOADED, ImportRun.State.PREVIEWING):
        _step(run, services.preview)


@outbox.handler("imports.apply", queue=queues.IMPORTS, timeout_s=TIMEOUT_S, attempts=3)
def apply(run_id: str) -> None:
    run = ImportRun.objects.get(pk=run_id)
    if run.state == ImportRun.State.APPLYING:
        _step(run, services.apply)


@outbox.periodic("imports-forget-old-files", every_s=3600)
def forget() -> None:
    forget_old_files(clock.now())


def _step(run: ImportRun, verb: object) -> None:
    assert callable(verb)
    try:
        verb(run)
    except (ImportBusy, WrongState):
        raise  # another worker has it: look again later
    except CityError as refusal:
        log.info("import refused", run=str(run.pk), code=refusal.code)  # the run says why; trying again changes nothing
