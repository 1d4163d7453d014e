"""The one way in for readings, whoever brings them: HTTP, MQTT, SensorThings, a file."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from operator import itemgetter

from django.conf import settings
from django.db import connection, transaction

from gis_platform.core import clock, sqlfiles
from gis_platform.core.luhn import without_card_numbers
from layers.sensors.models import RejectedReading, Stream
from layers.sensors.readings import (
    AHEAD_MAX,
    KEY_LENGTH_MAX,
    PAYLOAD_LENGTH_MAX,
    Cause,
    IngestResult,
    Limits,
    Misread,
    Reading,
    cause_to_reject,
)

BATCH = 10_000  # readings a statement
REJECTED_MAX = 100_000  # rows that are kept

type Good = tuple[int, datetime, Reading]  # the stream's id, the time in UTC
type Rejection = tuple[Cause, str, Reading | Misread]


@transaction.atomic(durable=True)
def ingest(
    readings: Sequence[Reading | Misread], *, sender: str = "", age_max: timedelta | None = None
) -> IngestResult:
    """Stores readings and says what became of them. All are committed when it returns, so the caller may acknowledge.

    A reading that is known already counts as a duplicate and changes nothing, so a message may be sent again. Rejected
    ones are kept apart, with their cause, and stop nobody else. `age_max` is the setting READING_AGE_MAX_DAYS unless
    given, as for the import of an old series. Raises RuntimeError inside another transaction: what is not yet committed
    must not be acknowledged.
    """
    received_at = clock.now()
    age_max = age_max or timedelta(days=settings.READING_AGE_MAX_DAYS)
    good, rejections = _sort_out(readings, oldest=received_at - age_max, newest=received_at + AHEAD_MAX)
    result = IngestResult(rejected=dict(Counter(cause for cause, _, _ in rejections)))
    # Before any row is written: who makes a partition waits for others who do, and must hold nothing they wait for.
    create_partitions(months=[*{(time.year, time.month): time for _, time, _ in good}.values()])
    for batch in batched(good, BATCH):
        _store(batch, received_at, result)
    _keep_rejected(rejections, received_at, sender)
    _count(result)
    return result


def create_partitions(*, months: Sequence[datetime]) -> int:
    """Makes sure that the months (UTC) of these instants can hold observations; returns how many were new."""
    if not months:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE create_observation_partition(month))"
            " FROM unnest(%s::timestamptz[]) AS month",
            [list(months)],
        )
        return int(cursor.fetchone()[0])


def trim_rejected(*, keep: int = REJECTED_MAX) -> int:
    """Drops the oldest rejected readings beyond a number, so that a broken sensor cannot fill the disk."""
    oldest_kept = RejectedReading.objects.order_by("-id").values_list("id", flat=True)[keep - 1 : keep].first()
    return RejectedReading.objects.filter(id__lt=oldest_kept).delete()[0] if oldest_kept else 0


def _sort_out(
    entries: Sequence[Reading | Misread], *, oldest: datetime, newest: datetime
) -> tuple[list[Good], list[Rejection]]:
    """The good ones by stream and time, in which order parallel ingests wait for each other and never in a circle."""
    limits = _limits({entry.stream for entry in entries if isinstance(entry, Reading)})
    good: list[Good] = []
    rejections: list[Rejection] = []
    for entry in entries:
        if isinstance(entry, Misread):
            rejections.append((entry.cause, entry.stream, entry))
            continue
        known = limits.get(entry.stream)
        cause = cause_to_reject(entry, known, oldest=oldest, newest=newest)
        if cause is None and known is not None:
            good.append((known.stream_id, entry.time.astimezone(UTC), entry))
        elif cause is not None:
            rejections.append((cause, entry.stream, entry))
    good.sort(key=itemgetter(0, 1))
    return good, rejections


def _limits(keys: set[str]) -> dict[str, Limits]:
    # What is not printable (NUL, half of a surrogate pair) is no stream's key, and PostgreSQL refuses the question.
    printable = [key for key in keys if key.isprintable()]
    streams = Stream.objects.filter(key__in=printable).values_list("key", "id", "minimum", "maximum")
    return {key: Limits(stream_id, minimum, maximum) for key, stream_id, minimum, maximum in streams}


def _store(batch: Sequence[Good], received_at: datetime, result: IngestResult) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load("statements/store_observations"),
            {
                "stream_id": _array(stream_id for stream_id, _, _ in batch),
                "phenomenon_time": _array(time for _, time, _ in batch),
                "result": _array(reading.value for _, _, reading in batch),
                "quality": _array(reading.quality for _, _, reading in batch),
                "received_at": received_at,
            },
        )
        stored, late = cursor.fetchone()
    result.accepted += stored
    result.late += late
    result.duplicate += len(batch) - stored


def _array(values: Iterable[float | datetime]) -> str:
    """PostgreSQL's text for an array: psycopg makes the same, much slower. Numbers and times need no quotes."""
    return "{" + ",".join(map(str, values)) + "}"


def _keep_rejected(rejections: Sequence[Rejection], received_at: datetime, sender: str) -> None:
    RejectedReading.objects.bulk_create(
        RejectedReading(
            cause=cause,
            stream_key=_storable(key, KEY_LENGTH_MAX),
            payload=_storable(str(entry), PAYLOAD_LENGTH_MAX),
            sender=sender[:100],
            received_at=received_at,
        )
        for cause, key, entry in rejections
    )


def _storable(text: str, length_max: int) -> str:
    """What may be kept of text from outside: no card number, no NUL, no half of a surrogate pair."""
    text = text[: 2 * length_max].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return without_card_numbers(text.encode(errors="replace").decode())[:length_max]


def _count(result: IngestResult) -> None:
    totals = {"accepted": result.accepted, "duplicate": result.duplicate, "late": result.late} | result.rejected
    rows = sorted((str(outcome), total) for outcome, total in totals.items() if total)
    with connection.cursor() as cursor:
        # Last, because parallel ingests wait here for each other, and in one order, so that none waits in a circle.
        cursor.execute(
            "INSERT INTO sensors_readingcount AS known (day, outcome, total)"
            " SELECT %s, outcome, total FROM unnest(%s::text[], %s::bigint[]) AS new (outcome, total) ORDER BY outcome"
            " ON CONFLICT (day, outcome) DO UPDATE SET total = known.total + excluded.total",
            [clock.today(), [outcome for outcome, _ in rows], [total for _, total in rows]],
        )
