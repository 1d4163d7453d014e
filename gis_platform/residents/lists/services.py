"""The verbs of an imported list: start, preview, apply, drop, undo. Each may be called again after a crash."""

import base64
from collections.abc import Iterable
from datetime import date
from itertools import batched
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import audit, clock, outbox
from gis_platform.core.actor import acting
from gis_platform.core.errors import CityError, InvalidInput
from gis_platform.residents.lists.errors import GroupNotListed, ListChanged, ListState
from gis_platform.residents.lists.matching import Found, found_in
from gis_platform.residents.lists.reading import require_size, rows_of
from gis_platform.residents.models import Group, GroupImport, GroupImportRow, Membership

ROWS_AT_A_TIME = 500
BY_HAND = (Membership.Source.LISTED, Membership.Source.IMPORT)
PREVIEW, APPLY = "residents.list-preview", "residents.list-apply"
State, Action = GroupImport.State, GroupImportRow.Action


def start(group: Group, content: bytes, *, file_name: str, mode: str, actor: str) -> GroupImport:
    """Keeps the file, sealed, and promises its preview. Raises GroupNotListed, InvalidInput or ListTooLarge."""
    if group.made != Group.Made.LISTED:
        raise GroupNotListed
    if mode not in GroupImport.Mode.values:
        raise InvalidInput(fields={"mode": "add, replace"})
    require_size(len(content))
    with acting(actor, "list uploaded"):
        run = GroupImport.objects.create(
            group=group,
            file_name=Path(file_name.replace("\\", "/")).name[:200] or "list",
            content=base64.b64encode(content).decode(),
            mode=mode,
            actor=actor,
            created_at=clock.now(),
        )
        audit.record("residents.list-uploaded", f"group:{group.code}", run=str(run.pk))
        outbox.publish(PREVIEW, run_id=str(run.pk))
    return run


