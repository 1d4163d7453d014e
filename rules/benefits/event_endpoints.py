"""Events that a resident's phone tells of."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from gis_platform.identity.guards import SignedIn, account
from gis_platform.residents.accounts import resident_of
from rules.benefits import explaining, triggering
from rules.benefits.queries import decision_for

router = Router(tags=["benefits"])


class ZonePosition(Schema):
    """`consent` says that the person was asked, for this once; the position is compared and not stored."""

    consent: Literal[True]
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    accuracy_m: float = Field(ge=0, le=100_000, allow_inf_nan=False)
    taken_at: AwareDatetime


class EnteredOut(Schema):
    zone: str
    decision: UUID
    points: int
    sentences: list[str]


class ZonesOut(Schema):
    entered: list[EnteredOut] = Field(description="Only zones that give something, each once a day.")


@router.post("/zone-entries", response=ZonesOut, auth=SignedIn(), summary="I am here: what do the zones around give?")
def enter_zones(request: HttpRequest, body: ZonePosition) -> ZonesOut:
    """Sent again on the same day, a zone gives the same answer and nothing more."""
    user = account(request)
    fix = triggering.Fix(
        longitude=body.longitude, latitude=body.latitude, accuracy_m=body.accuracy_m, taken_at=body.taken_at
    )
    entered = triggering.zone_entered(resident_of(user), fix)
    return ZonesOut(
        entered=[
            EnteredOut(
                zone=one.zone,
                decision=UUID(one.answer.decision),
                points=one.answer.points,
                sentences=explaining.in_words(decision_for(user, UUID(one.answer.decision))),
            )
            for one in entered
        ]
    )
