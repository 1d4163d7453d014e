"""Joining and parting with what the books know by the card's handle: it goes with the card, in the same transaction."""

from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from gis_platform.residents import joining
from gis_platform.residents.models import Join, Resident
from rules.benefits.models import Usage, Voucher
from rules.loyalty import points
from rules.loyalty.models import TicketOrder, WaitingEntry

JOINED, PARTED = "points-joined", "points-parted"  # kinds of entries
HELD: tuple[type[models.Model], ...] = (TicketOrder, WaitingEntry, Voucher)
ONE_USE = ("programme_id", "code", "period_start")


@transaction.atomic
def join(kept: Resident, joined: Resident, *, actor: str) -> Join:
    """Raises JoinRefused. The points count anew as if earned today: nobody loses by joining."""
    done = joining.join(kept, joined, actor=actor)
    carried = points.held(joined.handle).points
    if carried:
        points.spend(joined.handle, carried, reference=_reference(done))
        points.earn(kept.handle, carried, kind=JOINED, reference=_reference(done))
    taken = {model._meta.label: _take_over(model, kept, joined) for model in HELD}
    done.moved |= {"points": carried, "held": taken, "used": _add_use(kept, joined)}
    done.save(update_fields=["moved"])
    return done


@transaction.atomic
def undo(done: Join, *, actor: str) -> None:
    """Raises UndoTooLate or JoinRefused. What was spent meanwhile is owed by the card that spent it."""
    joining.undo(done, actor=actor)
    if carried := done.moved.get("points", 0):
        points.take_back(done.kept.handle, carried, kind=PARTED, reference=_reference(done))
        points.give_back(done.joined.handle, carried, reference=_reference(done))
    for model in HELD:
        keys = done.moved.get("held", {}).get(model._meta.label, [])
        model._base_manager.filter(pk__in=keys, holder=_holder(done.kept)).update(holder=_holder(done.joined))
    for use in done.moved.get("used", []):
        one = {name: use[name] for name in ONE_USE}
        Usage.objects.filter(holder=_holder(done.kept), **one).update(used=Greatest(F("used") - use["used"], 0))


def _take_over(model: type[models.Model], kept: Resident, joined: Resident) -> list[str]:
    found: models.QuerySet[Any] = model._base_manager.filter(holder=_holder(joined))
    if model is WaitingEntry:  # who waits for a tariff twice keeps the place of the kept card
        own = WaitingEntry.objects.filter(holder=_holder(kept), order=None)
        found = found.exclude(order=None, tariff__in=own.values("tariff"))
    keys = list(found.values_list("pk", flat=True))
    model._base_manager.filter(pk__in=keys).update(holder=_holder(kept))
    return [str(key) for key in keys]


def _add_use(kept: Resident, joined: Resident) -> list[dict[str, Any]]:
    """What the joined card used of a benefit counts against the limits of the kept one: two cards are no two shares."""
    added = []
    for use in Usage.objects.filter(holder=_holder(joined), used__gt=0).values(*ONE_USE, "since", "used"):
        one = {name: use[name] for name in ONE_USE}
        Usage.objects.get_or_create(holder=_holder(kept), **one, defaults={"since": use["since"], "used": 0})
        Usage.objects.filter(holder=_holder(kept), **one).update(used=F("used") + use["used"])
        added.append(one | {"period_start": use["period_start"].isoformat(), "used": use["used"]})
    return added


def _holder(resident: Resident) -> str:
    return f"resident:{resident.handle}"


def _reference(done: Join) -> str:
    return f"join:{done.pk}"
