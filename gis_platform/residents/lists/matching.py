"""From the rows of a table to residents and periods, each row with what becomes of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.core.luhn import holds_card_number
from gis_platform.residents.lists.reading import Row
from gis_platform.residents.models import Resident

EVIDENCE_LENGTH_MAX = 300

type Name = tuple[str, str, date]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """`reason` is a code of `errors.REASONS`, "" where the row can stand."""

    row: int
    resident_id: int | None = None
    period: DateRange | None = None
    evidence: str = ""
    reason: str = ""


def found_in(rows: Iterable[Row]) -> Iterator[Found]:
    """Of some rows at a time, with two questions to the database."""
    rows = list(rows)
    handles = {one for _row, cells in rows if (one := _uuid(cells.get("handle", "")))}
    names = {name for _row, cells in rows if (name := _name(cells))}
    by_handle = dict(Resident.objects.filter(handle__in=handles).values_list("handle", "pk"))
    by_name: dict[Name, list[int]] = defaultdict(list)
    born = {name[2] for name in names}
    for key, given, family, birth in Resident.objects.filter(birth_date__in=born).values_list(
        "pk", "given_name", "family_name", "birth_date"
    ):
        if birth is not None:
            by_name[(given.casefold(), family.casefold(), birth)].append(key)
    for number, cells in rows:
        yield _one(number, cells, by_handle, by_name)


def _one(number: int, cells: dict[str, str], handles: dict[UUID, int], names: dict[Name, list[int]]) -> Found:
    if any(map(holds_card_number, cells.values())):
        return Found(row=number, reason="card-number")
    keys, reason = _people(cells, handles, names)
    if reason:
        return Found(row=number, reason=reason)
    if len(keys) != 1:
        return Found(row=number, reason="ambiguous" if keys else "unknown")
    period = _period(cells)
    if period is None:
        return Found(row=number, reason="period")
    evidence = cells.get("evidence", "")[:EVIDENCE_LENGTH_MAX]
    return Found(row=number, resident_id=keys[0], period=period, evidence=evidence)


def _people(cells: dict[str, str], handles: dict[UUID, int], names: dict[Name, list[int]]) -> tuple[list[int], str]:
    if "handle" in cells:
        handle = _uuid(cells["handle"])
        return ([handles[handle]] if handle in handles else []), ""
    if "given_name" not in cells or "family_name" not in cells:
        return [], "nobody"
    name = _name(cells)
    return (names.get(name, []), "") if name else ([], "birth-date")


def _name(cells: dict[str, str]) -> Name | None:
    born = _day(cells.get("birth_date", ""))
    if born is None or "given_name" not in cells or "family_name" not in cells:
        return None
    return cells["given_name"].casefold(), cells["family_name"].casefold(), born


def _period(cells: dict[str, str]) -> DateRange | None:
    first, last = (_day(cells[name]) if name in cells else None for name in ("from", "until"))
    if ("from" in cells and first is None) or ("until" in cells and last is None):
        return None
    first = first or clock.today()
    return None if last is not None and last <= first else DateRange(first, last)


def _day(text: str) -> date | None:
    """ISO 8601, or the day first as in 24.11.2026."""
    day, dot, rest = text.partition(".")
    month, dots, year = rest.partition(".")
    try:
        return date(int(year), int(month), int(day)) if dot and dots else date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
