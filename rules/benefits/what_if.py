"""A version replayed over past days: what it would have cost, who would have had more, and who less. Books nothing.

Both sides are replayed by the same means over the same stored receipts: the rules of then, and the rules of then with
the version in the place of its programme. So the difference is the version's alone. Budgets are not looked at, and
limits are counted from the first day of the period on.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Sum
from django.db.utils import OperationalError
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled
from redis.exceptions import RedisError

from gis_platform.core import audit, clock, outbox, queues
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError
from gis_platform.identity.models import User
from rules.benefits import replaying
from rules.benefits.comparing import comparison
from rules.benefits.errors import WhatIfOver, WhatIfRefused
from rules.benefits.models import Decision, Grant, ProgrammeVersion, WhatIfRun
from rules.benefits.reading import read
from rules.engine.errors import RuleError
from rules.engine.sql.replay import Version

TOPIC = "benefits.what-if"
DAYS_MAX = 366
TIME_LIMIT_S = 900

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
            features=version.features,
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
    if not _move(run_id, State.RUNNING, started_at=clock.now()):
        return
    asked = WhatIfRun.objects.select_related("programme").get(pk=run_id)
    try:
        result = replayed(asked, report=_reporter(asked))
    except Stopped:
        log.info("what-if was stopped", run=run_id)
    except TookTooLong:
        _fail_by_time(run_id)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise  # the connection was lost: the outbox tries again
        _fail_by_time(run_id)
    except CityError as error:
        _fail(run_id, error.code, str(error))
    except RuleError as error:
        _fail(run_id, "definition-refused", str(error))
    else:
        _move(run_id, State.DONE, result=result, ended_at=clock.now())


def replayed(asked: WhatIfRun, *, report: Report) -> dict[str, Any]:
    """The comparison, as JSON, with small groups left out. Writes nothing, but for what ends with the transaction."""
    draft = Version(read(asked.programme, asked.definition, features=asked.features), None)
    with transaction.atomic():
        _take_time()
        sums = replaying.what_if(draft, asked.period.lower, asked.period.upper, report=report)
    return comparison(sums, booked_cents=booked_cents(asked.period))


def booked_cents(period: DateRange) -> int:
    grants = Grant.objects.filter(
        decision__day__gte=period.lower, decision__day__lt=period.upper, decision__status=Decision.Status.COMMITTED
    )
    return int(grants.aggregate(cents=Sum(F("cents") - F("returned_cents")))["cents"] or 0)


def progress(asked: WhatIfRun) -> int:
    """Percent. It lives in Redis: the replay is one transaction, whose own rows nobody sees before it ends."""
    if asked.state != State.RUNNING:
        return 100 if asked.state == State.DONE else 0
    with suppress(RedisError):
        return int(queues.redis().get(_progress_key(asked)) or 0)
    return 0


def _reporter(asked: WhatIfRun) -> Report:
    ends_at = monotonic() + TIME_LIMIT_S

    def report(percent: int) -> None:
        if monotonic() > ends_at:
            raise TookTooLong
        if not WhatIfRun.objects.filter(pk=asked.pk, state=State.RUNNING).exists():
            raise Stopped
        with suppress(RedisError):
            queues.redis().set(_progress_key(asked), percent, ex=TIME_LIMIT_S)

    return report


def _progress_key(asked: WhatIfRun) -> str:
    return f"what-if:{asked.pk}:progress"


def _take_time() -> None:
    """Up to the end of the transaction; the connection's own limit is made for pages."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIME_LIMIT_S}s"])


def _fail_by_time(run_id: str) -> None:
    text = _("It took longer than {limit} seconds. Ask for fewer days.")
    _fail(run_id, "time-limit", text.format(limit=TIME_LIMIT_S))


def _fail(run_id: str, code: str, text: str) -> None:
    _move(run_id, State.FAILED, error_code=code, error_text=text, ended_at=clock.now())


def _move(run_id: UUID | str, to: WhatIfRun.State, **values: Any) -> bool:
    allowed: Sequence[WhatIfRun.State] = [state for state, targets in WhatIfRun.MOVES.items() if to in targets]
    with transaction.atomic():
        return WhatIfRun.objects.filter(pk=run_id, state__in=allowed).update(state=to, **values) == 1
