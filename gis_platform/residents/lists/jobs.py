"""What workers do for a list. Both may run twice: a step that was done is left alone."""

from datetime import timedelta

from gis_platform.core import clock, outbox, queues
from gis_platform.residents.lists import services
from gis_platform.residents.models import GroupImport

FILES_KEPT_FOR = timedelta(days=7)


@outbox.handler(services.PREVIEW, queue=queues.IMPORTS, timeout_s=600, attempts=3)
def preview(run_id: str) -> None:
    run = GroupImport.objects.select_related("group").get(pk=run_id)
    if run.state == GroupImport.State.UPLOADED:
        services.preview(run)


@outbox.handler(services.APPLY, queue=queues.IMPORTS, timeout_s=600, attempts=3)
def apply(run_id: str) -> None:
    run = GroupImport.objects.select_related("group").get(pk=run_id)
    if run.state == GroupImport.State.APPLYING:
        services.apply(run)


@outbox.periodic("residents-drop-forgotten-lists", every_s=3600)
def drop_forgotten() -> None:
    """A preview that nobody applied within a week."""
    waiting = (GroupImport.State.UPLOADED, GroupImport.State.PREVIEWED)
    for run in GroupImport.objects.filter(state__in=waiting, created_at__lt=clock.now() - FILES_KEPT_FOR):
        services.drop(run, actor="system:retention")
