"""Residents bring residents: a code to give away, and points for both when the newcomer first checks in.

The newcomer has not checked in anywhere and names one inviter, once. Nobody invites himself, nor whoever invited him,
over any number of steps. The inviter earns for PAID_A_YEAR_MAX newcomers in a calendar year; newcomers always earn.
"""

import secrets
from datetime import datetime, time

from django.conf import settings
from django.db import transaction

from gis_platform.core import clock
from gis_platform.residents.models import Resident
from rules.loyalty import points
from rules.loyalty.errors import InvitationCircle, InvitationUnknown, InvitedAlready, NotANewcomer, OwnInvitation
from rules.loyalty.models import CheckIn, Invitation, Referral
from rules.loyalty.rewards import ALPHABET

CODE_LENGTH = 6
INVITER_POINTS, NEWCOMER_POINTS = 50, 25
PAID_A_YEAR_MAX = 10
CHAIN_MAX = 1000  # steps back to whoever came first
INVITER_KIND, NEWCOMER_KIND = "invited", "newcomer"


def code_of(resident: Resident) -> str:
    """The code that the resident may give to others; the same every time."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return Invitation.objects.get_or_create(resident=resident, defaults={"code": code})[0].code


def accept(newcomer: Resident, code: str) -> Referral:
    """Raises InvitationUnknown, OwnInvitation, InvitedAlready, NotANewcomer or InvitationCircle."""
    invitation = Invitation.objects.select_related("resident").filter(code=code.strip().upper()).first()
    if invitation is None:
        raise InvitationUnknown
    inviter = invitation.resident
    if inviter.pk == newcomer.pk:
        raise OwnInvitation
    with transaction.atomic():
        # Both in one order: two who invite each other at the same time follow each other here.
        list(Resident.objects.select_for_update(no_key=True).filter(pk__in=(inviter.pk, newcomer.pk)).order_by("pk"))
        if Referral.objects.filter(newcomer=newcomer).exists():
            raise InvitedAlready
        if CheckIn.objects.filter(resident=newcomer, decision=CheckIn.Decision.ACCEPTED).exists():
            raise NotANewcomer
        if newcomer.pk in _chain(inviter):
            raise InvitationCircle
        return Referral.objects.create(inviter=inviter, newcomer=newcomer, at=clock.now())


def reward_after(record: CheckIn) -> bool:
    """Pays for a newcomer's first check-in, once; False when nobody had invited or it is paid."""
    referral = Referral.objects.filter(newcomer=record.resident_id, rewarded_at=None).select_related("inviter").first()
    if referral is None:
        return False
    with transaction.atomic():
        # The inviter's row is the turn for counting how many were paid.
        inviter = Resident.objects.select_for_update(no_key=True).get(pk=referral.inviter_id)
        paid = (
            Referral.objects.filter(inviter=inviter, paid=True, rewarded_at__gte=_new_year()).count() < PAID_A_YEAR_MAX
        )
        moved = Referral.objects.filter(pk=referral.pk, rewarded_at=None).update(rewarded_at=clock.now(), paid=paid)
        if not moved:
            return False
        reference = f"referral:{referral.pk}"
        points.earn(record.resident.handle, NEWCOMER_POINTS, kind=NEWCOMER_KIND, reference=reference)
        if paid:
            points.earn(inviter.handle, INVITER_POINTS, kind=INVITER_KIND, reference=reference)
    return True


def _chain(resident: Resident) -> set[int]:
    """Who invited this one, who invited those, and so on."""
    found: set[int] = set()
    current: int | None = resident.pk
    while current is not None and len(found) < CHAIN_MAX:
        current = Referral.objects.filter(newcomer=current).values_list("inviter", flat=True).first()
        if current is not None:
            found.add(current)
    return found


def _new_year() -> datetime:
    return datetime.combine(clock.today().replace(month=1, day=1), time.min, settings.CITY.time_zone)
