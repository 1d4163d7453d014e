"""The verbs of an import: start, preview, apply, drop, undo. Each can be called again after a crash in its middle."""

import hashlib
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from gis_platform.core import audit, clock, outbox
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError
from layers import catalog
from layers.base.editing import LayerIsReadOnly
from layers.catalog import LayerSpec
from layers.imports.applying import apply_rows
from layers.imports.comparing import compare
from layers.imports.errors import FileTooLarge
from layers.imports.formats import recognise
from layers.imports.limits import limits
from layers.imports.matching import match
from layers.imports.models import ImportRun
from layers.imports.options import ImportOptions, options_of
from layers.imports.readers.source import opened
from layers.imports.selecting import table_for
from layers.imports.staging import STAGED_PERCENT, forget_rows, stage
from layers.imports.states import alone_with, move, report, take_time
from layers.imports.undoing import undo_rows

COPY_BYTES = 1024 * 1024
FILE_NAME_MAX = 200
State = ImportRun.State


def start_import(
    file: IO[bytes], *, layer: str, actor: str, file_name: str, size_bytes: int, options: ImportOptions | None = None
) -> ImportRun:
    """Keeps the file for a preview; raises UnknownLayer, LayerIsReadOnly, FileTooLarge, EmptyFile or UnknownFormat.

    Refused by its size before a byte of it is read.
    """
    require_size(size_bytes)
    _writable(layer)
    return store(file, layer=layer, actor=actor, file_name=file_name, options=options or ImportOptions())


def store(file: IO[bytes], *, layer: str, actor: str, file_name: str, options: ImportOptions) -> ImportRun:
    """The run of an upload whose layer need not be there yet."""
    run = ImportRun(
        layer=layer,
        file_name=Path(file_name.replace("\\", "/")).name[:FILE_NAME_MAX] or "file",
        options=options.as_json(),
        actor=actor,
        created_at=clock.now(),
    )
    run.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        run.sha256, run.size_bytes = _keep(file, run.path)
        run.format = recognise(run.path).value
        with acting(actor, f"import of {run.file_name}"):
            run.save(force_insert=True)
            audit.record("import.start", f"import:{run.pk}", layer=layer, sha256=run.sha256)
    except BaseException:
        run.path.unlink(missing_ok=True)
        raise
    return run


def request_preview(run: ImportRun) -> None:
    """Promises the preview; a worker makes it."""
    with transaction.atomic():
        outbox.publish("imports.preview", run_id=str(run.pk))


def request_apply(run: ImportRun) -> None:
    """Promises the application of a previewed import; raises WrongState, so that of two requests one wins."""
    with transaction.atomic():
        move(run, State.APPLYING, only_from=State.PREVIEWED, progress=0, message=_("waiting"))
        outbox.publish("imports.apply", run_id=str(run.pk))


def preview(run: ImportRun) -> ImportRun:
    """Reads, checks and compares the file; raises an ImportRefused, after which the run is `failed` with its reason."""
    with alone_with(run):
        move(run, State.PREVIEWING, progress=0, message=_("reading"), error_code="", error_text="")
        try:
            make_preview(run, _writable(run.layer))
        except CityError as error:
            with transaction.atomic():
                forget_rows(run)
                move(run, State.FAILED, error_code=error.code, error_text=str(error), ended_at=clock.now(), message="")
            raise
    return run


def make_preview(run: ImportRun, spec: LayerSpec) -> None:
    """The preview of a run that is in the state `previewing`."""
    options = options_of(run)
    with opened(run.path, encoding=options.encoding) as source:
        run.format = source.format.value
        table = table_for(source, spec, options)
        matching = match(spec, table, mapping=options.mapping, constants=options.constants)
        run.columns = matching.columns
        stage(run, spec, table, matching, options)
    report(run, STAGED_PERCENT, _("comparing with the layer"))
    with transaction.atomic():
        take_time()
        compare(run, spec, options)
        run.save(
            update_fields=[
                "format", "columns", "notices", "repaired", "elsewhere", "unmapped", "layer_revision", "adds",
                "changes", "removes", "unchanged", "rejects",
            ]
        )  # fmt: skip
        move(run, State.PREVIEWED, progress=100, message=_("ready"), previewed_at=clock.now())


def apply(run: ImportRun) -> ImportRun:
    """Brings a previewed import into its layer, all of it or nothing.

    Raises WrongState, ImportBusy, or LayerChanged, after which the run waits for another preview.
    """
    with alone_with(run):
        move(run, State.APPLYING, progress=0, message=_("applying"))
        try:
            make_real(run, _writable(run.layer))
        except CityError as error:
            move(run, State.PREVIEWED, error_code=error.code, error_text=str(error), message="")
            raise
    run.path.unlink(missing_ok=True)
    return run


def make_real(run: ImportRun, spec: LayerSpec) -> None:
    """The application of a run that is in the state `applying`."""
    with acting(run.actor, f"import of {run.file_name}", change_set=run.pk):
        take_time()
        apply_rows(run, spec)
        audit.record(
            "import.apply", f"import:{run.pk}", layer=run.layer, adds=run.adds, changes=run.changes, removes=run.removes
        )
        move(
            run, State.APPLIED, progress=100, message=_("applied"), applied_at=clock.now(), error_code="", error_text=""
        )


def drop(run: ImportRun) -> ImportRun:
    """Forgets an import that was not applied; raises WrongState or ImportBusy."""
    with alone_with(run), acting(run.actor, f"import of {run.file_name} dropped"):
        forget_rows(run)
        move(run, State.DROPPED, ended_at=clock.now(), message="")
    run.path.unlink(missing_ok=True)
    return run


def undo(run: ImportRun, *, actor: str) -> int:
    """Takes an applied import back and returns how many features have their former state again.

    Features that were changed since stay as they are; `run.conflicts` has their ids. Raises WrongState, CannotUndo.
    """
    with alone_with(run), acting(actor, f"import of {run.file_name} undone"):
        take_time()
        move(run, State.UNDONE, ended_at=clock.now())
        restored, conflicts = undo_rows(run, _writable(run.layer))
        run.conflicts = conflicts
        run.save(update_fields=["conflicts"])
        audit.record("import.undo", f"import:{run.pk}", layer=run.layer, restored=restored, conflicts=len(conflicts))
    return restored


def _writable(layer: str) -> LayerSpec:
    spec = catalog.layer(layer)
    if not spec.writable:
        raise LayerIsReadOnly(_("The features of this layer are not edited here."))
    return spec


def require_size(size_bytes: int) -> None:
    """Raises FileTooLarge."""
    if size_bytes > limits().file_bytes_max:
        raise FileTooLarge(
            _("The file is larger than {limit} MB. Send it in parts, or only the area that you need.").format(
                limit=limits().file_bytes_max // 1024**2
            )
        )


def _keep(file: IO[bytes], path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as target:
        while block := file.read(COPY_BYTES):
            size += len(block)
            require_size(size)
            digest.update(block)
            target.write(block)
    return digest.hexdigest(), size
