"""Decisions over HTTP: tills and validators ask, residents read why."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema

from gis_platform.devices.authentication import DeviceKey, calling_device
from gis_platform.devices.endpoints import FACING_PEOPLE
from gis_platform.identity.guards import SignedIn, account
from rules.benefits import explaining, services
from rules.benefits.identification import case_at_terminal
from rules.benefits.models import Decision
from rules.benefits.queries import decision_for
from rules.engine.receipt import AMOUNT_CENTS_MAX, LINES_MAX, QUANTITY_MAX, Line

router = Router(tags=["benefits"])


class LineIn(Schema):
    id: str = Field(min_length=1, max_length=60)
    category: str = Field(max_length=60)
    amount_cents: int = Field(ge=0, le=AMOUNT_CENTS_MAX, strict=True)
    quantity: int = Field(1, ge=1, le=QUANTITY_MAX, strict=True)


class Question(Schema):
    """Whose receipt it is, and its lines. `kind` and `token` are what the reader read from a card, tag or code."""

    kind: str = Field(max_length=12)
    token: str = Field(max_length=256)
    lines: list[LineIn] = Field(min_length=1, max_length=LINES_MAX)


class LineOut(Schema):
    id: str
    discount_cents: int


class MerchantAnswer(Schema):
    """All that a merchant learns: what to take off, and a code that says nothing about the person."""

    decision: UUID
    code: str
    status: str
    discount_cents: int
    lines: list[LineOut]


class GrantOut(Schema):
    programme: str
    legal_basis: str
    version: int
    line: str
    cents: int
    points: int


class ExplainedDecision(Schema):
    decision: UUID
    code: str
    status: str
    reason: str
    decided_at: datetime
    discount_cents: int
    points: int
    grants: list[GrantOut]
    sentences: list[str]


@router.post("/decisions", response=MerchantAnswer, auth=DeviceKey(*FACING_PEOPLE), summary="Price a receipt")
def decide(
    request: HttpRequest, body: Question, idempotency_key: Annotated[str, Header(alias="Idempotency-Key")]
) -> MerchantAnswer:
    lines = [Line(**line.model_dump()) for line in body.lines]
    case = case_at_terminal(calling_device(request), kind=body.kind, token=body.token, lines=lines)
    answer = services.decide(case, key=idempotency_key)
    copy = answer.for_merchant()
    return MerchantAnswer(
        decision=UUID(answer.decision),
        code=copy.code,
        status=answer.status,
        discount_cents=copy.discount_cents,
        lines=[LineOut(id=line, discount_cents=cents) for line, cents in copy.discount_cents_by_line.items()],
    )


@router.get("/decisions/{decision_id}", response=ExplainedDecision, auth=SignedIn(), summary="Why it was so decided")
def explain(request: HttpRequest, decision_id: UUID) -> ExplainedDecision:
    decision = decision_for(account(request), decision_id)
    return ExplainedDecision(
        decision=decision.pk,
        code=decision.code,
        status=decision.status,
        reason=decision.reason,
        decided_at=decision.decided_at,
        discount_cents=decision.discount_cents,
        points=decision.points,
        grants=_grants(decision),
        sentences=explaining.in_words(decision),
    )


def _grants(decision: Decision) -> list[GrantOut]:
    return [
        GrantOut(
            programme=grant.version.programme.name,
            legal_basis=grant.version.programme.legal_basis,
            version=grant.version.number,
            line=grant.line,
            cents=grant.cents,
            points=grant.points,
        )
        for grant in decision.grants.select_related("version__programme").order_by("line", "pk")
    ]
