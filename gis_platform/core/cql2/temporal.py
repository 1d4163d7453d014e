"""Dates and times as the standard writes them (RFC 3339)."""

import re
from datetime import UTC, date, datetime

from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.errors import gettext_noop as _

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def read_date(text: object) -> date:
    """
    >>> read_date("2026-02-28")
    datetime.date(2026, 2, 28)
    """
    if isinstance(text, str) and DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise FilterError("filter-value", _("“{value}” is not a date; write it as 2026-02-28."), value=text)


def read_timestamp(text: object) -> datetime:
    """An instant with its offset; beyond microseconds digits are dropped.

    >>> read_timestamp("2026-02-28T12:00:00Z").isoformat()
    '2026-02-28T12:00:00+00:00'
    """
    if isinstance(text, str) and TIMESTAMP.fullmatch(text):
        try:
            return _in_utc(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            pass
    raise FilterError("filter-value", _("“{value}” is not a time; write it as 2026-02-28T12:00:00Z."), value=text)


def read_instant(text: object) -> date | datetime:
    return read_date(text) if isinstance(text, str) and "T" not in text else read_timestamp(text)


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
