"""Signatures by the Standard Webhooks specification 1.0 (scheme v1, HMAC-SHA256)."""

import base64
import hashlib
import hmac
from datetime import timedelta
from uuid import UUID

from django.utils.crypto import salted_hmac

from gis_platform.core import clock
from gis_platform.integrations.webhooks.models import Subscription

OVERLAP = timedelta(hours=24)  # after a rotation, in which the former secret signs too


def secret_text(subscription: Subscription) -> str:
    """The secret as the receiver keeps it; it is shown when it is made, and not again."""
    return "whsec_" + base64.b64encode(_secret(subscription.key, subscription.generation)).decode()


def headers(subscription: Subscription, *, message_id: str, body: bytes) -> dict[str, str]:
    at = clock.now()
    timestamp = str(int(at.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    generations = [subscription.generation]
    if subscription.rotated_at is not None and at < subscription.rotated_at + OVERLAP:
        generations.append(subscription.generation - 1)
    signatures = (signature(_secret(subscription.key, number), content) for number in generations)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def signature(secret: bytes, content: bytes) -> str:
    """The example of the specification:

    >>> secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> signature(secret, b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    return "v1," + base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()


def _secret(key: UUID, generation: int) -> bytes:
    # Derived from the platform's own key: a copy of the database alone signs nothing.
    return salted_hmac("webhooks.secret", f"{key}:{generation}", algorithm="sha256").digest()
