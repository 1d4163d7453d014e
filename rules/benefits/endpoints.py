"""Decisions over HTTP: tills and validators ask, commit, void and return; residents read why."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema
from pydantic import AwareDatetime, BaseModel

from gis_platform.core.card_numbers import takes_article_numbers
from gis_platform.devices.authentication import FACING_PEOPLE, DeviceKey, calling_device
from gis_platform.devices.models import Device
from gis_platform.identity.guards import SignedIn, account
from rules.benefits import explaining, services
from rules.benefits.at_a_till import AtATill
from rules.benefits.identification import CURRENCY, Purchase, case_at_terminal, credited
from rules.benefits.models import Decision
from rules.benefits.queries import decision_for
from rules.benefits.services import Answer, Mode
from rules.engine.receipt import AMOUNT_CENTS_MAX, LINES_MAX, QUANTITY_MAX, Line

router = Router(tags=["benefits"])
at_a_till = DeviceKey(*FACING_PEOPLE)
takes_article_numbers("api:decide", "lines.gtin")

Key = Annotated[str, Header(alias="Idempotency-Key")]


# Not ninja's schemas, which look at each part of a receipt in Python.
class ReceiptLine(BaseModel):
    id: str = Field(min_length=1, max_length=60)
    category: str = Field(max_length=60)
    gtin: str = Field(
        "",
        max_length=14,
        description="GTIN-8, -12, -13 or -14, if the till knows it.",
        json_schema_extra={"format": "gtin"},
    )
    amount_cents: int = Field(ge=0, le=AMOUNT_CENTS_MAX, strict=True)
    quantity: int = Field(1, ge=1, le=QUANTITY_MAX, strict=True)


class ReceiptIn(BaseModel):
    """Whose receipt it is, and its lines. `kind` and `token` are what the reader read from a card, tag or code."""

    kind: str = Field(max_length=12)
    token: str = Field(max_length=256)
    mode: Mode = Field(Mode.COMMIT, description="`reserve` holds the amounts until commit, void, or the time is over.")
    lines: list[ReceiptLine] = Field(min_length=1, max_length=LINES_MAX)
    currency: str = Field(CURRENCY, max_length=3)
    total_cents: int | None = Field(None, strict=True, description="The till's own sum, compared with the lines.")
    purchased_at: AwareDatetime | None = Field(None, description="Now, if it is left out.")


class LineOut(BaseModel):
    id: str
    discount_cents: int


class LeftOut(BaseModel):
    """What the cardholder may still use of a limit after this purchase, such as 3 units this day."""

    unit: str
    period: str
    left: int


class MerchantAnswer(BaseModel):
    """All that a merchant learns: what to take off, what is left, and a code that says nothing about the person."""

    decision: UUID
    code: str
    status: str
    discount_cents: int
    lines: list[LineOut]
    remaining: list[LeftOut]
    reserved_until: datetime | None


class Moved(Schema):
    decision: UUID
    status: str


class ReturnedLine(Schema):
    id: str = Field(min_length=1, max_length=60)
    units: int = Field(ge=1, le=QUANTITY_MAX, strict=True)


class Return(Schema):
    lines: list[ReturnedLine] = Field(min_length=1, max_length=LINES_MAX)


class ReturnAnswer(Schema):
    """What was taken back of the discounts: so much less is the merchant owed."""

    decision: UUID
    cents: int
    lines: list[LineOut]


class GrantOut(Schema):
    programme: str
    legal_basis: str
    version: int
    funder: str
    line: str
    cents: int
    points: int
    returned_cents: int
    returned_points: int


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


@router.post("/decisions", response=MerchantAnswer, auth=at_a_till, summary="Price a receipt")
def decide(request: HttpRequest, body: ReceiptIn, idempotency_key: Key) -> MerchantAnswer:
    return MerchantAnswer(**priced(calling_device(request), body, idempotency_key))


def priced(device: Device, body: ReceiptIn, key: str, read: AtATill | None = None) -> dict[str, Any]:
    """The parts of a MerchantAnswer; `read` as `case_at_terminal` takes it, whose refusals come through here."""
    purchase = Purchase(
        lines=tuple(
            Line(id=one.id, category=one.category, gtin=one.gtin, amount_cents=one.amount_cents, quantity=one.quantity)
            for one in body.lines
        ),
        currency=body.currency,
        total_cents=body.total_cents,
        at=body.purchased_at,
    )
    asked = case_at_terminal(device, purchase, kind=body.kind, token=body.token, key=key, read=read)
    return _shown(services.decide(asked.case, key=key, mode=body.mode, identified=asked.identified, known=asked.known))


@router.post("/decisions/{decision_id}/commit", response=Moved, auth=at_a_till, summary="Commit a reservation")
def commit(request: HttpRequest, decision_id: UUID, idempotency_key: Key) -> Moved:
    device = calling_device(request)
    status = services.commit(decision_id, key=idempotency_key, actor=device.actor, merchant=credited(device))
    return Moved(decision=decision_id, status=status)


@router.post("/decisions/{decision_id}/void", response=Moved, auth=at_a_till, summary="Take a decision back whole")
def void(request: HttpRequest, decision_id: UUID, idempotency_key: Key) -> Moved:
    device = calling_device(request)
    status = services.void(decision_id, key=idempotency_key, actor=device.actor, merchant=credited(device))
    return Moved(decision=decision_id, status=status)


@router.post(
    "/decisions/{decision_id}/returns", response=ReturnAnswer, auth=at_a_till, summary="Give units of lines back"
)
def give_back(request: HttpRequest, decision_id: UUID, body: Return, idempotency_key: Key) -> ReturnAnswer:
    device = calling_device(request)
    returned = services.return_lines(
        decision_id,
        [(line.id, line.units) for line in body.lines],
        key=idempotency_key,
        actor=device.actor,
        merchant=credited(device),
    )
    lines = [LineOut(id=line, discount_cents=cents) for line, cents in returned.cents_by_line.items()]
    return ReturnAnswer(decision=decision_id, cents=returned.cents, lines=lines)


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


def _shown(answer: Answer) -> dict[str, Any]:
    copy = answer.for_merchant()
    return {
        "decision": UUID(answer.decision),
        "code": copy.code,
        "status": answer.status,
        "discount_cents": copy.discount_cents,
        "lines": [{"id": line, "discount_cents": cents} for line, cents in copy.discount_cents_by_line.items()],
        "remaining": [{"unit": one.unit, "period": one.period, "left": one.left} for one in answer.remaining],
        "reserved_until": datetime.fromisoformat(answer.reserved_until) if answer.reserved_until else None,
    }


def _grants(decision: Decision) -> list[GrantOut]:
    return [
        GrantOut(
            programme=grant.version.programme.name,
            legal_basis=grant.version.programme.legal_basis,
            version=grant.version.number,
            funder=grant.funder,
            line=grant.line,
            cents=grant.cents,
            points=grant.points,
            returned_cents=grant.returned_cents,
            returned_points=grant.returned_points,
        )
        for grant in decision.grants.select_related("version__programme").order_by("line", "pk")
    ]
