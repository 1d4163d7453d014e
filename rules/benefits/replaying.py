"""The past worked out again from what was stored with it: one decision with its why, or all of a time as SQL."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import connection, transaction
from psycopg.sql import SQL, Composable, Literal

from gis_platform.core import sqlfiles
from rules.benefits.facts import SCHEMA
from rules.benefits.lanes import LANES, at_once
from rules.benefits.models import Decision, ProgrammeVersion
from rules.benefits.overrides import REASON
from rules.benefits.reading import read
from rules.benefits.sums import PersonSide, Side, Sums, merged
from rules.benefits.versions import compiled
from rules.engine.deciding import decide
from rules.engine.outcome import Outcome
from rules.engine.receipt import Line, read_receipt
from rules.engine.sql.parts import apart, personal
from rules.engine.sql.replay import Replay, Version

BEFORE, AFTER = 0, 1
JSON_FACTS = SQL("decision.facts")
# A hundred statements over many rows each: compiling them takes longer than running them, sorts belong in memory.
FOR_MANY_ROWS = (SQL("SET LOCAL jit = off"), SQL("SET LOCAL work_mem = '128MB'"))
EVERYBODY, ONE_IN = SQL("true"), SQL("mod(hashtext(resident)::bigint + 2147483648, {}) = {}")

type Report = Callable[[int], None]  # told the percent that is done; may raise to stop


@dataclass(frozen=True, slots=True)
class _Turn:
    """Versions that are replayed together, and the sides for which their result is."""

    sides: Sequence[int]
    versions: Sequence[Version]


@dataclass(frozen=True, slots=True)
class _Share:
    people: Composable
    turns: Sequence[_Turn]
    counts: bool  # else its decisions are counted in others


def replay(decision: Decision) -> Outcome:
    """What the versions of then say about the facts of then, and why; books nothing and looks at no present limit."""
    return decide(
        compiled(decision.versions),
        facts=SCHEMA.read(decision.facts),
        receipt=read_receipt(Line(**line) for line in decision.lines),
        remaining={_key(text): left for text, left in decision.remaining.items()},
        withheld=decision.withheld,
        counters={_key(text): counted for text, counted in decision.counters.items()},
    )


def what_if(draft: Version, first_day: date, end_day: date, *, report: Report) -> Sums:
    """The rules of then, and the rules of then with the draft in its programme's place, over all decisions that stand.

    Local days, the last one not included. Limits count from the first day on; budgets are not looked at. Writes only
    temporary tables, which go with the end of the transaction.
    """
    then = _versions_of(first_day, end_day)
    instead = [one for one in then if one.programme.code != draft.programme.code] + [draft]
    everything = Replay(then, SCHEMA, others=instead)
    shares = list(_shares(list(_turns(then, instead, draft.programme.code))))
    told = [0] * len(shares)

    def replayed(number: int, share: _Share) -> Sums:
        def tell(percent: int) -> None:
            told[number] = percent
            report(sum(told) // len(told))

        with transaction.atomic():
            _stage(everything, first_day, end_day, share.people)
            tell(20)
            for done, turn in enumerate(share.turns):
                _replay(turn, [*then, *instead], partial(tell, 20 + 70 * done // len(share.turns)))
            tell(90)
            sums = _sums(draft.programme.code, share)
            _run([SQL("DROP TABLE replay_number, replay_side"), *everything.end()])
            tell(100)
        return sums

    return merged(at_once([partial(replayed, number, share) for number, share in enumerate(shares)]))


def _turns(then: Sequence[Version], instead: Sequence[Version], changed: str) -> Iterator[_Turn]:
    """What has to be worked out, and for which sides: what the change cannot reach is the same on both."""
    for codes in apart([version.programme for version in (*then, *instead)]):
        before, after = ([one for one in side if one.programme.code in codes] for side in (then, instead))
        if changed in codes:
            yield _Turn([BEFORE], before)
            yield _Turn([AFTER], after)
        else:
            yield _Turn([BEFORE, AFTER], before)


def _shares(turns: Sequence[_Turn]) -> Iterator[_Share]:
    """Where nobody shares a limit with others, each lane has people of its own; else one has everybody."""
    alone = [turn for turn in turns if all(personal(one.programme) for one in turn.versions)]
    together = [turn for turn in turns if turn not in alone]
    if together:
        yield _Share(EVERYBODY, together, counts=not alone)
    if alone:
        yield from (_Share(ONE_IN.format(LANES, lane), alone, counts=True) for lane in range(LANES))


def _replay(turn: _Turn, others: Sequence[Version], report: Callable[[], None]) -> None:
    replay = Replay(turn.versions, SCHEMA, others=others)
    _run(replay.matching())
    _until_at_rest(replay, report)
    _keep(turn.sides, replay)


def _versions_of(first_day: date, end_day: date) -> list[Version]:
    """All that were asked in a decision of the time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT unnest(versions) FROM (SELECT DISTINCT versions FROM benefits_decision"
            " WHERE day >= %s AND day < %s AND status = 'committed') AS asked",
            [first_day, end_day],
        )
        asked = [version for (version,) in cursor.fetchall()]
    rows = ProgrammeVersion.objects.filter(pk__in=asked).select_related("programme").order_by("pk")
    return [Version(read(row.programme, row.definition, features=row.features), row.pk) for row in rows]


