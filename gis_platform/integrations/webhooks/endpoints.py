"""Webhooks by the API: for staff who connect other systems."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from gis_platform.identity.guards import account
from gis_platform.integrations.webhooks import services
from gis_platform.integrations.webhooks.models import Delivery, Subscription
from gis_platform.integrations.webhooks.services import UnknownWebhook

DELIVERIES_SHOWN = 100

router = Router(tags=["webhooks"])


class Wanted(Schema):
    layer: str = Field(max_length=60)
    url: str = Field(max_length=1000, description="Where the events are sent to; https in production")
    condition: str = Field("", max_length=20_000, description="CQL2 text; empty for every feature of the layer")


class Webhook(Schema):
    id: int
    layer: str
    url: str
    condition: str
    created_at: datetime
    paused_at: datetime | None


class NewWebhook(Webhook):
    secret: str = Field(description="Shown this once; it signs by the Standard Webhooks specification")


class Secret(Schema):
    secret: str


class Event(Schema):
    id: int
    message_id: str
    event: str
    state: str
    attempts: int
    status: int | None
    duration_ms: int | None
    error: str
    created_at: datetime
    tried_at: datetime | None


@router.get("/webhooks", response=list[Webhook], summary="All webhooks")
def webhooks(request: HttpRequest) -> list[Subscription]:
    return list(Subscription.objects.all())


@router.post("/webhooks", response={201: NewWebhook}, summary="Be told of a layer's changes")
def subscribe(request: HttpRequest, body: Wanted) -> Status[Subscription]:
    made, secret = services.subscribe(account(request), layer=body.layer, url=body.url, condition=body.condition)
    made.refresh_from_db()
    made.secret = secret  # type: ignore[attr-defined]  # of the answer, not of the record
    return Status(201, made)


@router.delete("/webhooks/{webhook_id}", response={204: None}, summary="Remove a webhook")
def unsubscribe(request: HttpRequest, webhook_id: int) -> Status[None]:
    services.unsubscribe(_webhook(webhook_id), by=account(request))
    return Status(204, None)


@router.post("/webhooks/{webhook_id}/ping", response={202: Event}, summary="Send a test event")
def ping(request: HttpRequest, webhook_id: int) -> Status[Delivery]:
    sent = services.ping(_webhook(webhook_id), actor=account(request).actor)
    sent.refresh_from_db()
    return Status(202, sent)


@router.post("/webhooks/{webhook_id}/pause", response=Webhook, summary="Send nothing for a while")
def pause(request: HttpRequest, webhook_id: int) -> Subscription:
    services.pause(_webhook(webhook_id), actor=account(request).actor)
    return _webhook(webhook_id)


@router.post("/webhooks/{webhook_id}/resume", response=Webhook, summary="Go on where it was paused")
def resume(request: HttpRequest, webhook_id: int) -> Subscription:
    services.resume(_webhook(webhook_id), by=account(request))
    return _webhook(webhook_id)


@router.post("/webhooks/{webhook_id}/secret", response=Secret, summary="Replace the secret")
def rotate(request: HttpRequest, webhook_id: int) -> Secret:
    return Secret(secret=services.rotate_secret(_webhook(webhook_id), by=account(request)))


@router.get("/webhooks/{webhook_id}/deliveries", response=list[Event], summary="The latest events and their fate")
def deliveries(request: HttpRequest, webhook_id: int) -> list[Delivery]:
    return list(_webhook(webhook_id).deliveries.all()[:DELIVERIES_SHOWN])


@router.post("/webhooks/{webhook_id}/deliveries/{event_id}", response=Event, summary="Send an event again")
def redeliver(request: HttpRequest, webhook_id: int, event_id: int) -> Delivery:
    found = _webhook(webhook_id).deliveries.filter(pk=event_id).first()
    if found is None:
        raise UnknownWebhook(_("There is no such event."))
    services.redeliver(found, by=account(request))
    found.refresh_from_db()
    return found


def _webhook(webhook_id: int) -> Subscription:
    found = Subscription.objects.filter(pk=min(webhook_id, 2**63 - 1)).first()
    if found is None:
        raise UnknownWebhook(_("There is no such webhook."))
    return found
