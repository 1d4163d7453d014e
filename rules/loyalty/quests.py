"""Quests of residents: progress read from their check-ins, completion booked once."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, QuerySet

from gis_platform.core import clock
from gis_platform.residents.models import Resident
from rules.loyalty import points, rewards
from rules.loyalty.models import CheckIn, Quest, QuestCompletion, QuestPlace
from rules.loyalty.questing import Progress, Rule, Visit, progress

ENTRY_KIND = "quest"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A quest before one resident. `completion` is None as long as it is not done."""

    quest: Quest
    progress: Progress
    completion: QuestCompletion | None

    @property
    def done(self) -> int:
        return self.quest.needed if self.completion else len(self.progress.done)


def open_quests() -> QuerySet[Quest]:
    """Those that can be done today, the one that ends first before the others, with their places."""
    today = clock.today()
    return _with_stages().filter(state=Quest.State.PUBLISHED, first_day__lte=today, last_day__gte=today)


def quest(code: str) -> Quest | None:
    """A quest that residents may see: published or over."""
    return _with_stages().filter(code=code).exclude(state=Quest.State.DRAFT).first()


def standing(resident: Resident, one: Quest) -> Standing:
    completion = QuestCompletion.objects.filter(quest=one, resident=resident).select_related("redemption").first()
    return Standing(quest=one, progress=progress(rule_of(one), visits(resident, one)), completion=completion)


def rule_of(one: Quest) -> Rule:
    return Rule(
        stages=tuple(stage.place_id for stage in one.stages.all()),
        needed=one.needed,
        in_order=one.kind != Quest.Kind.ANY,
        within=timedelta(days=one.within_days) if one.within_days else None,
    )


def visits(resident: Resident, one: Quest) -> list[Visit]:
    """The stamps: accepted check-ins at its places, on the local days of its period."""
    begin = datetime.combine(one.first_day, time.min, settings.CITY.time_zone)
    end = datetime.combine(one.last_day + timedelta(days=1), time.min, settings.CITY.time_zone)
    found = CheckIn.objects.filter(
        resident=resident,
        decision=CheckIn.Decision.ACCEPTED,
        place__in=[stage.place_id for stage in one.stages.all()],
        at__gte=begin,
        at__lt=end,
    )
    return [Visit(place=place, at=at) for place, at in found.values_list("place_id", "at")]


def complete_after(record: CheckIn) -> list[QuestCompletion]:
    """Completes what this check-in completes; doing it again completes nothing more."""
    published = _with_stages().filter(
        state=Quest.State.PUBLISHED,
        stages__place=record.place_id,
        first_day__lte=clock.local(record.at).date(),
        last_day__gte=clock.local(record.at).date(),
    )
    found = [(one, standing(record.resident, one)) for one in published.order_by("pk")]
    completed = [
        _complete(record.resident, one)
        for one, stands in found
        if stands.progress.completed_at and not stands.completion
    ]
    return [completion for completion in completed if completion is not None]


def _complete(resident: Resident, one: Quest) -> QuestCompletion | None:
    """Once for each person: of two who try, the second waits at the unique constraint and finds it done."""
    with transaction.atomic():
        completion, is_new = _claim(resident, one)
        if not is_new:
            return None
        if one.points:
            reference = f"quest:{completion.pk}"
            completion.entry = points.earn(resident.handle, one.points, kind=ENTRY_KIND, reference=reference)
        if one.reward is not None:
            completion.redemption = rewards.give(resident, one.reward)
        completion.save(update_fields=["entry", "redemption"])
    return completion


def _claim(resident: Resident, one: Quest) -> tuple[QuestCompletion, bool]:
    return QuestCompletion.objects.get_or_create(quest=one, resident=resident, defaults={"at": clock.now()})


def _with_stages() -> QuerySet[Quest]:
    stages = QuestPlace.objects.select_related("place").order_by("position")
    return Quest.objects.select_related("reward").prefetch_related(Prefetch("stages", queryset=stages))
