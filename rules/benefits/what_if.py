"""A version replayed over past days: what it would have cost, who would have had more, and who less. Books nothing.

Both sides are replayed by the same engine over the same stored receipts: the rules of then, and the rules of then with
the version in the place of its programme. So the difference is the version's alone. Budgets are not looked at, and
limits are counted from the first day of the period on.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from gis_platform.core import audit, clock, outbox
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError
from gis_platform.identity.models import User
from rules.benefits.comparing import Comparison
from rules.benefits.errors import WhatIfOver, WhatIfRefused
from rules.benefits.facts import SCHEMA
from rules.benefits.models import Decision, Grant, ProgrammeVersion, WhatIfRun
from rules.benefits.overrides import suspension_of
from rules.benefits.reading import read
from rules.benefits.tallying import Tally
from rules.engine.book import RuleBook
from rules.engine.errors import RuleError
from rules.engine.outcome import Outcome
from rules.engine.receipt import Line, read_receipt

TOPIC = "benefits.what-if"
DAYS_MAX = 366
TIME_LIMIT_S = 900
REPORT_EVERY = 500  # decisions
CHUNK = 1_000

type Report = Callable[[int], None]
State = WhatIfRun.State
log = structlog.get_logger(__name__)


class Stopped(Exception):
    """Somebody cancelled the run, or another worker has it."""


class TookTooLong(Exception):
    """The time of a run is over."""


def request(version_id: int, *, first_day: date, last_day: date, user: User) -> WhatIfRun:
    """Promises a replay over these local days, both included. Raises WhatIfRefused."""
    if last_day < first_day or last_day > clock.today() or (last_day - first_day).days >= DAYS_MAX:
        text = _("Choose days up to today, the first not after the last, and not more than {days}.")
        raise WhatIfRefused(text.format(days=DAYS_MAX), fields={"last_day": text.format(days=DAYS_MAX)})
    version = ProgrammeVersion.objects.select_related("programme").get(pk=version_id)
    with acting(user.actor, "what-if asked"):
        run = WhatIfRun.objects.create(
            programme=version.programme,
            version=version,
            version_number=version.number,
            definition=version.definition,
            period=DateRange(first_day, last_day + timedelta(days=1)),
            asked_by=user,
            asked_at=clock.now(),
        )
        audit.record("benefits.what-if-asked", f"programme:{version.programme.code}", version=version.number)
        outbox.publish(TOPIC, run_id=str(run.pk))
    return run


def cancel(run_id: UUID, *, user: User) -> None:
    """Raises WhatIfOver when it has ended meanwhile."""
    with acting(user.actor, "what-if cancelled"):
        if not _move(run_id, State.CANCELLED, ended_at=clock.now()):
            raise WhatIfOver
        audit.record("benefits.what-if-cancelled", f"what-if:{run_id}")


def run(run_id: str) -> None:
    """One attempt; a run that has ended is left alone, one whose worker died begins anew."""
    if not _move(run_id, State.RUNNING, progress=0, started_at=clock.now()):
        return
    asked = WhatIfRun.objects.select_related("programme", "version").get(pk=run_id)
    try:
        result = replayed(asked, report=_reporter(asked))
    except Stopped:
        log.info("what-if was stopped", run=run_id)
    except TookTooLong:
        text = _("It took longer than {limit} seconds. Ask for fewer days.")
        _fail(run_id, "time-limit", text.format(limit=TIME_LIMIT_S))
    except CityError as error:
        _fail(run_id, error.code, str(error))
    except RuleError as error:
        _fail(run_id, "definition-refused", str(error))
    else:
        _move(run_id, State.DONE, progress=100, result=result, ended_at=clock.now())


def replayed(asked: WhatIfRun, *, report: Report) -> dict[str, Any]:
    """The comparison, as JSON, with small groups left out. Writes nothing but through `report`."""
    features = asked.version.features if asked.version else {}
    draft = read(asked.programme, asked.definition, features=features)
    books = _Books(asked.programme.code, draft)
    before, after = Tally(), Tally()
    compared = Comparison(programme=asked.programme.code)
    decisions = past(asked.period)
    whole = max(1, decisions.count())
    for number, decision in enumerate(decisions.iterator(chunk_size=CHUNK)):
        if number % REPORT_EVERY == 0:
            report(number * 99 // whole)
        then, instead = books.of(tuple(decision.versions))
        try:
            compared.add(decision, _again(decision, then, before), _again(decision, instead, after))
        except RuleError:  # receipts of a time when they were checked less
            compared.skipped += 1
    return compared.as_json(booked_cents=booked_cents(asked.period))


def past(period: DateRange) -> Any:
    """The decisions of these local days that stand, in the order in which they were made."""
    stands = Decision.objects.filter(day__gte=period.lower, day__lt=period.upper, status=Decision.Status.COMMITTED)
    return stands.order_by("decided_at", "pk").only(
        *("resident", "merchant", "decided_at", "day", "facts", "lines", "versions", "withheld", "usage")
    )


def booked_cents(period: DateRange) -> int:
    grants = Grant.objects.filter(
        decision__day__gte=period.lower, decision__day__lt=period.upper, decision__status=Decision.Status.COMMITTED
    )
    return int(grants.aggregate(cents=Sum(F("cents") - F("returned_cents")))["cents"] or 0)


class _Books:
    """The rules of then, and those with the draft instead, for each set of versions; sets are few."""

    def __init__(self, code: str, draft: Any) -> None:
        self._code, self._draft = code, draft
        self.of = cache(self._of)

    def _of(self, versions: tuple[int, ...]) -> tuple[RuleBook, RuleBook]:
        rows = ProgrammeVersion.objects.filter(pk__in=versions).select_related("programme")
        then = [read(row.programme, row.definition, features=row.features) for row in rows]
        instead = [one for one in then if one.code != self._code]
        return RuleBook(then), RuleBook([*instead, self._draft])


def _again(decision: Decision, book: RuleBook, tally: Tally) -> Outcome:
    """What was suspended then stays so; what a used-up budget held back is given, for budgets are not looked at."""
    outcome = book.decide(
        SCHEMA.read(decision.facts),
        read_receipt(Line(**line) for line in decision.lines),
        remaining=tally.remaining(decision, book.programmes),
        withheld=_suspended(decision.withheld),
        counters=tally.counters(decision, book.programmes),
    )
    tally.add(decision, book.programmes, outcome)
    return outcome


def _suspended(withheld: Mapping[str, str]) -> dict[str, str]:
    return {programme: reason for programme, reason in withheld.items() if suspension_of(reason) is not None}


def _reporter(asked: WhatIfRun) -> Report:
    ends_at = monotonic() + TIME_LIMIT_S

    def report(percent: int) -> None:
        if monotonic() > ends_at:
            raise TookTooLong
        if not WhatIfRun.objects.filter(pk=asked.pk, state=State.RUNNING).update(progress=percent):
            raise Stopped

    return report


def _fail(run_id: str, code: str, text: str) -> None:
    _move(run_id, State.FAILED, error_code=code, error_text=text, ended_at=clock.now())


def _move(run_id: UUID | str, to: WhatIfRun.State, **values: Any) -> bool:
    allowed: Sequence[WhatIfRun.State] = [state for state, targets in WhatIfRun.MOVES.items() if to in targets]
    with transaction.atomic():
        return WhatIfRun.objects.filter(pk=run_id, state__in=allowed).update(state=to, **values) == 1
