"""A resident's phone: it gets a secret once, and from then on shows codes that are each taken once."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from gis_platform.core import audit, clock, prepared
from gis_platform.core.actor import acting
from gis_platform.core.luhn import refuse_card_numbers
from gis_platform.residents import rotating
from gis_platform.residents.errors import CodeClockOff, CodeExpired, CodeUsed, MeansUnknown, TooManyPhones
from gis_platform.residents.models import Means, PhoneKey, Resident, SpentCode
from gis_platform.residents.rotating import SKEW_STEPS, Age, Presented
from gis_platform.residents.tokens import hash_of

PHONES_MAX = 5
VALID_FOR = timedelta(days=730)
KEPT_FOR = timedelta(days=14)  # of a used code: longer than any entry that a device may send late
PRUNED_MAX = 10_000  # rows a run


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneCard:
    """What the phone is given once and keeps: nobody can read the secret out again, here or there."""

    means_id: int
    city: str
    card: str
    secret: str
    step_s: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Presentation:
    """By whom a code was read, when, and for which request: the same request may come again with the same code."""

    by: str = ""
    at: datetime | None = None
    key: str = ""


def add_phone(resident: Resident, *, actor: str, label: str) -> PhoneCard:
    """Raises CardNumberRefused and TooManyPhones."""
    refuse_card_numbers(label=label)
    card, at = rotating.new_card(), clock.now()
    written = base64.b64encode(rotating.new_secret()).decode()
    with acting(actor, "phone added"):
        Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)  # two phones at once come one by one
        if resident.means.filter(kind=Means.Kind.ROTATING).usable(at).count() >= PHONES_MAX:
            raise TooManyPhones
        means = Means.objects.create(
            resident=resident,
            kind=Means.Kind.ROTATING,
            token_hash=hash_of(Means.Kind.ROTATING, card),
            label=label,
            expires_at=at + VALID_FOR,
        )
        PhoneKey.objects.create(means=means, secret=written)
        audit.record("residents.means-issued", f"resident:{resident.pk}", means=means.pk, kind=means.kind)
    return PhoneCard(
        means_id=means.pk, city=settings.CITY.id.upper(), card=card, secret=written, step_s=rotating.STEP_S
    )


def take(text: str, presentation: Presentation) -> str:
    """The hash by which the card of a good code is found; the code is spent by that.

    Raises CodeForged, CodeOfAnotherCity, MeansUnknown, CodeExpired, CodeClockOff or CodeUsed. A blocked card's code is
    not spent: what is found by the hash says that it is blocked.
    """
    presented, at = rotating.read(text), presentation.at or clock.now()
    token_hash = hash_of(Means.Kind.ROTATING, presented.card)
    known = PhoneKey.objects.select_related("means")
    key = known.filter(means__kind=Means.Kind.ROTATING, means__token_hash=token_hash).first()
    if key is None:
        raise MeansUnknown
    if key.means.blocked_at is not None:
        return token_hash
    age = rotating.verify(presented, base64.b64decode(str(key.secret)), at)
    if age is Age.AHEAD:
        raise CodeClockOff
    if age is Age.LATE:
        _refuse_late(key, presented, at)
    _spend(key, presented, presentation)
    return token_hash


def prune() -> int:
    """Forgets used codes that are too old to be accepted anyway; returns how many."""
    old = SpentCode.objects.filter(spent_at__lt=clock.now() - KEPT_FOR)
    return SpentCode.objects.filter(pk__in=old.values("pk")[:PRUNED_MAX]).delete()[0]


def _refuse_late(key: PhoneKey, presented: Presented, at: datetime) -> None:
    """A fresh code that is late by as much as the one before comes from a slow clock; anything else from a picture."""
    late_by = rotating.step_at(at) - presented.step
    before_step, before_by = key.late_step, key.late_by
    newer = Q(late_step=None) | Q(late_step__lt=presented.step)
    PhoneKey.objects.filter(newer, pk=key.pk).update(late_step=presented.step, late_by=late_by)
    if before_step is None or before_by is None or before_step >= presented.step:
        raise CodeExpired
    raise CodeClockOff if abs(before_by - late_by) <= SKEW_STEPS else CodeExpired


def _spend(key: PhoneKey, presented: Presented, presentation: Presentation) -> None:
    """One row a code: of two tills that read it at once one inserts it, and the other waits and finds it there."""
    inserted = prepared.row(
        "code_spent",
        {
            "means": key.means_id,
            "step": presented.step,
            "spent_by": presentation.by,
            "request_key": presentation.key,
            "spent_at": clock.now(),
        },
    )
    if inserted is not None:
        return
    first = SpentCode.objects.get(means=key.means_id, step=presented.step)
    if not presentation.key or (first.spent_by, first.request_key) != (presentation.by, presentation.key):
        raise CodeUsed
