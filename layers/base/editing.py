"""The writing verbs of every layer: create, replace, update, delete, restore. One verb, one transaction.

Each says who and why. In its one transaction the triggers write the history, and it leaves an entry in the audit log
and a promise in the outbox. A change names the version that it was made from and is refused when that is not the
current one, so that of two editors at once exactly one wins. `within` is the condition that an editor is bound to: the
feature must fulfil it before the change and after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable, Identifier, Placeholder
from psycopg.types.json import Jsonb
from shapely import set_srid, to_wkb
from shapely.geometry.base import BaseGeometry

from gis_platform.core import audit, outbox
from gis_platform.core.actor import acting
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from layers.base.cleaning import EMPTY, clean_properties
from layers.base.conditions import fulfils
from layers.base.geometry import fit
from layers.base.models import Change, Status
from layers.base.statuses import has_status, require_move
from layers.catalog import LayerSpec

CHANGED = "layers.feature-changed"  # the topic of the outbox; whoever tells others of edits handles it


@dataclass(frozen=True, slots=True)
class Stored:
    """What an edit left behind."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What kind of change it is, who makes it, why, and what it is bound to."""

    operation: Change.Operation
    actor: str
    reason: str = ""
    within: Expression | None = None
    is_move: bool = False  # of the status, which must not stay as it is then


class FeatureNotFound(NotFound):
    code = "feature-not-found"


class StaleVersion(PreconditionFailed):
    code = "stale-version"


class OutsideYourArea(Forbidden):
    code = "outside-your-area"


class LayerIsReadOnly(Forbidden):
    code = "layer-read-only"


class FeatureConflict(Conflict):
    code = "feature-conflict"


def create_feature(
    spec: LayerSpec,
    *,
    properties: Mapping[str, Any],
    geometry: BaseGeometry,
    actor: str,
    reason: str = "",
    within: Expression | None = None,
) -> Stored:
    """Adds a feature; raises InvalidInput, OutsideYourArea or FeatureConflict (a code or identifier that is taken)."""
    columns = clean_properties(spec, properties, partial=False)
    edit = Edit(Change.Operation.CREATE, actor=actor, reason=reason, within=within)
    return _write(spec, edit, _insert(spec, columns), _bound(columns, fit(spec, geometry)))


def replace_feature(
    spec: LayerSpec,
    feature_id: int,
    *,
    properties: Mapping[str, Any],
    geometry: BaseGeometry,
    version: int,
    actor: str,
    reason: str = "",
    within: Expression | None = None,
) -> Stored:
    """Puts a whole new state in the place of the given version; private properties that are not named stay."""
    columns = clean_properties(spec, properties, partial=False)
    edit = Edit(Change.Operation.UPDATE, actor=actor, reason=reason, within=within)
    return _update(spec, feature_id, edit, columns, fit(spec, geometry), version=version)


def update_feature(
    spec: LayerSpec,
    feature_id: int,
    *,
    properties: Mapping[str, Any],
    geometry: BaseGeometry | None = None,
    version: int,
    actor: str,
    reason: str = "",
    within: Expression | None = None,
) -> Stored:
    """Changes the named properties of the given version and leaves the rest (RFC 7396: None empties)."""
    columns = clean_properties(spec, properties, partial=True)
    fitted = None if geometry is None else fit(spec, geometry)
    if not columns and fitted is None:
        return Stored(feature_id, _require_version(spec, feature_id, version))
    edit = Edit(Change.Operation.UPDATE, actor=actor, reason=reason, within=within)
    return _update(spec, feature_id, edit, columns, fitted, version=version)


def move_status(
    spec: LayerSpec,
    feature_id: int,
    *,
    to: str,
    version: int,
    actor: str,
    reason: str = "",
    within: Expression | None = None,
) -> Stored:
    """Moves the given version to another status; raises MoveNotAllowed, StaleVersion or FeatureNotFound."""
    if not has_status(spec):
        require_move(spec, before="", to=to)
    edit = Edit(Change.Operation.UPDATE, actor=actor, reason=reason, within=within, is_move=True)
    return _update(spec, feature_id, edit, {"status": to}, None, version=version)


