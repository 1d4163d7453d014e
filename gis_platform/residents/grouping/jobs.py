"""What keeps the groups true with nobody waiting: on change, and every hour, for people grow older by themselves."""

from gis_platform.core import outbox
from gis_platform.residents.grouping.members import TOPIC, recompute
from gis_platform.residents.models import Group


@outbox.handler(TOPIC, timeout_s=600)
def regroup() -> None:
    for group_id in Group.objects.filter(made=Group.Made.RULE).values_list("pk", flat=True):
        recompute(group_id)


@outbox.periodic("residents-recompute-groups", every_s=3600, timeout_s=600)
def recompute_all() -> None:
    regroup()
