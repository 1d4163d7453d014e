"""Brings a group in line with its rule: who joins and who leaves today, shown before it is done."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from psycopg.sql import SQL

from gis_platform.core import audit, clock, outbox
from gis_platform.core.actor import acting, current_actor
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.models import OutboxEntry
from gis_platform.residents.grouping.rules import everybody, read
from gis_platform.residents.models import Group, Membership

TOPIC = "residents.regroup"
# Listed members stay whatever the rule says, and nobody is twice in a group on one day.
JOINING = """
SELECT found.resident_id FROM ({everybody}) AS found
WHERE NOT EXISTS (
    SELECT FROM residents_membership AS m
    WHERE m.resident_id = found.resident_id AND m.group_id = %s AND m.period && daterange(%s, NULL)
)
"""
LEAVING = """
SELECT m.id FROM residents_membership AS m
WHERE m.group_id = %s AND m.source = 'rule' AND m.period @> %s::date AND m.resident_id NOT IN ({everybody})
"""
JOIN = """
INSERT INTO residents_membership (resident_id, group_id, period, evidence, source)
SELECT joining.resident_id, %s, daterange(%s, NULL), '', 'rule' FROM ({joining}) AS joining
"""
FORGET = "DELETE FROM residents_membership WHERE id IN ({leaving}) AND lower(period) = %s"
LEAVE = "UPDATE residents_membership SET period = daterange(lower(period), %s) WHERE id IN ({leaving})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """`joins` are residents, `leaves` memberships."""

    joins: list[int]
    leaves: list[int]
    members: int


def preview(group: Group, rule: object = None) -> Change:
    """What the rule, or another one, would change today; nothing is written. Raises RuleRefused."""
    expression, day = read(group.rule if rule is None else rule), clock.today()
    found, values = everybody(expression, on=day)
    with connection.cursor() as cursor:
        cursor.execute(SQL(JOINING).format(everybody=found), [*values, group.pk, day])
        joins = [row[0] for row in cursor.fetchall()]
        cursor.execute(SQL(LEAVING).format(everybody=found), [group.pk, day, *values])
        leaves = [row[0] for row in cursor.fetchall()]
    members = Membership.objects.on(day).filter(group_id=group.pk).count()  # none of a group yet to be saved
    return Change(joins=joins, leaves=leaves, members=members + len(joins) - len(leaves))


def recompute(group_id: int) -> tuple[int, int]:
    """How many joined and left. Two at once do it one after the other, so the second changes nothing."""
    with acting(current_actor(), "group recomputed"):
        group = Group.objects.select_for_update().get(pk=group_id)
        if group.made != Group.Made.RULE:
            return 0, 0
        joined, left = _apply(group, read(group.rule), clock.today())
        group.recomputed_at = clock.now()
        group.save(update_fields=["recomputed_at"])
        if joined or left:
            audit.record("residents.group-recomputed", f"group:{group.code}", joined=joined, left=left)
    return joined, left


def _apply(group: Group, expression: Expression, day: date) -> tuple[int, int]:
    found, values = everybody(expression, on=day)
    leaving, joining = SQL(LEAVING).format(everybody=found), SQL(JOINING).format(everybody=found)
    with connection.cursor() as cursor:
        # Who joined today and leaves today was never a member on any whole day.
        cursor.execute(SQL(FORGET).format(leaving=leaving), [group.pk, day, *values, day])
        left = cursor.rowcount
        cursor.execute(SQL(LEAVE).format(leaving=leaving), [day, group.pk, day, *values])
        left += cursor.rowcount
        cursor.execute(SQL(JOIN).format(joining=joining), [group.pk, day, *values, group.pk, day])
        return cursor.rowcount, left


def recompute_soon() -> None:
    """Promises to look at every group with a rule again, after something that rules ask about has changed."""
    if not Group.objects.filter(made=Group.Made.RULE).exists():
        return
    waiting = OutboxEntry.objects.filter(topic=TOPIC, state=OutboxEntry.State.DUE)
    if not waiting.exists():
        outbox.publish(TOPIC)