def preview(run: GroupImport) -> None:
    """Says what the list would do; a list that cannot stand is refused with its reason."""
    try:
        rows = rows_of(base64.b64decode(run.content or ""))
    except CityError as error:
        _move(run, State.FAILED, content=None, error_code=error.code, error_text=str(error), progress=100)
        return
    run.rows.all().delete()
    seen: set[int] = set()
    present = _members(run.group)
    for batch in batched(rows, ROWS_AT_A_TIME):
        run.rows.bulk_create([_staged(run, found, seen, present) for found in found_in(batch)])
        _report(run, min(len(rows), run.rows.count()) * 90 // len(rows))
    if run.mode == GroupImport.Mode.REPLACE:
        run.rows.bulk_create(_removals(run, set(present) - seen))
    counts = {name: run.rows.filter(action=action).count() for name, action in COUNTED.items()}
    _move(run, State.PREVIEWED, progress=100, **counts)


COUNTED = {"adds": Action.ADD, "removes": Action.REMOVE, "unchanged": Action.UNCHANGED, "rejects": Action.REJECT}


def request_apply(run: GroupImport, *, actor: str) -> None:
    """Of two requests one wins. Raises ListState."""
    with acting(actor, "list applied"):
        _move(run, State.APPLYING, progress=0)
        outbox.publish(APPLY, run_id=str(run.pk))


def apply(run: GroupImport) -> None:
    """All of it or nothing. A group that has changed since the preview fails the list with ListChanged's code."""
    try:
        with acting(run.actor, "list applied"):
            Group.objects.select_for_update().get(pk=run.group_id)
            _remove(run, clock.today())
            _add(run)
            _move(run, State.APPLIED, progress=100, content=None, applied_at=clock.now())
            audit.record("residents.list-applied", f"group:{run.group.code}", run=str(run.pk), adds=run.adds)
    except ListChanged as error:
        _move(run, State.FAILED, content=None, error_code=error.code, error_text=str(error), progress=100)


def drop(run: GroupImport, *, actor: str) -> None:
    """Raises ListState."""
    with acting(actor, "list dropped"):
        _move(run, State.DROPPED, content=None)
        run.rows.all().delete()
        audit.record("residents.list-dropped", f"group:{run.group.code}", run=str(run.pk))


def undo(run: GroupImport, *, actor: str) -> int:
    """How many have their former state again; a membership that was changed since stays as it is. Raises ListState."""
    with acting(actor, "list undone"):
        _move(run, State.UNDONE)
        undone = 0
        for row in run.rows.filter(action=Action.ADD):
            made = Membership.objects.filter(
                group=run.group, resident=row.resident_id, period=row.period, source=Membership.Source.IMPORT
            )
            undone += made.delete()[0]
        for row in run.rows.filter(action=Action.REMOVE):
            undone += _restore(run, row)
        audit.record("residents.list-undone", f"group:{run.group.code}", run=str(run.pk), undone=undone)
    return undone


def _staged(run: GroupImport, found: Found, seen: set[int], present: dict[int, list[DateRange]]) -> GroupImportRow:
    action, reason = Action.ADD, found.reason
    if not reason and found.resident_id in seen:
        reason = "doubled"
    if reason:
        action = Action.REJECT
    elif found.resident_id is not None:
        seen.add(found.resident_id)
        if found.resident_id in present:
            action = Action.UNCHANGED
    return GroupImportRow(
        run=run,
        row=found.row,
        resident_id=None if reason else found.resident_id,
        action=action,
        period=found.period,
        evidence=found.evidence,
        reason=reason,
    )


def _members(group: Group) -> dict[int, list[DateRange]]:
    """Today's and future members by hand, with their periods."""
    held: dict[int, list[DateRange]] = {}
    coming = Membership.objects.filter(group=group, source__in=BY_HAND, period__overlap=_from(clock.today()))
    for resident_id, period in coming.values_list("resident", "period"):
        held.setdefault(resident_id, []).append(period)
    return held


def _removals(run: GroupImport, missing: Iterable[int]) -> list[GroupImportRow]:
    held = _members(run.group)
    return [
        GroupImportRow(run=run, resident_id=resident_id, action=Action.REMOVE, period=period)
        for resident_id in sorted(missing)
        for period in held[resident_id]
    ]


def _remove(run: GroupImport, day: date) -> None:
    for row in run.rows.filter(action=Action.REMOVE):
        held = Membership.objects.filter(group=run.group, resident=row.resident_id, period=row.period)
        begun = row.period.lower is None or row.period.lower < day
        changed = held.update(period=DateRange(row.period.lower, day)) if begun else held.delete()[0]
        if changed != 1:
            raise ListChanged


def _add(run: GroupImport) -> None:
    joining = [
        Membership(
            group=run.group,
            resident_id=row.member_id,
            period=row.period,
            evidence=row.evidence,
            source=Membership.Source.IMPORT,
        )
        for row in run.rows.filter(action=Action.ADD)
    ]
    try:
        with transaction.atomic():
            Membership.objects.bulk_create(joining, batch_size=ROWS_AT_A_TIME)
    except IntegrityError:
        raise ListChanged from None


def _restore(run: GroupImport, row: GroupImportRow) -> int:
    held = Membership.objects.filter(group=run.group, resident=row.resident_id)
    assert run.applied_at is not None
    day = clock.local(run.applied_at).date()
    if row.period.lower is None or row.period.lower < day:
        return held.filter(period=DateRange(row.period.lower, day)).update(period=row.period)
    if held.filter(period__overlap=row.period).exists():
        return 0
    Membership.objects.create(group=run.group, resident_id=row.member_id, period=row.period)
    return 1


def _from(day: date) -> DateRange:
    return DateRange(day, None)


def _report(run: GroupImport, percent: int) -> None:
    GroupImport.objects.filter(pk=run.pk).update(progress=percent)


def _move(run: GroupImport, to: GroupImport.State, **values: object) -> None:
    allowed = [state for state, targets in GroupImport.MOVES.items() if to in targets]
    moved = GroupImport.objects.filter(pk=run.pk, state__in=allowed).update(state=to, **values)
    run.refresh_from_db()
    if moved != 1:
        raise ListState
