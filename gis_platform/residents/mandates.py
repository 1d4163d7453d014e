"""Guardians and escorts: asked for by one side and agreed by the other, or entered by a clerk from a document."""

from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from gis_platform.residents.ages import age_on
from gis_platform.residents.models import Mandate, Resident

ASKED_MAX = 10  # requests of one resident that wait for an answer


class MandateOfOneself(InvalidInput):
    code = "mandate-of-oneself"
    title = _("Nobody is a guardian or an escort of themselves")


class MandateChain(Conflict):
    code = "mandate-chain"
    title = _("Who has a guardian or an escort of this kind cannot be one, and the other way round")


class NotUnderAge(Conflict):
    code = "mandate-age"
    title = _("A guardian is of age, and whoever has a guardian is not")


class MandateTaken(Conflict):
    code = "mandate-taken"
    title = _("The two have such an agreement or request for that time already")


class MandateNotYours(NotFound):
    code = "mandate-unknown"
    title = _("You have no such request or agreement")


class MandateAnswered(Conflict):
    code = "mandate-answered"
    title = _("The request was answered or has ended already")


class TooManyRequests(Conflict):
    code = "mandate-requests-too-many"
    title = _("Wait until your earlier requests are answered, or take one back")


class NotYourWard(Forbidden):
    code = "not-your-ward"
    title = _("You are not this resident's guardian today")


def between(holder: Resident, ward: Resident, kind: str, period: DateRange, *, asked_by: Resident) -> Mandate:
    """A request of one of the two that waits for the other. Raises what `_checked` raises, or TooManyRequests."""
    assert asked_by in (holder, ward), "a third person asks"
    with acting(_actor(asked_by), "mandate asked for"):
        Resident.objects.select_for_update(no_key=True).get(pk=asked_by.pk)  # two requests at once are counted both
        if Mandate.objects.open().filter(asked_by=asked_by, agreed_at=None).count() >= ASKED_MAX:
            raise TooManyRequests
        return _made(holder, ward, kind, period, asked_by=asked_by)


def enter(holder: Resident, ward: Resident, kind: str, period: DateRange, *, document: str, actor: str) -> Mandate:
    """A clerk enters what a document says; it is in force from its first day. Raises as `between`."""
    if not document.strip():
        raise InvalidInput(fields={"document": _("Name the document that says so")})
    with acting(actor, "mandate entered"):
        return _made(holder, ward, kind, period, document=document.strip(), agreed_at=clock.now())


def agree(mandate_id: int, *, by: Resident) -> Mandate:
    """The side that was asked agrees. Raises MandateNotYours, MandateAnswered, or what no longer allows it."""
    with acting(_actor(by), "mandate agreed"):
        mandate = _locked(mandate_id, by)
        if mandate.asked_by_id == by.pk or mandate.asked_by_id is None:
            raise MandateNotYours
        if mandate.agreed_at is not None or mandate.ended_at is not None:
            raise MandateAnswered
        _check(mandate.holder, mandate.ward, mandate.kind, mandate.period)
        mandate.agreed_at = clock.now()
        mandate.save(update_fields=["agreed_at"])
        audit.record("residents.mandate-agreed", f"resident:{mandate.ward_id}", mandate=mandate.pk)
    return mandate


def end(mandate_id: int, *, by: Resident | None = None, actor: str = "") -> Mandate:
    """Either side declines it or takes it back at any time, and so may a clerk, who acts as `actor`."""
    with acting(actor or (_actor(by) if by else ""), "mandate ended"):
        mandate = _locked(mandate_id, by)
        if mandate.ended_at is not None:
            raise MandateAnswered
        mandate.ended_at = clock.now()
        mandate.save(update_fields=["ended_at"])
        audit.record("residents.mandate-ended", f"resident:{mandate.ward_id}", mandate=mandate.pk)
    return mandate


def of(resident: Resident) -> QuerySet[Mandate]:
    """All of both sides, with what has ended: each side sees the same."""
    both = Mandate.objects.filter(Q(holder=resident) | Q(ward=resident))
    return both.select_related("holder", "ward", "asked_by")


def wards_of(guardian: Resident) -> list[Resident]:
    """For whom this resident may act today. Their own wards are not among them: mandates never chain."""
    held = Mandate.objects.on(clock.today()).filter(holder=guardian, kind=Mandate.Kind.GUARDIAN)
    return [one.ward for one in held.select_related("ward").order_by("ward__given_name", "pk")]


def acted_for(guardian: Resident, handle: str) -> Resident:
    """The ward of that handle, or the resident without one. Raises NotYourWard."""
    if not handle or handle == str(guardian.handle):
        return guardian
    found = next((ward for ward in wards_of(guardian) if str(ward.handle) == handle), None)
    if found is None:
        raise NotYourWard
    return found


def _made(holder: Resident, ward: Resident, kind: str, period: DateRange, **fields: object) -> Mandate:
    _check(holder, ward, kind, period)
    try:
        with transaction.atomic():
            made = Mandate.objects.create(holder=holder, ward=ward, kind=kind, period=period, **fields)
    except IntegrityError:
        raise MandateTaken from None
    audit.record("residents.mandate-asked", f"resident:{ward.pk}", mandate=made.pk, kind=kind, holder=holder.pk)
    return made


def _check(holder: Resident, ward: Resident, kind: str, period: DateRange) -> None:
    """Raises InvalidInput, MandateOfOneself, NotUnderAge or MandateChain."""
    if kind not in Mandate.Kind.values:
        raise InvalidInput(fields={"kind": _("Choose guardian or escort")})
    if holder.pk == ward.pk:
        raise MandateOfOneself
    if period.lower is None or (period.upper is not None and period.upper <= max(period.lower, clock.today())):
        raise InvalidInput(fields={"until": _("A day after the first one, and not in the past")})
    if kind == Mandate.Kind.GUARDIAN and not _fits_ages(holder, ward, max(period.lower, clock.today())):
        raise NotUnderAge
    # Both rows are locked in one order, so that of two chained requests at once the second sees the first.
    list(Resident.objects.select_for_update(no_key=True).filter(pk__in=[holder.pk, ward.pk]).order_by("pk"))
    agreed = Mandate.objects.open().filter(kind=kind, agreed_at__isnull=False, period__overlap=period)
    if agreed.filter(Q(ward=holder) | Q(holder=ward)).exists():
        raise MandateChain


def _fits_ages(guardian: Resident, ward: Resident, day: date) -> bool:
    adult = settings.CITY.adult_from
    if guardian.birth_date is None or ward.birth_date is None:
        return False
    return age_on(guardian.birth_date, day) >= adult > age_on(ward.birth_date, day)


def _locked(mandate_id: int, by: Resident | None) -> Mandate:
    mandate = Mandate.objects.select_for_update(of=("self",)).filter(pk=mandate_id).first()
    if mandate is None or (by is not None and by.pk not in (mandate.holder_id, mandate.ward_id)):
        raise MandateNotYours
    return mandate


def _actor(resident: Resident) -> str:
    return f"resident:{resident.pk}"