def delete_feature(
    spec: LayerSpec,
    feature_id: int,
    *,
    version: int,
    actor: str,
    reason: str = "",
    within: Expression | None = None,
) -> Stored:
    """Removes the given version; its history stays and it can be restored."""
    statement = SQL("DELETE FROM {} WHERE id = %(id)s AND version = %(version)s RETURNING id, version + 1").format(
        Identifier(*spec.table)
    )
    edit = Edit(Change.Operation.DELETE, actor=actor, reason=reason, within=within)
    return _write(spec, edit, statement, {"id": feature_id, "version": version})


def restore_feature(
    spec: LayerSpec,
    feature_id: int,
    *,
    to_version: int,
    version: int,
    actor: str,
    reason: str = "",
    within: Expression | None = None,
) -> Stored:
    """Brings back an earlier state as a new version, also of a feature that was deleted since.

    It is not bound to the table of moves: what was published before is published again.
    """
    _require_writable(spec)
    past = Change.objects.filter(layer=spec.id, feature_id=feature_id, version=to_version).first()
    if past is None:
        raise FeatureNotFound(_("There is no version {version} of this feature.").format(version=to_version))
    columns = [p.column for p in spec.editable_properties if p.column in past.state]
    recall = SQL("SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %(state)s)").format(
        columns=SQL(", ").join(map(Identifier, columns)), table=Identifier(*spec.table)
    )
    targets = SQL(", ").join([*map(Identifier, columns), Identifier("geometry")])
    latest = Change.objects.filter(layer=spec.id, feature_id=feature_id).latest("version")
    operation = Change.Operation.UPDATE
    if latest.operation == Change.Operation.DELETE:
        operation = Change.Operation.CREATE
        if latest.version != version:
            raise stale(latest.version)
        statement = SQL(
            "INSERT INTO {table} ({targets}, id, version)"
            " SELECT past.*, %(geometry)s::geometry, %(id)s, %(version)s + 1 FROM ({recall}) AS past"
            " RETURNING id, version"
        ).format(table=Identifier(*spec.table), targets=targets, recall=recall)
    else:
        statement = SQL(
            "UPDATE {table} SET ({targets}) = (SELECT past.*, %(geometry)s::geometry FROM ({recall}) AS past)"
            " WHERE id = %(id)s AND version = %(version)s RETURNING id, version"
        ).format(table=Identifier(*spec.table), targets=targets, recall=recall)
    values = {
        "id": feature_id,
        "version": version,
        "state": Jsonb(past.state),
        "geometry": past.geometry.hexewkb.decode(),
    }
    edit = Edit(operation, actor=actor, reason=reason, within=within)
    return _write(spec, edit, statement, values)


def _insert(spec: LayerSpec, columns: Mapping[str, Any]) -> Composable:
    return SQL(
        "INSERT INTO {table} ({names}, geometry) VALUES ({values}, %(geometry)s::geometry) RETURNING id, version"
    ).format(
        table=Identifier(*spec.table),
        names=SQL(", ").join(map(Identifier, columns)),
        values=SQL(", ").join(_value(index, value) for index, value in enumerate(columns.values())),
    )


def _update(
    spec: LayerSpec,
    feature_id: int,
    edit: Edit,
    columns: Mapping[str, Any],
    geometry: BaseGeometry | None,
    *,
    version: int,
) -> Stored:
    changes: list[Composable] = [
        SQL("{} = {}").format(Identifier(name), _value(index, value))
        for index, (name, value) in enumerate(columns.items())
    ]
    if geometry is not None:
        changes.append(SQL("geometry = %(geometry)s::geometry"))
    statement = SQL(
        "UPDATE {table} SET {changes} WHERE id = %(id)s AND version = %(version)s RETURNING id, version"
    ).format(table=Identifier(*spec.table), changes=SQL(", ").join(changes))
    values = _bound(columns, geometry) | {"id": feature_id, "version": version}
    return _write(spec, edit, statement, values, status=columns.get("status"))


