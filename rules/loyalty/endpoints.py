"""Check-ins of the signed-in resident, and the public heat map."""

import json
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from ninja import Field, Header, Query, Router, Schema
from pydantic import AwareDatetime, BaseModel

from gis_platform.identity.guards import SignedIn, account
from gis_platform.residents.accounts import resident_of
from gis_platform.residents.models import Resident
from rules.loyalty import services
from rules.loyalty.models import CheckIn
from rules.loyalty.queries import HOURS_MAX, as_geojson, heat_map, heat_map_version

router = Router(tags=["check-ins"])
MINE_MAX = 100
HEAT_MAP_FRESH_S = 60


# Not ninja's schemas, which look at each part in Python.
class Position(BaseModel):
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    accuracy_m: float = Field(ge=0, le=100_000, allow_inf_nan=False)
    taken_at: AwareDatetime


class Scan(BaseModel):
    label: str = Field(max_length=64, description="The token of the scanned label, the last part of its address.")
    position: Position | None = None
    phone: str = Field(
        "", max_length=64, description="A random name that this phone keeps; the same for all its users."
    )


class Advice(Schema):
    code: str
    advice: str


class CheckInShown(Schema):
    id: int
    place: int
    name: str
    at: datetime
    decision: str
    score: int
    reasons: list[Advice]
    points: int
    benefit: str | None = Field(None, description="The decision of the benefits; see /decisions/{id}.")


@router.post("/check-ins", response={201: CheckInShown}, auth=SignedIn(), summary="Check in at a place")
def check_in(
    request: HttpRequest, body: Scan, idempotency_key: Annotated[str, Header(alias="Idempotency-Key")]
) -> HttpResponse:
    return checked_in(resident_of(account(request)), body, key=idempotency_key, body=request.body)


def checked_in(resident: Resident, scan: Scan, *, key: str, body: bytes) -> HttpResponse:
    """Raises what `services.check_in` raises."""
    fix = services.Fix(**dict(scan.position)) if scan.position else None
    answer = services.check_in(resident, label=scan.label, fix=fix, phone=scan.phone, idempotency_key=key, body=body)
    return answer.response()


@router.get("/check-ins", response=list[CheckInShown], auth=SignedIn(), summary="My check-ins, newest first")
def my_check_ins(request: HttpRequest) -> list[dict[str, object]]:
    mine = CheckIn.objects.filter(resident=resident_of(account(request))).select_related("place")
    return [services.shown(record) for record in mine[:MINE_MAX]]


@router.get("/check-ins/heat-map", response=None, summary="Where people check in: H3 cells as GeoJSON")
def check_in_heat_map(request: HttpRequest, hours: Annotated[int, Query(ge=1, le=HOURS_MAX)] = 24) -> HttpResponse:
    # Looked up before anything is counted: maps that ask again and again mostly get 304.
    etag = f'"{heat_map_version(hours)}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        json.dumps(as_geojson(heat_map(hours))), content_type="application/geo+json"
    )
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={HEAT_MAP_FRESH_S}"
    return response
