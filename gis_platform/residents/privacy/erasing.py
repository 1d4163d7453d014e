"""To be forgotten: asked for by the resident, done or refused by a clerk within the month that the law gives."""

from collections import Counter
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import Conflict, Forbidden, InvalidInput
from gis_platform.identity.models import User
from gis_platform.residents.models import Erasure, Resident
from gis_platform.residents.privacy.rules import RULES, Erase, Rule

DUE_WITHIN = timedelta(days=30)  # a month: GDPR, article 12(3)
State = Erasure.State


class ErasureAsked(Conflict):
    code = "erasure-asked-already"
    title = _("The erasure was asked for already")


class ErasureAnswered(Conflict):
    code = "erasure-answered"
    title = _("The request was answered or taken back already")


class OwnErasure(Forbidden):
    code = "own-erasure"
    title = _("A colleague answers the request of a clerk")


def ask(resident: Resident, *, actor: str) -> Erasure:
    """Raises ErasureAsked."""
    with acting(actor, "erasure asked for"):
        try:
            with transaction.atomic():
                asked = Erasure.objects.create(
                    resident=resident, asked_at=clock.now(), due_on=clock.today() + DUE_WITHIN, asked_by=actor
                )
        except IntegrityError:
            raise ErasureAsked from None
        audit.record("residents.erasure-asked", f"resident:{resident.pk}", erasure=str(asked.pk))
    return asked


def take_back(resident: Resident, *, actor: str) -> None:
    with acting(actor, "erasure taken back"):
        asked = Erasure.objects.filter(resident=resident, state=State.ASKED)
        if asked.update(state=State.TAKEN_BACK, answered_at=clock.now(), answered_by=actor) != 1:
            raise ErasureAnswered


def refuse(request: Erasure, *, reason: str, actor: str) -> None:
    """The resident reads the reason. Raises InvalidInput, OwnErasure or ErasureAnswered."""
    if not reason.strip():
        sentence = _("Say why, so that the resident can answer")
        raise InvalidInput(sentence, fields={"reason": sentence})
    with acting(actor, "erasure refused"):
        _claim(request, State.REFUSED, reason=reason.strip()[:500], actor=actor)
        audit.record("residents.erasure-refused", f"resident:{request.resident_id}", erasure=str(request.pk))


def erase(request: Erasure, *, actor: str) -> dict[str, int]:
    """How many records of each kind went or stay without a name. What is booked under the handle stays booked.

    Raises OwnErasure or ErasureAnswered.
    """
    with acting(actor, "resident erased"):
        _claim(request, State.DONE, actor=actor)
        assert request.resident_id is not None  # or it would have been done
        resident = Resident.objects.select_for_update().get(pk=request.resident_id)
        key, counts = resident.pk, Counter[str]()
        # A card that was joined into this one is of the same person, and asleep.
        asleep = Resident.objects.filter(joined_into__kept=resident, joined_into__undone_at=None)
        for one in (*asleep, resident):
            counts.update(_applied(one))
            user = one.user
            one.delete()
            if user is not None:
                counts["account"] += _forget(user)
        Erasure.objects.filter(pk=request.pk).update(counts=counts, asked_by="resident")
        audit.record("residents.erased", f"resident:{key}", erasure=str(request.pk))
    return counts


def _applied(resident: Resident) -> dict[str, int]:
    """Some records are held fast by others of the same person, so what cannot go yet is tried again after the rest."""
    counts: dict[str, int] = {}
    waiting = list(RULES.values())
    while waiting:
        held = [rule for rule in waiting if not _done(rule, resident, counts)]
        if len(held) == len(waiting):
            names = ", ".join(rule.label for rule in held)
            raise AssertionError(f"records that hold each other fast: {names}")
        waiting = held
    return counts


def _done(rule: Rule, resident: Resident, counts: dict[str, int]) -> bool:
    found = rule.of(resident)
    number = found.count()
    try:
        with transaction.atomic():
            if rule.erase is Erase.DETACH:
                found.update(**{rule.field: None})
            else:
                found.delete()
    except (ProtectedError, RestrictedError, IntegrityError):
        return False
    if number:
        counts[rule.label] = counts.get(rule.label, 0) + number
    return True


def _forget(user: User) -> int:
    """The account of a colleague stays theirs for work. One that others refer to stays without a name or a way in."""
    if user.is_staff or user.role_names:
        return 0
    try:
        with transaction.atomic():
            user.delete()
    except (ProtectedError, RestrictedError, IntegrityError):
        user.set_unusable_password()
        User.objects.filter(pk=user.pk).update(
            username=f"erased-{user.pk}",
            email="",
            first_name="",
            last_name="",
            display_name="",
            is_active=False,
            password=user.password,
        )
    return 1


def _claim(request: Erasure, to: Erasure.State, *, actor: str, reason: str = "") -> None:
    resident = request.resident
    if resident is not None and resident.user_id is not None and actor == f"user:{resident.user_id}":
        raise OwnErasure
    asked = Erasure.objects.filter(pk=request.pk, state=State.ASKED)
    if asked.update(state=to, answered_at=clock.now(), answered_by=actor, reason=reason) != 1:
        raise ErasureAnswered
