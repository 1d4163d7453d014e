"""What a reader reads, brought to the form under which it is kept: a kind, and a keyed hash of the token."""

import secrets

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from gis_platform.residents.errors import CodeOfAnotherCity, VisitOver
from gis_platform.residents.models import Means
from gis_platform.residents.rotating import looks_rotating

MINTED_BYTES = 18
VISIT = "visit"  # a kind of token that no resident holds: a device gets it with an answer, for what follows
VISIT_S = 15 * 60
VISIT_SALT = "residents.visit"
PRINTED_PREFIX = "P1:"


def hash_of(kind: str, token: str) -> str:
    folded = token.strip()
    if kind == Means.Kind.NFC:  # readers write a serial number as 04:A2:1F, 04a21f or 04 A2 1F
        folded = folded.replace(":", "").replace(" ", "").replace("-", "").upper()
    return salted_hmac("residents.means", f"{kind}\0{folded}", algorithm="sha256").hexdigest()


def kind_of(kind: str, token: str) -> str:
    """A camera sees a QR code, not which of ours it is; the text says so. Raises CodeOfAnotherCity for a print."""
    if kind not in (Means.Kind.QR, Means.Kind.PRINTED, Means.Kind.ROTATING):
        return kind
    text = token.strip()
    if looks_rotating(text):
        return Means.Kind.ROTATING
    if text.startswith(PRINTED_PREFIX):
        if not text.startswith(_printed_here()):
            raise CodeOfAnotherCity
        return Means.Kind.PRINTED
    return kind


def minted(kind: str) -> str:
    """A new token of our own making."""
    token = secrets.token_urlsafe(MINTED_BYTES)
    return f"{_printed_here()}{token}" if kind == Means.Kind.PRINTED else token


def visit_token(means_id: int, by: str) -> str:
    """Lets the same device act for the same card for a while without asking for it again."""
    return signing.dumps([means_id, by], salt=VISIT_SALT)


def means_of_visit(token: str, by: str) -> int:
    """Raises VisitOver for a token that is too old, forged, or of another device."""
    try:
        means_id, device = signing.loads(token, salt=VISIT_SALT, max_age=VISIT_S)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise VisitOver from error
    if device != by:
        raise VisitOver
    return int(means_id)


def _printed_here() -> str:
    return f"{PRINTED_PREFIX}{settings.CITY.id.upper()}:"
