"""What the outbox hands to this room: changes to prepare events of, and events to deliver."""

from datetime import timedelta

from django.db.models import F

from gis_platform.core import clock
from gis_platform.core.outbox import PermanentFailure, handler, periodic
from gis_platform.integrations.webhooks import services
from gis_platform.integrations.webhooks.addresses import AddressRefused, target
from gis_platform.integrations.webhooks.models import Delivery, Subscription
from gis_platform.integrations.webhooks.sending import Answer, post
from gis_platform.integrations.webhooks.services import DELIVER
from gis_platform.integrations.webhooks.signing import headers
from layers import catalog
from layers.base.editing import CHANGED
from layers.catalog import UnknownLayer

ATTEMPTS = 16  # with the outbox's growing waits, some six hours
KEPT_FOR = timedelta(days=30)
PRUNED_MAX = 10_000
GONE = 410  # the receiver does not want any more of it (Standard Webhooks)


class DeliveryFailed(Exception):
    """Has to be tried again."""


@handler(CHANGED)
def announce(layer: str, feature: int, version: int, operation: str) -> None:
    """Prepares what the layer's subscribers are told; which feature it was, the history knows."""
    _prepare_all(layer=layer)


@periodic("webhooks-catch-up", every_s=60)
def catch_up() -> None:
    """Prepares what came into a layer by an import or by SQL."""
    _prepare_all()


def _prepare_all(**which: str) -> None:
    for subscription in Subscription.objects.filter(paused_at=None, **which):
        try:
            catalog.layer(subscription.layer)
        except UnknownLayer:
            continue  # it was removed; the subscription waits for it or for somebody who removes it too
        services.prepare(subscription.pk)


@handler(DELIVER, attempts=ATTEMPTS)
def deliver(delivery: int) -> None:
    found = Delivery.objects.select_related("subscription").filter(pk=delivery, state=Delivery.State.DUE).first()
    if found is None or found.subscription.paused_at is not None:
        return
    answer = _attempt(found)
    _note(found, answer)
    if 200 <= answer.status < 300:
        services.settle(found, state=Delivery.State.DONE)
        return
    if answer.status == GONE:
        services.pause(found.subscription, actor="system:webhooks")
    if answer.status == GONE or found.attempts + 1 >= ATTEMPTS:
        services.settle(found, state=Delivery.State.DEAD)
        raise PermanentFailure(f"answered {answer.status}")
    raise DeliveryFailed(f"answered {answer.status}: {answer.error}" if answer.status else answer.error)


@periodic("webhooks-prune", every_s=3600)
def prune() -> None:
    """Forgets deliveries that ended long ago."""
    ended = Delivery.objects.filter(created_at__lt=clock.now() - KEPT_FOR).exclude(state__in=services.OPEN)
    Delivery.objects.filter(pk__in=ended.values("pk")[:PRUNED_MAX]).delete()


def _attempt(delivery: Delivery) -> Answer:
    body = delivery.body.encode()
    try:
        where = target(delivery.subscription.url)
    except (AddressRefused, OSError) as error:
        return Answer(status=0, duration_ms=0, error=str(error)[:500])
    return post(where, body, headers(delivery.subscription, message_id=delivery.message_id, body=body))


def _note(delivery: Delivery, answer: Answer) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=F("attempts") + 1,
        status=answer.status or None,
        duration_ms=answer.duration_ms,
        error=answer.error,
        tried_at=clock.now(),
    )
