"""Writing verbs of webhooks: subscribe, prepare events, note what became of a delivery."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from gis_platform.core import audit, clock, outbox
from gis_platform.core.actor import acting
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.parsing import from_text
from gis_platform.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from gis_platform.identity.layer_access import readable_layer, row_rule
from gis_platform.identity.models import RowRule, User
from gis_platform.integrations.webhooks.addresses import require_address
from gis_platform.integrations.webhooks.models import Delivery, Subscription
from gis_platform.integrations.webhooks.signing import secret_text
from layers import catalog
from layers.base.conditions import where
from layers.base.feed import Changes, Entry, TokenTooOld, changes_since, present_place
from layers.base.tokens import token

DELIVER = "webhooks.deliver"
SUBSCRIPTIONS_MAX = 100
PAGE = 200  # changes that are prepared in one transaction
BODY_BYTES_MAX = 256 * 1024  # beyond it the receiver fetches the feature itself
OPEN = (Delivery.State.WAITING, Delivery.State.DUE)


class UnknownWebhook(NotFound):
    code = "unknown-webhook"


class TooManyWebhooks(Conflict):
    code = "too-many-webhooks"


def subscribe(user: User, *, layer: str, url: str, condition: str = "") -> tuple[Subscription, str]:
    """The subscription and its secret, which is shown this once; it begins with the changes that come now.

    Raises UnknownLayer, AddressRefused, InvalidInput for a condition that cannot stand, and Forbidden to somebody who
    may not read the whole layer.
    """
    spec = readable_layer(user, layer)
    if row_rule(user, spec, RowRule.Action.READ) is not None:
        raise Forbidden
    require_address(url)
    require_condition(layer, condition)
    with acting(user.actor, "webhook added"):
        if Subscription.objects.count() >= SUBSCRIPTIONS_MAX:
            raise TooManyWebhooks(_("There are {limit} webhooks already.").format(limit=SUBSCRIPTIONS_MAX))
        made = Subscription.objects.create(
            layer=layer, url=url, condition=condition, place=present_place(spec), created_by=user.actor
        )
        audit.record("webhooks.subscribe", f"webhook:{made.pk}", layer=layer, url=url)
    return made, secret_text(made)


def require_condition(layer: str, condition: str) -> None:
    """Raises InvalidInput for a condition that cannot be asked of the layer's public properties."""
    if not condition:
        return
    try:
        where(catalog.layer(layer), from_text(condition), public_only=True)
    except FilterError as error:
        text = _(error.message).format(**error.values)
        raise InvalidInput(text, fields={"condition": text}) from error


def unsubscribe(subscription: Subscription, *, by: User) -> None:
    with acting(by.actor, "webhook removed"):
        audit.record("webhooks.unsubscribe", f"webhook:{subscription.pk}", url=subscription.url)
        subscription.delete()


def rotate_secret(subscription: Subscription, *, by: User) -> str:
    """A new secret; the former one signs beside it for a day."""
    with acting(by.actor, "secret rotated"):
        subscription.generation += 1
        subscription.rotated_at = clock.now()
        subscription.save(update_fields=["generation", "rotated_at"])
        audit.record("webhooks.rotate", f"webhook:{subscription.pk}")
    return secret_text(subscription)


def pause(subscription: Subscription, *, actor: str) -> None:
    with acting(actor, "webhook paused"):
        if Subscription.objects.filter(pk=subscription.pk, paused_at=None).update(paused_at=clock.now()):
            audit.record("webhooks.pause", f"webhook:{subscription.pk}")


def resume(subscription: Subscription, *, by: User) -> None:
    """Goes on where it stopped: what was due is sent, and what happened since is prepared."""
    with acting(by.actor, "webhook resumed"):
        if Subscription.objects.filter(pk=subscription.pk).exclude(paused_at=None).update(paused_at=None):
            audit.record("webhooks.resume", f"webhook:{subscription.pk}")
            for delivery in subscription.deliveries.filter(state=Delivery.State.DUE).order_by("pk"):
                outbox.publish(DELIVER, delivery=delivery.pk)
    prepare(subscription.pk)


def ping(subscription: Subscription, *, actor: str) -> Delivery:
    """Sends a test event, whose token lets the receiver catch up by the change feed."""
    place = present_place(catalog.layer(subscription.layer))
    with acting(actor, "webhook pinged"):
        return _promise(subscription, "ping", None, {"token": token(subscription.layer, place)})


