"""What changed in a layer since a place in its history, as the world may know it.

Within a layer the history's numbers follow the order of the commits (see sql/functions/feature_history.sql), so a
number is a place: everything up to it was there to be read. A draft never shows; what stops being published, or leaves
the reader's condition, is deleted as far as the reader is concerned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Identifier

from gis_platform.core import clock
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.errors import CityError
from layers.base.conditions import where
from layers.base.reading import PublishedFeature, features
from layers.catalog import LayerSpec

KEPT_FOR = timedelta(days=90)  # how far back the feed reaches; the history itself is kept

# The changes after a place, one row for each feature: its latest of them, whether a reader who has followed up to that
# place holds the feature, and whether the reader may hold it, since a present state that was sent earlier may have been
# of one of these changes already.
CHANGES = """
WITH found AS (
    SELECT id, feature_id, version, at FROM base_change WHERE layer = %s AND id > %s ORDER BY id LIMIT %s
), latest AS (
    SELECT DISTINCT ON (feature_id) id, feature_id, version, at FROM found ORDER BY feature_id, id DESC
), reach AS (
    SELECT max(id) AS id, count(*) AS number FROM found
)
SELECT latest.id, latest.feature_id, latest.version, latest.at, reach.id, reach.number, public.before, public.ever
FROM latest CROSS JOIN reach CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(c.id <= %s), false) AS before, count(*) > 0 AS ever
    FROM base_change AS c CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, c.state) AS f
    WHERE c.layer = %s AND c.feature_id = latest.feature_id AND c.id <= reach.id AND c.operation <> 'delete'
      AND c.version >= coalesce((
          SELECT max(earlier.version) FROM base_change AS earlier
          WHERE earlier.layer = c.layer AND earlier.feature_id = c.feature_id AND earlier.id <= %s
      ), 0)
      AND f.status = 'published' AND (f.valid_from IS NULL OR f.valid_from <= now()) AND ({condition})
) AS public ORDER BY latest.id
"""


class TokenTooOld(CityError):
    code = "token-too-old"
    status = 410


class Operation(StrEnum):
    """What the reader does: both CREATE and REPLACE mean to put the feature in place of whatever is held of it."""

    CREATE = "create"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`feature` is the present state, perhaps newer than `version`; None for a deletion."""

    operation: Operation
    feature_id: int
    version: int
    at: datetime
    feature: PublishedFeature | None


@dataclass(frozen=True, kw_only=True)
class Changes:
    """`place` is where to go on. There is more to read now when `more`."""

    entries: tuple[Entry, ...]
    place: int
    more: bool


def present_place(spec: LayerSpec) -> int:
    """The place up to which everything has been read by somebody who reads the layer now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM base_change WHERE layer = %s", [spec.id])
        return int(cursor.fetchone()[0])


def changes_since(
    spec: LayerSpec, place: int, *, limit: int, condition: Expression | None = None, kept_for: timedelta = KEPT_FOR
) -> Changes:
    """What at most `limit` changes after the place have led to, in their order; raises TokenTooOld.

    `condition` names public properties and the geometry; what does not fulfil it does not exist for this reader.
    """
    _require_kept(spec, place, kept_for)
    rows = _rows(spec, place, limit, condition)
    if not rows:
        return Changes(entries=(), place=place, more=False)
    # Read after the changes, so at least as new as they are.
    present = {f.id: f for f in features(spec, [row.feature_id for row in rows], condition=condition)}
    entries = (_entry(row, present) for row in rows)
    return Changes(
        entries=tuple(entry for entry in entries if entry), place=rows[0].reach, more=rows[0].number == limit
    )


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    feature_id: int
    version: int
    at: datetime
    reach: int
    number: int
    was_held: bool
    may_be_held: bool


def _rows(spec: LayerSpec, place: int, limit: int, condition: Expression | None) -> list[_Row]:
    test, values = where(spec, condition, geometry=Identifier("c", "geometry"), public_only=True)
    statement = SQL(CHANGES).format(table=Identifier(*spec.table), condition=test)
    with connection.cursor() as cursor:
        cursor.execute(statement, [spec.id, place, limit, place, spec.id, place, *values])
        return [_Row(*row) for row in cursor.fetchall()]


def _entry(row: _Row, present: Mapping[int, PublishedFeature]) -> Entry | None:
    feature = present.get(row.feature_id)
    if feature is None and not row.may_be_held:
        return None
    operation = Operation.DELETE if feature is None else Operation.REPLACE if row.was_held else Operation.CREATE
    version = row.version if feature is None else feature.version
    return Entry(operation=operation, feature_id=row.feature_id, version=version, at=row.at, feature=feature)


def _require_kept(spec: LayerSpec, place: int, kept_for: timedelta) -> None:
    """The first change that the reader has not seen must be young enough; and a place beyond the last is of a database
    that is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT at FROM base_change WHERE layer = %s AND id > %s ORDER BY id LIMIT 1),"
            " %s > coalesce((SELECT max(id) FROM base_change WHERE layer = %s), 0)",
            [spec.id, place, place, spec.id],
        )
        first_unseen_at, is_beyond = cursor.fetchone()
    if is_beyond or (first_unseen_at is not None and first_unseen_at < clock.now() - kept_for):
        raise TokenTooOld(
            _("The changes since then are not told any more. Read the whole layer again, and go on from since=now.")
        )
