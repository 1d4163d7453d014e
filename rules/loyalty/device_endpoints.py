"""Readers at places over HTTP: a card that is shown there checks its holder in."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Router, Schema

from gis_platform.core.idempotency import StoredAnswer, once
from gis_platform.devices.authentication import DeviceKey, calling_device
from gis_platform.residents.phones import Presentation
from gis_platform.residents.services import identify
from rules.loyalty.by_device import AT_READERS, check_in_by_device, shown_at_reader

router = Router(tags=["check-ins"])


class CardShown(Schema):
    """`kind` and `token` are what the reader read from a card, tag or code; or `visit`, to go on."""

    kind: str = Field(max_length=12)
    token: str = Field(max_length=256)


class ReaderAdvice(Schema):
    code: str
    advice: str


class CheckedIn(Schema):
    """All that a reader learns of somebody whom it checks in."""

    decision: str
    points: int
    reasons: list[ReaderAdvice]


@router.post(
    "/devices/check-ins", response={201: CheckedIn}, auth=DeviceKey(*AT_READERS), summary="Check in who shows a card"
)
def check_in(
    request: HttpRequest, body: CardShown, idempotency_key: Annotated[str, Header(alias="Idempotency-Key")]
) -> HttpResponse:
    device = calling_device(request)

    def run() -> StoredAnswer:
        resident = identify(body.kind, body.token, Presentation(by=device.actor, key=idempotency_key))
        return StoredAnswer.of(shown_at_reader(check_in_by_device(resident, device)), status=201)

    scope = f"check-in:{device.actor}"
    return once(scope=scope, key=idempotency_key, body=request.body, run=run).response()
