"""Recognising residents, and the means by which it is done."""

import secrets
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock, prepared
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError, Conflict, InvalidInput
from gis_platform.core.luhn import refuse_card_numbers
from gis_platform.residents.models import Means, Resident
from gis_platform.residents.standing import ADULT_FROM, Recognised, Standing

TOKEN_LENGTH = range(4, 257)  # the shortest NFC serial number has 4 bytes; a partner's credential may be long
MINTED_BYTES = 18


class MeansUnknown(CityError):
    code = "means-unknown"
    status = 404
    title = _("Nobody is known by this card or code")


class MeansBlocked(CityError):
    code = "means-blocked"
    status = 403
    title = _("This card or code is blocked; the resident's other cards still work")


class MeansExpired(CityError):
    code = "means-expired"
    status = 403
    title = _("This card or code has expired; the resident's other cards still work")


class MeansTaken(Conflict):
    code = "means-taken"
    title = _("This card or code belongs to somebody already")


def identify(kind: str, token: str) -> Resident:
    """The resident behind a card or code. Raises CardNumberRefused, MeansUnknown, MeansBlocked or MeansExpired."""
    refuse_card_numbers(token=token)
    means = Means.objects.select_related("resident").filter(kind=kind, token_hash=_hash(kind, token)).first()
    if means is None:
        raise MeansUnknown
    _require_usable(means.blocked_at, means.expires_at)
    return means.resident


def recognise(kind: str, token: str, *, on: date) -> Recognised:
    """As `identify`, with what holds of the resident on a local day: all that a decision asks, in one statement."""
    refuse_card_numbers(token=token)
    found = prepared.row(
        "resident_recognised",
        {"kind": kind, "token_hash": _hash(kind, token), "day": on, "adult_from": ADULT_FROM},
    )
    if found is None:
        raise MeansUnknown
    blocked_at, expires_at, pk, handle, birth_date, *then = found
    _require_usable(blocked_at, expires_at)
    return Recognised(pk=pk, handle=str(handle), birth_date=birth_date, standing=Standing.of(*then))


def _require_usable(blocked_at: datetime | None, expires_at: datetime | None) -> None:
    if blocked_at is not None:
        raise MeansBlocked
    if expires_at is not None and expires_at <= clock.now():
        raise MeansExpired


def issue_means(
    resident: Resident, *, kind: str, token: str, actor: str, label: str = "", expires_at: datetime | None = None
) -> Means:
    """Ties a card or code to a resident. Raises InvalidInput (CardNumberRefused among them) or MeansTaken."""
    refuse_card_numbers(token=token, label=label)
    if kind not in Means.Kind.values:
        raise InvalidInput(fields={"kind": _("There is no such kind of card")})
    if len(token.strip()) not in TOKEN_LENGTH:
        raise InvalidInput(fields={"token": _("A token has 4 to 256 characters")})
    with acting(actor, "means issued"):
        try:
            with transaction.atomic():
                means = Means.objects.create(
                    resident=resident, kind=kind, token_hash=_hash(kind, token), label=label, expires_at=expires_at
                )
        except IntegrityError:
            raise MeansTaken from None
        audit.record("residents.means-issued", f"resident:{resident.pk}", means=means.pk, kind=kind)
    return means


def mint_means(
    resident: Resident, *, kind: str, actor: str, label: str = "", expires_at: datetime | None = None
) -> tuple[Means, str]:
    """A new code of our own making, for a QR code or a print; the token is known to the caller alone."""
    token = secrets.token_urlsafe(MINTED_BYTES)
    means = issue_means(resident, kind=kind, token=token, actor=actor, label=label, expires_at=expires_at)
    return means, token


def block_means(means: Means, *, actor: str, reason: str = "") -> bool:
    """Blocks one card or code at once and leaves the others; False when it was blocked before."""
    with acting(actor, reason or "means blocked"):
        blocked = Means.objects.filter(pk=means.pk, blocked_at=None).update(blocked_at=clock.now())
        if blocked:
            audit.record("residents.means-blocked", f"resident:{means.resident_id}", means=means.pk)
    return blocked == 1


def _hash(kind: str, token: str) -> str:
    folded = token.strip()
    if kind == Means.Kind.NFC:  # readers write a serial number as 04:A2:1F, 04a21f or 04 A2 1F
        folded = folded.replace(":", "").replace(" ", "").replace("-", "").upper()
    return salted_hmac("residents.means", f"{kind}\0{folded}", algorithm="sha256").hexdigest()
