"""Recognising residents, and the means by which it is done."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock, prepared
from gis_platform.core.actor import acting
from gis_platform.core.errors import InvalidInput
from gis_platform.core.luhn import holds_card_number, refuse_card_numbers
from gis_platform.residents import phones
from gis_platform.residents.errors import (
    CodeOfAnotherCity,
    MeansBlocked,
    MeansExpired,
    MeansTaken,
    MeansUnknown,
    VisitOver,
)
from gis_platform.residents.models import Means, Resident
from gis_platform.residents.models.means import LABEL_LENGTH
from gis_platform.residents.phones import Presentation
from gis_platform.residents.standing import ADULT_FROM, Recognised, Standing
from gis_platform.residents.tokens import VISIT, hash_of, kind_of, means_of_visit, minted

TOKEN_LENGTH = range(4, 257)  # the shortest NFC serial number has 4 bytes; a partner's credential may be long
ISSUABLE = tuple(kind for kind in Means.Kind.values if kind != Means.Kind.ROTATING)  # a phone gets its own key instead
SOMEBODY = Presentation()


def identify(kind: str, token: str, presentation: Presentation = SOMEBODY) -> Resident:
    """The resident behind a card or code, as `means_behind`."""
    return means_behind(kind, token, presentation).resident


def means_behind(kind: str, token: str, presentation: Presentation = SOMEBODY) -> Means:
    """The card or code, with its resident. A changing code is spent by that.

    Raises CardNumberRefused or one of MeansRefused's family.
    """
    kind, token_hash = _sought(kind, token, presentation)
    means = Means.objects.select_related("resident").filter(kind=kind, token_hash=token_hash).first()
    if means is None:
        raise MeansUnknown
    _require_usable(means.blocked_at, means.expires_at)
    return means


def recognise(kind: str, token: str, *, on: date, presentation: Presentation = SOMEBODY) -> Recognised:
    """As `identify`, with what holds of the resident on a local day: all that a decision asks, in one statement."""
    kind, token_hash = _sought(kind, token, presentation)
    found = prepared.row(
        "resident_recognised",
        {"kind": kind, "token_hash": token_hash, "day": on, "adult_from": ADULT_FROM},
    )
    return recognised(found)


def recognised(found: Sequence[Any] | None) -> Recognised:
    """From a row of `resident_recognised`."""
    if found is None:
        raise MeansUnknown
    blocked_at, expires_at, pk, handle, birth_date, *then = found
    _require_usable(blocked_at, expires_at)
    return Recognised(pk=pk, handle=str(handle), birth_date=birth_date, standing=Standing.of(*then))


def kept_under(kind: str, token: str) -> tuple[str, str] | None:
    """The kind and hash by which a card is found that is not changed by being shown; None for all else."""
    if kind == VISIT or holds_card_number(token):
        return None
    try:
        kind = kind_of(kind, token)
    except CodeOfAnotherCity:
        return None
    return None if kind == Means.Kind.ROTATING else (kind, hash_of(kind, token))


def issue_means(
    resident: Resident,
    *,
    kind: str,
    token: str,
    actor: str,
    label: str = "",
    series: str = "",
    expires_at: datetime | None = None,
) -> Means:
    """Ties a card or code to a resident. Raises InvalidInput (CardNumberRefused among them) or MeansTaken."""
    refuse_card_numbers(token=token, label=label, series=series)
    if kind not in ISSUABLE:
        raise InvalidInput(fields={"kind": _("There is no such kind of card")})
    if len(token.strip()) not in TOKEN_LENGTH:
        raise InvalidInput(fields={"token": _("A token has 4 to 256 characters")})
    with acting(actor, "means issued"):
        try:
            with transaction.atomic():
                means = Means.objects.create(
                    resident=resident,
                    kind=kind,
                    token_hash=hash_of(kind, token),
                    label=label,
                    series=series,
                    expires_at=expires_at,
                )
        except IntegrityError:
            raise MeansTaken from None
        audit.record("residents.means-issued", f"resident:{resident.pk}", means=means.pk, kind=kind)
    return means


def mint_means(
    resident: Resident, *, kind: str, actor: str, label: str = "", series: str = "", expires_at: datetime | None = None
) -> tuple[Means, str]:
    """A new code of our own making, for a QR code or a print; the token is known to the caller alone."""
    token = minted(kind)
    means = issue_means(
        resident, kind=kind, token=token, actor=actor, label=label, series=series, expires_at=expires_at
    )
    return means, token


def block_means(means: Means, *, actor: str, reason: str = "") -> bool:
    """Blocks one card or code at once and leaves the others; False when it was blocked before."""
    with acting(actor, reason or "means blocked"):
        blocked = Means.objects.filter(pk=means.pk, blocked_at=None).update(blocked_at=clock.now(), unprinted=None)
        if blocked:
            audit.record("residents.means-blocked", f"resident:{means.resident_id}", means=means.pk)
    return blocked == 1


def rename_means(means: Means, label: str, *, actor: str) -> None:
    """Raises CardNumberRefused, and InvalidInput for a name that is too long."""
    refuse_card_numbers(label=label)
    if len(label) > LABEL_LENGTH:
        raise InvalidInput(fields={"label": _("A name has up to 100 characters")})
    with acting(actor, "means renamed"):
        Means.objects.filter(pk=means.pk).update(label=label.strip())
        audit.record("residents.means-renamed", f"resident:{means.resident_id}", means=means.pk)


def _sought(kind: str, token: str, presentation: Presentation) -> tuple[str, str]:
    """Under which kind and hash the card is kept that was presented."""
    refuse_card_numbers(token=token)
    if kind == VISIT:
        begun = Means.objects.filter(pk=means_of_visit(token, presentation.by)).values_list("kind", "token_hash")
        found = begun.first()
        if found is None:
            raise VisitOver
        return found
    kind = kind_of(kind, token)
    if kind == Means.Kind.ROTATING:
        return kind, phones.take(token, presentation)
    return kind, hash_of(kind, token)


def _require_usable(blocked_at: datetime | None, expires_at: datetime | None) -> None:
    if blocked_at is not None:
        raise MeansBlocked
    if expires_at is not None and expires_at <= clock.now():
        raise MeansExpired
