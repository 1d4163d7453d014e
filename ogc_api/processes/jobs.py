"""What workers do for the processes."""

from gis_platform.core import clock, queues
from gis_platform.core.outbox import handler, periodic
from ogc_api.processes import running, services, storage
from ogc_api.processes.models import Job

TIMEOUT_S = 1800  # more than any process has, so that its own limit comes first
FORGOTTEN_MAX = 500  # jobs a run


@handler(services.TOPIC, queue=queues.PROCESSES, timeout_s=TIMEOUT_S, attempts=20)
def run(job_id: str) -> None:
    running.run(job_id)


@periodic("processes-take-up", every_s=10)
def take_up() -> None:
    """Jobs whose worker gives no sign of life are handed out again; claiming them is what counts the attempts."""
    for job_id in Job.objects.abandoned(clock.now()).values_list("pk", flat=True)[:FORGOTTEN_MAX]:
        services.hand_out_again(job_id)


@periodic("processes-forget", every_s=3600)
def forget() -> None:
    """Jobs that have expired go, with their results."""
    expired = Job.objects.filter(expires_at__lt=clock.now()).values_list("pk", flat=True)[:FORGOTTEN_MAX]
    for job_id in list(expired):
        Job.objects.filter(pk=job_id).delete()
        storage.forget(job_id)
