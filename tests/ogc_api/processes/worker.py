"""A process that runs one attempt at a job: `python worker.py JOB [broken | short-lease]`.

It ends with 0 when it finished the job, with 3 when the job was not its own or not its own any more.
"""

import os
import sys
from datetime import timedelta
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
django.setup()

from django.db.models import F  # noqa: E402 needs Django

from gis_platform.core import clock, workers  # noqa: E402 needs Django
from ogc_api.processes import leases, running, watching  # noqa: E402 needs Django
from ogc_api.processes.models import Job  # noqa: E402 needs Django


def claim_anyway(job_id):
    """The broken twin: takes the job, whoever has it."""
    lease = uuid4()
    Job.objects.filter(pk=job_id).update(
        status="running", lease=lease, lease_until=clock.now() + leases.LEASE, attempts=F("attempts") + 1
    )
    return Job.objects.get(pk=job_id)


if __name__ == "__main__":
    workers.without_pool()
    watching.BEAT_S = 0.1
    if sys.argv[2:] == ["broken"]:
        leases.claim = claim_anyway
        leases.hold = lambda *_, **__: True
    if sys.argv[2:] == ["short-lease"]:
        leases.LEASE = timedelta(seconds=0.5)
    sys.exit(0 if running.run(sys.argv[1]) else 3)
