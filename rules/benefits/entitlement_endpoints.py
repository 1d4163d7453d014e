"""What a resident may count on, over HTTP: before shopping, at a place or at a shop."""

from dataclasses import asdict
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from gis_platform.core.card_numbers import takes_article_numbers
from gis_platform.identity.guards import SignedIn, account
from gis_platform.residents.accounts import resident_of
from rules.benefits.asking_at import At, found_at
from rules.benefits.endpoints import ReceiptLine
from rules.benefits.entitlements import case_here, entitlements, quote
from rules.engine.receipt import LINES_MAX, Line

router = Router(tags=["benefits"])
takes_article_numbers("api:price", "lines.gtin")

AtText = Annotated[
    str, Query(max_length=80, description="A place or a shop, such as places/12 or merchants/3; everywhere without it.")
]


class EntitlementLeft(Schema):
    unit: str
    period: str
    per: str
    left: int
    limit: int


class EntitlementOut(Schema):
    programme: str
    name: str
    legal_basis: str
    sentences: list[str]
    certain: bool = Field(description="Only the goods decide; false where something else is not known yet.")
    of_the_place: bool = Field(description="It asks about the place or shop; false where it applies everywhere.")
    open: bool = Field(description="Something can be given now.")
    withheld: str = Field(description="The reason code where nothing is given now; empty otherwise.")
    left: list[EntitlementLeft]


class Basket(Schema):
    at: str = Field("", max_length=80)
    lines: list[ReceiptLine] = Field(min_length=1, max_length=LINES_MAX)


class QuotedLine(Schema):
    id: str
    discount_cents: int


class Quoted(Schema):
    """What the till would take off at this moment. It is no promise: others use the same budgets."""

    discount_cents: int
    points: int
    lines: list[QuotedLine]


@router.get("/entitlements", response=list[EntitlementOut], auth=SignedIn(), summary="What am I entitled to here?")
def mine(request: HttpRequest, at: AtText = "") -> list[EntitlementOut]:
    here: At = found_at(at)
    case = case_here(resident_of(account(request)), place=here.place, merchant=here.merchant)
    return [EntitlementOut(**asdict(one), open=one.open) for one in entitlements(case)]


@router.post("/entitlements/quote", response=Quoted, auth=SignedIn(), summary="What would I pay for this?")
def price(request: HttpRequest, body: Basket) -> Quoted:
    here = found_at(body.at)
    lines = [Line(**line.model_dump()) for line in body.lines]
    case = case_here(resident_of(account(request)), place=here.place, merchant=here.merchant, lines=lines)
    outcome = quote(case).outcome
    taken = outcome.cents_by_line()
    return Quoted(
        discount_cents=outcome.total_cents,
        points=outcome.total_points,
        lines=[QuotedLine(id=line.id, discount_cents=taken.get(line.id, 0)) for line in lines],
    )
