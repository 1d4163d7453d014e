"""Tickets and lists of doors as text that a door checks without a network: JWS compact, signed with Ed25519 (RFC 8037).

A ticket says for which event it is and how many it lets in, never whose it is. The private keys, one for each year,
are derived from the platform's secret and kept nowhere.
"""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.crypto import salted_hmac
from jwt.algorithms import OKPAlgorithm

from gis_platform.core import clock
from rules.loyalty.models import Ticket
from rules.loyalty.tickets.errors import TicketForged

ALGORITHM, TICKET, DOOR_LIST = "EdDSA", "city-ticket", "city-door-list"
LENGTH_MAX = 600  # characters of a ticket: what a QR code holds at arm's length
KEY_YEARS = 2  # a ticket is sold in the year before its event at the earliest


def token_of(ticket: Ticket) -> str:
    """The same ticket always gives the same text, so that it need not be stored. Its order and sale are at hand."""
    sale = ticket.order.sale
    claims = {"iss": settings.CITY.id, "jti": str(ticket.pk), "event": sale.event_id, "seats": ticket.seats}
    return sign(claims, kind=TICKET, at=ticket.order.placed_at)


def read(token: str) -> UUID:
    """The id of a ticket that this city has signed, whatever became of it. Raises TicketForged."""
    if len(token) > LENGTH_MAX:
        raise TicketForged
    try:
        head = jwt.get_unverified_header(token)
        if head.get("typ") != TICKET or head.get("kid") not in key_ids():
            raise TicketForged
        claims = jwt.decode(
            token,
            _key(head["kid"], settings.SECRET_KEY).public_key(),
            algorithms=[ALGORITHM],
            issuer=settings.CITY.id,
            options={"require": ["iss", "jti"]},
        )
        return UUID(claims["jti"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise TicketForged from error


def sign(claims: dict[str, Any], *, kind: str, at: datetime) -> str:
    key_id = str(clock.local(at).year)
    headers = {"kid": key_id, "typ": kind}
    return jwt.encode(claims, _key(key_id, settings.SECRET_KEY), algorithm=ALGORITHM, headers=headers)


def key_ids() -> list[str]:
    this_year = clock.today().year
    return [str(this_year - back) for back in range(KEY_YEARS)]


def public_keys() -> list[dict[str, str]]:
    """JSON Web Keys (RFC 7517), to be fetched by a door while it has a network."""
    return [
        OKPAlgorithm.to_jwk(_key(key_id, settings.SECRET_KEY).public_key(), as_dict=True)
        | {"kid": key_id, "use": "sig", "alg": ALGORITHM}
        for key_id in key_ids()
    ]


@cache
def _key(key_id: str, secret: str) -> Ed25519PrivateKey:
    seed = salted_hmac("loyalty.tickets", key_id, secret=secret, algorithm="sha256").digest()
    return Ed25519PrivateKey.from_private_bytes(seed)