def _write(spec: LayerSpec, edit: Edit, statement: Composable, values: dict[str, Any], *, status: Any = None) -> Stored:
    """`status` is the one that the edit sets by hand, if it does."""
    _require_writable(spec)
    changes_what_is_there = edit.operation is not Change.Operation.CREATE
    try:
        with acting(edit.actor, edit.reason), connection.cursor() as cursor:
            if changes_what_is_there and (status is not None or edit.within is not None):
                _require_allowed(spec, edit, values, status)
            cursor.execute(statement, values)
            row = cursor.fetchone()
            if row is None:
                _require_version(spec, values["id"], values["version"])
                raise AssertionError("the current version was named and yet no row changed")
            stored = Stored(*row)
            if edit.operation is not Change.Operation.DELETE:
                _require_within(spec, edit, stored.id)
            _tell(spec, edit, stored)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "unknown"
        raise FeatureConflict(
            _("The change contradicts a rule of the layer ({constraint}).").format(constraint=name), constraint=name
        ) from error
    return stored


def _require_allowed(spec: LayerSpec, edit: Edit, values: dict[str, Any], status: Any) -> None:
    """Whether the feature as it is now may be changed so; locks it, so that the answer still holds at the change."""
    statement = SQL("SELECT version, status FROM {} WHERE id = %s FOR UPDATE").format(Identifier(*spec.table))
    with connection.cursor() as cursor:
        cursor.execute(statement, [values["id"]])
        row = cursor.fetchone()
    if row is None:
        raise FeatureNotFound(_("There is no such feature."))
    _require_within(spec, edit, values["id"])
    if row[0] != values["version"]:
        raise stale(row[0])
    to = Status.PUBLISHED.value if status is EMPTY else status
    if edit.is_move or (to is not None and to != row[1]):
        require_move(spec, before=row[1], to=to)


def _require_within(spec: LayerSpec, edit: Edit, feature_id: int) -> None:
    if edit.within is not None and not fulfils(spec, feature_id, edit.within):
        raise OutsideYourArea(_("Your role edits other features of this layer, not this one or not to this state."))


def _tell(spec: LayerSpec, edit: Edit, stored: Stored) -> None:
    """Who did it, for the audit log, and that it happened, for whoever tells others: in the transaction of the edit."""
    audit.record(f"feature.{edit.operation}", f"{spec.id}:{stored.id}", version=stored.version)
    outbox.publish(CHANGED, layer=spec.id, feature=stored.id, version=stored.version, operation=edit.operation)


def _require_writable(spec: LayerSpec) -> None:
    if not spec.writable:
        raise LayerIsReadOnly(_("The features of this layer are not edited here."))


def _require_version(spec: LayerSpec, feature_id: int, version: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(SQL("SELECT version FROM {} WHERE id = %s").format(Identifier(*spec.table)), [feature_id])
        row = cursor.fetchone()
    if row is None:
        raise FeatureNotFound(_("There is no such feature."))
    if row[0] != version:
        raise stale(row[0])
    return version


def stale(current: int) -> StaleVersion:
    return StaleVersion(
        _("Somebody has changed the feature since you read it; read version {current} and try again.").format(
            current=current
        ),
        current_version=current,
    )


def _bound(columns: Mapping[str, Any], geometry: BaseGeometry | None) -> dict[str, Any]:
    values = {
        _parameter(index): Jsonb(value) if isinstance(value, dict | list) else value
        for index, value in enumerate(columns.values())
        if value is not EMPTY
    }
    if geometry is not None:
        values["geometry"] = to_wkb(set_srid(geometry, 4326), hex=True, include_srid=True)
    return values


def _value(index: int, value: Any) -> Composable:
    return SQL("DEFAULT") if value is EMPTY else Placeholder(_parameter(index))


def _parameter(index: int) -> str:
    """Parameters are numbered: a column of a planner's file may be called anything."""
    return f"column{index}"
