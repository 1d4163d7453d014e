"""Tickets and lists of doors as text that a door checks without a network: JWS compact, signed with Ed25519 (RFC 9864).

A ticket says for which event it is and how many it lets in, never whose it is. The private keys, one for each year,
are derived from the platform's secret and kept nowhere.
"""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.crypto import salted_hmac
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, OKPKey

from gis_platform.core import clock
from rules.loyalty.models import Ticket
from rules.loyalty.tickets.errors import TicketForged

ALGORITHM, TICKET, DOOR_LIST = "Ed25519", "city-ticket", "city-door-list"
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
        said = jwt.decode(token, _key_named, algorithms=[ALGORITHM])
        if said.header["typ"] != TICKET or said.claims["iss"] != settings.CITY.id:
            raise TicketForged
        return UUID(said.claims["jti"])
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TicketForged from error


def sign(claims: dict[str, Any], *, kind: str, at: datetime) -> str:
    key_id = str(clock.local(at).year)
    header = {"alg": ALGORITHM, "kid": key_id, "typ": kind}
    return jwt.encode(header, claims, _key(key_id, settings.SECRET_KEY), algorithms=[ALGORITHM])


def key_ids() -> list[str]:
    this_year = clock.today().year
    return [str(this_year - back) for back in range(KEY_YEARS)]


def public_keys() -> list[dict[str, str | list[str]]]:
    """JSON Web Keys (RFC 7517), to be fetched by a door while it has a network."""
    return [
        _key(key_id, settings.SECRET_KEY).as_dict(private=False) | {"kid": key_id, "use": "sig", "alg": ALGORITHM}
        for key_id in key_ids()
    ]


def _key_named(token: GuestProtocol) -> OKPKey:
    key_id = token.headers().get("kid")
    if key_id not in key_ids():
        raise TicketForged
    return _key(key_id, settings.SECRET_KEY)


@cache
def _key(key_id: str, secret: str) -> OKPKey:
    seed = salted_hmac("loyalty.tickets", key_id, secret=secret, algorithm="sha256").digest()
    return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))