def redeliver(delivery: Delivery, *, by: User) -> bool:
    """Sends an event that was given up, or has been delivered, once more under its own id; False for an open one."""
    with acting(by.actor, "redelivered"):
        ended = Delivery.objects.filter(pk=delivery.pk).exclude(state__in=OPEN)
        if not ended.update(state=Delivery.State.DUE, attempts=0, error=""):
            return False
        audit.record("webhooks.redeliver", f"webhook:{delivery.subscription_id}", message=delivery.message_id)
        outbox.publish(DELIVER, delivery=delivery.pk)
    return True


def prepare(subscription_id: int) -> int:
    """Turns the changes since the last time into deliveries, page by page, and returns how many there are of them."""
    made = 0
    while True:
        with transaction.atomic():
            # The lock keeps two workers from preparing the same changes, and a delivery from ending unnoticed.
            active = Subscription.objects.select_for_update().filter(pk=subscription_id, paused_at=None).first()
            if active is None:
                return made
            number, more = _prepare_page(active)
            made += number
        if not more:
            return made


def settle(delivery: Delivery, *, state: Delivery.State) -> None:
    """Ends a delivery and lets the next event of the same feature go."""
    with transaction.atomic():
        Subscription.objects.select_for_update().get(pk=delivery.subscription_id)
        Delivery.objects.filter(pk=delivery.pk).update(state=state)
        following = Delivery.objects.filter(
            subscription_id=delivery.subscription_id, feature_id=delivery.feature_id, state=Delivery.State.WAITING
        )
        if delivery.feature_id is not None and (first := following.order_by("pk").first()):
            Delivery.objects.filter(pk=first.pk).update(state=Delivery.State.DUE)
            outbox.publish(DELIVER, delivery=first.pk)


def _prepare_page(subscription: Subscription) -> tuple[int, bool]:
    spec = catalog.layer(subscription.layer)
    before = subscription.place
    condition = from_text(subscription.condition) if subscription.condition else None
    try:
        found = changes_since(spec, before, limit=PAGE, condition=condition)
    except TokenTooOld:
        # It was paused for too long: the receiver has to read the layer anew.
        found = Changes(entries=(), place=present_place(spec), more=False)
        _promise(subscription, "layer.resync", None, {"token": token(spec.id, found.place)})
    for entry in found.entries:
        # The token leads to before this page: whoever pulls from it misses nothing.
        _promise(
            subscription,
            f"feature.{entry.operation}",
            entry.feature_id,
            _data(entry) | {"token": token(spec.id, before)},
        )
    if found.place != before:
        Subscription.objects.filter(pk=subscription.pk).update(place=found.place)
    return len(found.entries), found.more


def _data(entry: Entry) -> dict[str, Any]:
    feature: dict[str, Any] | None = None
    if entry.feature is not None:
        feature = {
            "type": "Feature",
            "id": entry.feature_id,
            "geometry": entry.feature.geometry,
            "properties": entry.feature.properties,
        }
    return {"id": entry.feature_id, "version": entry.version, "time": entry.at, "feature": feature}


def _promise(subscription: Subscription, event: str, feature_id: int | None, data: dict[str, Any]) -> Delivery:
    """A delivery in the caller's transaction; it waits while an earlier event of the feature is on its way."""
    here = f"{settings.PUBLIC_URL}/ogc/collections/{subscription.layer}"
    about = {"layer": subscription.layer, "changes": f"{here}/changes"}
    if feature_id is not None:
        about["url"] = f"{here}/items/{feature_id}"
    body = _encoded(event, about | data)
    if len(body.encode()) > BODY_BYTES_MAX:
        body = _encoded(event, about | data | {"feature": None, "truncated": True})
    is_behind = (
        feature_id is not None and subscription.deliveries.filter(feature_id=feature_id, state__in=OPEN).exists()
    )
    delivery = Delivery.objects.create(
        subscription=subscription,
        feature_id=feature_id,
        event=event,
        body=body,
        state=Delivery.State.WAITING if is_behind else Delivery.State.DUE,
    )
    if not is_behind:
        outbox.publish(DELIVER, delivery=delivery.pk)
    return delivery


def _encoded(event: str, data: dict[str, Any]) -> str:
    document = {"type": event, "timestamp": clock.now(), "data": data}
    return DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":")).encode(document)
