"""Writing a decision down: one call of the database function benefits_book, which takes everything or nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pydantic_core import to_json
from structlog.contextvars import get_contextvars

from gis_platform.core import prepared
from gis_platform.core.idempotency import KEPT_FOR, KeyReused
from rules.benefits.catalogue import InForceTogether
from rules.benefits.facts import Case
from rules.benefits.models import Decision
from rules.benefits.taking import Take
from rules.benefits.versions import InForce
from rules.engine.outcome import CapKey, CounterKey, Outcome
from rules.engine.receipt import Line

TOPIC = "benefit.decided"  # published by the database function benefits_promise
LIMITS, BUDGET = "limits", "budget"  # what can refuse
COLUMNS = tuple(column.attname for column in Decision._meta.concrete_fields)
NOTHING = {"line": "", "cents": 0, "points": 0, "units": 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A case as the engine saw it, and what came out: all that a replay needs."""

    together: InForceTogether
    facts: Mapping[str, Any]
    remaining: Mapping[CapKey, int]
    counters: Mapping[CounterKey, int]
    withheld: Mapping[str, str]
    outcome: Outcome
    takes: Sequence[Take]

    @property
    def versions(self) -> Sequence[InForce]:
        return self.together.versions


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The idempotency key, and what is answered to it from then on."""

    scope: str
    key: str
    body_hash: bytes
    answer: str


@dataclass(frozen=True, slots=True)
class Booked:
    """`answer` is that of an earlier request with the same key; `refused` says that nothing was kept, and why."""

    answer: str = ""
    refused: str = ""
    programme: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Identified:
    """Who was recognised at a terminal, for the record that the resident reads: who asked about me."""

    subject: str
    data: Mapping[str, str] = field(default_factory=dict)


def book(
    decision: Decision, weighed: Weighed, *, claim: Claim, actor: str, identified: Identified | None = None
) -> Booked:
    """Raises KeyReused when the key came with another body."""
    asked = document(decision, weighed, claim=claim, actor=actor, identified=identified)
    row = prepared.row("benefits_book", [asked])
    assert row is not None
    said = json.loads(row[0])
    if "booked" in said:
        return Booked()
    if "answer" in said:
        if said["body_hash"] != claim.body_hash.hex():
            raise KeyReused
        return Booked(answer=said["answer"])
    return Booked(refused=said["refused"], programme=said.get("programme", ""), reason=said.get("reason", ""))


def document(
    decision: Decision, weighed: Weighed, *, claim: Claim, actor: str, identified: Identified | None = None
) -> str:
    """All that is to be booked, as JSON for the database function."""
    written = vars(decision)
    asked = {
        "actor": actor,
        "claim": {
            "scope": claim.scope,
            "key": claim.key,
            "body_hash": claim.body_hash.hex(),
            "answer": claim.answer,
            "expires_at": decision.status_at + KEPT_FOR,
        },
        "decision": {name: written[name] for name in COLUMNS},
        "takes": decision.usage,
        "grants": _grants(weighed),
        "identified": {
            "subject": identified.subject,
            "data": identified.data,
            "request_id": get_contextvars().get("request_id", ""),
        }
        if identified
        else {},
    }
    return to_json(asked).decode()


def decided(
    case: Case, weighed: Weighed, *, reason: str, at: datetime, reserved_until: datetime | None = None
) -> Decision:
    """The decision as it is to be booked; reserved up to an instant, or committed at once."""
    outcome = weighed.outcome
    return Decision(
        trigger=case.trigger,
        resident=case.resident.handle,
        place_id=case.place.id if case.place else None,
        terminal=case.terminal,
        merchant=case.merchant,
        decided_at=case.at,
        day=case.day,
        facts=weighed.facts,
        lines=[_values(line) for line in case.lines],
        versions=weighed.together.ids,
        remaining={"/".join(key): left for key, left in weighed.remaining.items()},
        counters={"/".join(key): counted for key, counted in weighed.counters.items()},
        withheld=weighed.withheld,
        usage=[_values(take) for take in weighed.takes],
        vouchers=[asdict(voucher) for voucher in outcome.vouchers],
        reason=reason,
        discount_cents=outcome.total_cents,
        points=outcome.total_points,
        status=Decision.Status.RESERVED if reserved_until else Decision.Status.COMMITTED,
        status_at=at,
        reserved_until=reserved_until,
    )


def _values(one: Line | Take) -> dict[str, Any]:
    """As `asdict`, which looks into every value for more of its kind."""
    return {name: getattr(one, name) for name in one.__slots__}


def _grants(weighed: Weighed) -> list[dict[str, Any]]:
    def row(programme: str, rule: str, **given: Any) -> dict[str, Any]:
        one = weighed.together.by_code[programme]
        funder = weighed.outcome.funders.get(programme, one.funder)
        return {**NOTHING, "version": one.version_id, "rule": rule, "funder": funder, **given}

    cents = [
        row(one.programme, one.rule, line=one.line, cents=one.cents, units=one.units) for one in weighed.outcome.grants
    ]
    return cents + [row(one.programme, one.rule, points=one.points) for one in weighed.outcome.points]
