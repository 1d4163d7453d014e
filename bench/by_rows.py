"""The booking of a decision as an ORM would write it, row by row: what the database function is measured against."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F

from gis_platform.core import outbox
from gis_platform.core.models import IdempotencyRecord
from rules.benefits.booking import TOPIC, Claim, Weighed, _grants
from rules.benefits.models import Budget, Decision, Grant, ProgrammeVersion, Usage
from rules.ledger.models import Account, Entry, Unit
from rules.ledger.services import AccountKey, Posting, post


class NoRoom(Exception):
    pass


@transaction.atomic
def book(decision: Decision, weighed: Weighed, claim: Claim) -> None:
    at = decision.status_at
    IdempotencyRecord.objects.create(
        scope=claim.scope, key=claim.key, body_hash=claim.body_hash, status=200, answer=claim.answer.encode(),
        content_type="application/json", created_at=at, expires_at=at,
    )  # fmt: skip
    for take in weighed.takes:
        usage, _ = Usage.objects.select_for_update().get_or_create(
            holder=take.holder, programme_id=take.programme, code=take.code, period_start=take.period_start,
            defaults={"used": 0},
        )  # fmt: skip
        if take.limit is not None and usage.used + take.used > take.limit:
            raise NoRoom
        usage.used += take.used
        usage.save()
    decision.entry = _entry(decision, weighed)
    decision.usage = json.loads(json.dumps(decision.usage, cls=DjangoJSONEncoder))
    decision.save(force_insert=True)
    for row in _grants(weighed):
        version = ProgrammeVersion.objects.get(pk=row.pop("version"))
        Grant.objects.create(decision=decision, version=version, **row)
        budget = Budget.objects.select_for_update().get(
            programme=version.programme_id, funder=row["funder"], period__contains=decision.day
        )
        if budget.used_cents + budget.reserved_cents + row["cents"] > budget.limit_cents:
            raise NoRoom
        Budget.objects.filter(pk=budget.pk).update(used_cents=F("used_cents") + row["cents"])
    outbox.publish(TOPIC, decision_id=str(decision.pk))


def _entry(decision: Decision, weighed: Weighed) -> Entry:
    merchant = AccountKey(kind=Account.Kind.MERCHANT, holder=decision.merchant, unit=Unit.CENTS)
    postings = []
    for one in weighed.outcome.grants:
        programme = AccountKey(kind=Account.Kind.PROGRAMME, holder=one.programme, funder="city", unit=Unit.CENTS)
        postings += [Posting(programme, -one.cents), Posting(merchant, one.cents)]
    return post("benefit", reference=f"decision:{decision.pk}", effective_on=decision.day, postings=postings)