def _stage(replayed: Replay, first_day: date, end_day: date, people: Composable) -> None:
    which = {"first_day": Literal(first_day), "end_day": Literal(end_day), "people": people}
    facts = replayed.stored_facts(JSON_FACTS)
    _run(FOR_MANY_ROWS)
    _run([SQL("DROP TABLE IF EXISTS replay_number, replay_side")])
    _run(replayed.tables())
    _run(
        [
            SQL(
                "CREATE TEMPORARY TABLE replay_side"
                " (side int, receipt bigint, programme text, cents bigint, points bigint)"
            ),
            sqlfiles.statement("statements/benefits_replay_numbers", **which),
            SQL("ANALYZE replay_number"),
            sqlfiles.load("statements/benefits_replay_lines"),
            sqlfiles.statement("statements/benefits_replay_receipts", suspension=Literal(f"{REASON}-%"), facts=facts),
            *replayed.staged(),
        ]
    )


def _until_at_rest(replayed: Replay, report: Callable[[], None]) -> None:
    """Limits follow from the receipts before; each round settles at least one more of every person's."""
    while True:
        _run(replayed.deciding())
        report()
        _run(replayed.comparing())
        if not _all("SELECT FROM replay_due LIMIT 1"):
            return


def _keep(sides: Sequence[int], replayed: Replay) -> None:
    rules = [
        SQL("({}, {})").format(Literal(number), Literal(version.programme.code))
        for number, (version, _) in enumerate(replayed.rules)
    ]
    if rules:
        programmes = SQL(", ").join(rules)
        _run(
            [sqlfiles.statement("statements/benefits_replay_sides", sides=Literal(list(sides)), programmes=programmes)]
        )


def _sums(code: str, share: _Share) -> Sums:
    people = _all(sqlfiles.load("statements/benefits_replay_people"))
    return Sums(
        decisions=_all("SELECT count(*) FROM replay_receipt")[0][0] if share.counts else 0,
        people=[PersonSide(*row) for row in people],
        days=[
            Side(*row)
            for row in _all(sqlfiles.statement("statements/benefits_replay_sums", key=SQL("receipt.day::text")))
        ],
        programmes=[
            Side(*row)
            for row in _all(sqlfiles.statement("statements/benefits_replay_sums", key=SQL("side.programme")))
            if row[0] is not None
        ],
        own_days=dict(
            _all(
                "SELECT receipt.day::text, sum(side.cents)::bigint FROM replay_side AS side"
                " JOIN replay_receipt AS receipt USING (receipt)"
                " WHERE side.side = %s AND side.programme = %s GROUP BY 1 ORDER BY 1",
                [AFTER, code],
            )
        ),
    )


def _run(statements: Iterable[Composable]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _all(statement: str | Composable, values: Sequence[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _key(text: str) -> tuple[str, str]:
    programme, code = text.split("/")
    return programme, code
