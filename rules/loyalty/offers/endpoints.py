"""A resident's position, compared and forgotten, and the offers that it brought."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from gis_platform.identity.guards import SignedIn, account
from gis_platform.residents.accounts import resident_of
from rules.loyalty.models import Offer
from rules.loyalty.offers import giving
from rules.loyalty.offers.matching import Position

router = Router(tags=["offers"])
INSIDE_MAX = 200


class PositionIn(Schema):
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    accuracy_m: float = Field(ge=0, le=100_000, allow_inf_nan=False)
    taken_at: AwareDatetime
    inside: list[int] | None = Field(
        None, max_length=INSIDE_MAX, description="What the last answer said; nothing for a first position."
    )


class OfferShown(Schema):
    offer: int
    title: str
    text: str
    valid_to: datetime


class AroundShown(Schema):
    offers: list[OfferShown]
    inside: list[int] = Field(description="To be sent with the next position: the platform does not remember it.")


class GivenShown(OfferShown):
    at: datetime


@router.post("/positions", response=AroundShown, auth=SignedIn(), summary="I am here: what offers are around?")
def position(request: HttpRequest, body: PositionIn) -> AroundShown:
    """Needs the consent `location-offers`. The position is not stored."""
    fix = Position(longitude=body.longitude, latitude=body.latitude, accuracy_m=body.accuracy_m)
    found = giving.around(resident_of(account(request)), fix, taken_at=body.taken_at, inside=body.inside)
    return AroundShown(offers=[_shown(offer) for offer in found.offers], inside=list(found.inside))


@router.get("/offers", response=list[GivenShown], auth=SignedIn(), summary="My offers, newest first")
def mine(request: HttpRequest) -> list[GivenShown]:
    given = giving.given_to(resident_of(account(request)))
    return [GivenShown(**_shown(one.offer).model_dump(), at=one.at) for one in given]


def _shown(offer: Offer) -> OfferShown:
    return OfferShown(offer=offer.pk, title=str(offer), text=offer.text, valid_to=offer.valid_to)
