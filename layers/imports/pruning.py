"""Forgets what imports leave lying: staged rows that served their purpose, files of imports that nobody finished."""

from datetime import datetime, timedelta

from layers.imports.models import ImportRun
from layers.imports.staging import forget_rows

KEPT_FOR = timedelta(days=30)
ENDED = (ImportRun.State.APPLIED, ImportRun.State.UNDONE, ImportRun.State.DROPPED, ImportRun.State.FAILED)
RUNS_MAX = 50  # a call


def forget_old_files(at: datetime) -> int:
    """Drops unfinished imports and the rows of finished ones after KEPT_FOR; the runs and the history stay."""
    old = ImportRun.objects.filter(created_at__lt=at - KEPT_FOR)
    abandoned = old.filter(state__in=(ImportRun.State.UPLOADED, ImportRun.State.PREVIEWED))
    for run in abandoned[:RUNS_MAX]:
        abandoned.filter(pk=run.pk).update(state=ImportRun.State.DROPPED, ended_at=at, message="")
    runs = old.filter(state__in=ENDED, staged__isnull=False).distinct()[:RUNS_MAX]
    for run in runs:
        forget_rows(run)
        run.path.unlink(missing_ok=True)
    return len(runs)
