"""What keeps the groups true with nobody waiting: on change, and every hour, for people grow older by themselves."""

import structlog

from gis_platform.core import clock, outbox
from gis_platform.residents import evidence
from gis_platform.residents.grouping.members import TOPIC, recompute
from gis_platform.residents.models import Group, Resident
from gis_platform.residents.registers import RegisterUnavailable

ACTOR = "system:registers"
ASKED_MAX = 500  # a run, so that a slow register never holds a worker for long

log = structlog.get_logger(__name__)


@outbox.handler(TOPIC, timeout_s=600)
def regroup() -> None:
    for group_id in Group.objects.filter(made=Group.Made.RULE).values_list("pk", flat=True):
        recompute(group_id)


@outbox.periodic("residents-recompute-groups", every_s=3600, timeout_s=600)
def recompute_all() -> None:
    regroup()


@outbox.periodic("residents-ask-registers-again", every_s=3600, timeout_s=1800)
def ask_again() -> None:
    """Memberships whose evidence is old are asked for again; what outlived an outage's grace ends."""
    day = clock.today()
    for resident_id, group_id in evidence.stale(day)[:ASKED_MAX]:
        try:
            resident, group = Resident.objects.get(pk=resident_id), Group.objects.get(pk=group_id)
            evidence.check_membership(resident, group, actor=ACTOR)
        except RegisterUnavailable:
            log.warning("register unavailable", resident=resident_id, group=group_id)
    ended = evidence.end_what_outlived_its_grace(day)
    if ended:
        log.warning("grace of registers is over", memberships=ended)
