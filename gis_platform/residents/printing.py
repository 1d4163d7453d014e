"""Printed codes: ordered by a resident or for a whole series, printed at a desk, and known to nobody afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting, current_actor
from gis_platform.core.errors import Conflict, InvalidInput
from gis_platform.core.luhn import refuse_card_numbers
from gis_platform.core.outbox import publish
from gis_platform.residents.models import Means, Renewal, Resident
from gis_platform.residents.models.means import MeansQuerySet
from gis_platform.residents.services import block_means
from gis_platform.residents.tokens import hash_of, minted

RENEWED = "residents.renew-series"
BATCH = 200  # cards a transaction
VALID_FOR = timedelta(days=3 * 365)


class OrderOpen(Conflict):
    code = "print-order-open"
    title = _("A printed code is on its way already")


class RenewalRunning(Conflict):
    code = "renewal-running"
    title = _("This series is being renewed already")


class NotReplaceable(Conflict):
    code = "means-not-replaceable"
    title = _("This card or code has a successor already")


@dataclass(frozen=True, kw_only=True, slots=True)
class Print:
    """One code for the printer; `text` is what its QR code holds."""

    means: Means
    text: str


def order(resident: Resident, *, actor: str, label: str = "") -> Means:
    """A printed code, made when it is printed. Raises OrderOpen while another waits."""
    with acting(actor, "printed code ordered"):
        Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
        if resident.means.to_print().exists():
            raise OrderOpen
        return _new(resident, label=label, series="", expires_at=clock.now() + VALID_FOR)


def replace(means: Means, *, actor: str) -> Means:
    """Blocks a lost card or code and orders a printed one in its place. Raises NotReplaceable."""
    with acting(actor, "means replaced"):
        old = Means.objects.select_for_update(no_key=True).select_related("resident").get(pk=means.pk)
        if Means.objects.filter(replaces=old).exists():
            raise NotReplaceable
        block_means(old, actor=actor, reason="means replaced")
        return _new(old.resident, label=old.label, series=old.series, expires_at=clock.now() + VALID_FOR, replaces=old)


def start_renewal(*, series: str, new_series: str, overlap_until: datetime, actor: str) -> Renewal:
    """Begins to give every usable card of a series a successor. Raises InvalidInput and RenewalRunning."""
    refuse_card_numbers(series=series, new_series=new_series)
    at = clock.now()
    if overlap_until <= at:
        raise InvalidInput(fields={"overlap_until": _("Choose a day that is still to come")})
    if not new_series or new_series == series:
        raise InvalidInput(fields={"new_series": _("The new series needs a name of its own")})
    total = _renewable(series, at).count()
    if not total:
        raise InvalidInput(fields={"series": _("No card of this series is in use without a successor")})
    with acting(actor, "series renewed"):
        started = Renewal(
            series=series,
            new_series=new_series,
            overlap_until=overlap_until,
            expires_at=at + VALID_FOR,
            total=total,
            started_by=actor,
        )
        try:
            with transaction.atomic():
                started.save(force_insert=True)
        except IntegrityError:
            raise RenewalRunning from None
        audit.record("residents.series-renewed", f"series:{series}", new_series=new_series, cards=total)
        publish(RENEWED, renewal_id=started.pk)
    return started


def renew(renewal_id: int) -> int:
    """Gives the series its successors, batch by batch, and returns how many; may run again after a crash."""
    renewed = 0
    while batch := _renew_batch(renewal_id):
        renewed += batch
    return renewed


def take_prints(means: Sequence[Means], *, actor: str) -> list[Print]:
    """What is to be printed, once: the tokens are forgotten by that."""
    with acting(actor, "codes printed"):
        ids = [one.pk for one in means]
        waiting = Means.objects.to_print().filter(pk__in=ids).select_related("resident")
        prints = [
            Print(means=one, text=one.unprinted)
            for one in waiting.select_for_update(of=("self",), no_key=True)
            if one.unprinted is not None
        ]
        Means.objects.filter(pk__in=[one.means.pk for one in prints]).update(unprinted=None)
        if prints:
            audit.record("residents.codes-printed", "residents", count=len(prints))
    return prints


@transaction.atomic
def _renew_batch(renewal_id: int) -> int:
    """Two workers at one renewal take turns: the row is locked for the batch."""
    renewal = Renewal.objects.select_for_update(no_key=True).get(pk=renewal_id)
    if renewal.state != Renewal.State.RUNNING:
        return 0
    with acting(renewal.started_by or current_actor(), "series renewed"):
        batch = list(_renewable(renewal.series, clock.now()).select_related("resident").order_by("pk")[:BATCH])
        for old in batch:
            _new(
                old.resident,
                label=old.label,
                series=renewal.new_series,
                expires_at=renewal.expires_at,
                replaces=old,
            )
        Means.objects.filter(pk__in=[old.pk for old in batch]).update(expires_at=renewal.overlap_until)
        renewal.done += len(batch)
        if not batch:
            renewal.state = Renewal.State.DONE
        renewal.save(update_fields=["done", "state"])
    return len(batch)


def _renewable(series: str, at: datetime) -> MeansQuerySet:
    return Means.objects.usable(at).filter(series=series, replaced_by=None).exclude(series="")


def _new(
    resident: Resident, *, label: str, series: str, expires_at: datetime | None, replaces: Means | None = None
) -> Means:
    token = minted(Means.Kind.PRINTED)
    means = Means.objects.create(
        resident=resident,
        kind=Means.Kind.PRINTED,
        token_hash=hash_of(Means.Kind.PRINTED, token),
        unprinted=token,
        label=label,
        series=series,
        expires_at=expires_at,
        replaces=replaces,
    )
    audit.record("residents.means-issued", f"resident:{resident.pk}", means=means.pk, kind=means.kind)
    return means
