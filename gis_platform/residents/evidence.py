"""What registers say of residents, kept sealed, and the memberships that rest on it."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.residents.models import Group, Membership, RegisterAnswer, Resident
from gis_platform.residents.registers import Answer, RegisterUnavailable, Subject, register_of

MEMBERSHIP = "group-membership"  # the purpose


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """An answer and its row. With `grace_until` the register did not answer, and an older answer holds so long."""

    answer: Answer
    record: RegisterAnswer
    grace_until: date | None = None

    @property
    def age(self) -> timedelta:
        return clock.now() - self.record.answered_at


def ask(resident: Resident, register: str, question: str, *, purpose: str, actor: str) -> Evidence:
    """Asks the register and keeps the answer; when it is down, the last answer for this purpose while grace lasts.

    Raises RegisterUnknown, or RegisterUnavailable when there is no answer to fall back on.
    """
    connector = register_of(register, question)
    try:
        answer = connector.ask(Subject.of(resident), question, purpose=purpose)
    except RegisterUnavailable:
        return _in_grace(resident, register, question, purpose)
    with acting(actor, "register asked"):
        record = RegisterAnswer.objects.create(
            resident=resident,
            register=register,
            question=question,
            purpose=purpose,
            answered_at=clock.now(),
            document=json.dumps(asdict(answer), cls=DjangoJSONEncoder),
        )
        audit.record("residents.register-asked", f"resident:{resident.pk}", register=register, question=question)
    return Evidence(answer=answer, record=record)


def opened(record: RegisterAnswer) -> Answer:
    document = json.loads(str(record.document))
    days = {name: date.fromisoformat(document[name]) if document[name] else None for name in ("first_day", "end_day")}
    return Answer(holds=document["holds"], reference=document["reference"], **days)


def check_membership(resident: Resident, group: Group, *, actor: str) -> Evidence:
    """Brings one membership of a group by a register in line with what the register says today. Raises as `ask`."""
    found = ask(resident, group.register, group.question, purpose=MEMBERSHIP, actor=actor)
    with acting(actor, "membership by a register"):
        Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
        day = clock.today()
        held = Membership.objects.on(day).filter(resident=resident, group=group, source=Membership.Source.REGISTER)
        if not _holds(found.answer, day):
            _end(held, day)
        elif held.update(answer=found.record, grace_until=found.grace_until) == 0:
            _begin(resident, group, found, day)
    return found


def end_what_outlived_its_grace(day: date) -> int:
    over = Membership.objects.on(day).filter(source=Membership.Source.REGISTER, grace_until__lte=day)
    return _end(over, day)


def stale(day: date) -> list[tuple[int, int]]:
    """Resident and group of memberships whose answer is older than REGISTER_FRESH_DAYS."""
    before = clock.now() - timedelta(days=settings.REGISTER_FRESH_DAYS)
    held = Membership.objects.on(day).filter(source=Membership.Source.REGISTER, answer__answered_at__lt=before)
    return list(held.order_by("answer__answered_at").values_list("resident", "group"))


def _in_grace(resident: Resident, register: str, question: str, purpose: str) -> Evidence:
    kept = RegisterAnswer.objects.filter(resident=resident, register=register, question=question, purpose=purpose)
    last = kept.order_by("-answered_at").first()
    if last is None or _grace_of(last.answered_at) <= clock.today():
        raise RegisterUnavailable
    return Evidence(answer=opened(last), record=last, grace_until=_grace_of(last.answered_at))


def _grace_of(answered_at: datetime) -> date:
    return clock.local(answered_at).date() + timedelta(days=settings.REGISTER_GRACE_DAYS)


def _holds(answer: Answer, day: date) -> bool:
    return (
        answer.holds
        and (answer.first_day is None or answer.first_day <= day)
        and (answer.end_day is None or day < answer.end_day)
    )


def _begin(resident: Resident, group: Group, found: Evidence, day: date) -> None:
    if Membership.objects.filter(
        resident=resident, group=group, period__overlap=DateRange(day, found.answer.end_day)
    ).exists():
        return  # listed by hand already
    Membership.objects.create(
        resident=resident,
        group=group,
        period=DateRange(day, found.answer.end_day),
        source=Membership.Source.REGISTER,
        answer=found.record,
        grace_until=found.grace_until,
    )


def _end(held: QuerySet[Membership], day: date) -> int:
    ended = 0
    for membership in held:
        ended += 1
        if membership.period.lower == day:
            membership.delete()
        else:
            membership.period = DateRange(membership.period.lower, day)
            membership.save(update_fields=["period"])
    return ended
