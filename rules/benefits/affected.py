"""Whom a suspension concerns, by who used the programmes lately. Small groups are not counted out."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Sum

from gis_platform.core import clock
from rules.benefits.comparing import GROUP_MIN
from rules.benefits.facts import SCHEMA
from rules.benefits.models import Decision, Grant, Override
from rules.engine.condition import Condition

DAYS = 90
PEOPLE_MAX = 20_000  # looked at; of more, the numbers are of these


@dataclass(frozen=True, kw_only=True, slots=True)
class Affected:
    """Of the last DAYS days: who got something from these programmes, how much, and how many an exception is for.

    None where fewer than GROUP_MIN people would be told apart.
    """

    days: int
    people: int | None
    cents: int | None
    excepted: int | None


def affected(override: Override) -> Affected:
    grants = Grant.objects.filter(
        decision__day__gte=clock.today() - timedelta(days=DAYS), decision__status=Decision.Status.COMMITTED, cents__gt=0
    )
    if override.programmes:
        grants = grants.filter(version__programme__code__in=override.programmes)
    latest = Decision.objects.filter(pk__in=grants.values("decision")).order_by("resident", "-decided_at")
    facts = list(latest.distinct("resident").values_list("facts", flat=True)[:PEOPLE_MAX])
    cents = grants.aggregate(cents=Sum(F("cents") - F("returned_cents")))["cents"] or 0
    conditions = [Condition(one["when"], SCHEMA) for one in override.exceptions]
    known = [SCHEMA.read(one) for one in facts]
    excepted = sum(any(condition.holds(one) for condition in conditions) for one in known)
    few = 0 < len(facts) < GROUP_MIN
    told_apart = 0 < excepted < GROUP_MIN or 0 < len(facts) - excepted < GROUP_MIN
    return Affected(
        days=DAYS,
        people=None if few else len(facts),
        cents=None if few else cents,
        excepted=None if few or (excepted and told_apart) else excepted,
    )
