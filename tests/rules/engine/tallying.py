"""What caps and counters have had, decision after decision: the model that the SQL of a replay is held to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from rules.benefits.limits import is_running, period_start
from rules.benefits.models import Decision
from rules.engine.definition import Programme
from rules.engine.forms import Holder, Minutes
from rules.engine.outcome import CapKey, CounterKey, Outcome

type Place = tuple[str, str, str, date]  # holder, programme, cap or counter, period from


@dataclass(slots=True)
class Tally:
    """Begins with everything whole; decisions come in the order in which they were made."""

    _used: dict[Place, int] = field(default_factory=dict)
    _since: dict[Place, datetime] = field(default_factory=dict)

    def remaining(self, decision: Decision, programmes: Sequence[Programme]) -> dict[CapKey, int]:
        return {
            (one.code, cap.code): max(0, cap.limit - self._used[place])
            for one in programmes
            for cap in one.caps
            if (place := self._of_cap(decision, one, cap.code)) in self._used
        }

    def counters(self, decision: Decision, programmes: Sequence[Programme]) -> dict[CounterKey, int]:
        found = {}
        for one in programmes:
            for counter in one.counters:
                place = self._of_counter(decision, one, counter.code)
                if place in self._used and is_running(counter, self._since.get(place), decision.decided_at):
                    found[one.code, counter.code] = self._used[place]
        return found

    def add(self, decision: Decision, programmes: Sequence[Programme], outcome: Outcome) -> None:
        for one in programmes:
            for cap in one.caps:
                if cap.per is not Holder.RECEIPT and (used := outcome.usage.get((one.code, cap.code), 0)):
                    place = self._of_cap(decision, one, cap.code)
                    self._used[place] = self._used.get(place, 0) + used
            for counter in one.counters:
                if counted := outcome.counted.get((one.code, counter.code), 0):
                    place = self._of_counter(decision, one, counter.code)
                    running = place in self._used and is_running(counter, self._since.get(place), decision.decided_at)
                    self._used[place] = counted + (self._used[place] if running else 0)
                    if not running:
                        self._since[place] = decision.decided_at

    def _of_cap(self, decision: Decision, programme: Programme, code: str) -> Place:
        cap = next(cap for cap in programme.caps if cap.code == code)
        return _holder(decision, cap.per), programme.code, code, period_start(cap.period, decision.day)

    def _of_counter(self, decision: Decision, programme: Programme, code: str) -> Place:
        counter = next(one for one in programme.counters if one.code == code)
        window = isinstance(counter.period, Minutes)
        start = date.min if window else period_start(counter.period, decision.day)
        return f"resident:{decision.resident}", programme.code, f"counter.{code}", start


def _holder(decision: Decision, per: Holder) -> str:
    """A household is known of a decision only where it was limited by one then; else the person stands for it."""
    match per:
        case Holder.PROGRAMME:
            return "programme"
        case Holder.MERCHANT:
            return decision.merchant
        case Holder.HOUSEHOLD:
            holders = (str(take["holder"]) for take in decision.usage if isinstance(take, dict))
            found = next((holder for holder in holders if holder.startswith("household:")), "")
            return found or f"resident:{decision.resident}"
        case _:
            return f"resident:{decision.resident}"
