"""What a process reads of a layer: published features that the caller may see, in arrays."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db import connections, transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from psycopg.sql import SQL, Composable, Identifier

from gis_platform.core.crs import WGS84
from gis_platform.core.database import PUBLISHED
from gis_platform.identity.layer_access import row_rule
from gis_platform.identity.models import RowRule
from layers.catalog import LayerSpec
from ogc_api.features.conditions import composed, conditions, joined
from ogc_api.parameters import InvalidParameter, ItemsRequest, read_filter
from ogc_api.processes.declaring import Caller
from ogc_api.processes.errors import InvalidExecution, ProcessTooLarge

FEATURES_MAX = 200_000  # of one layer in one process
STATEMENT_TIMEOUT_MS = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Features by id: shapely geometries, and the columns that were asked for."""

    ids: NDArray[np.int64]
    geometries: NDArray[Any]
    columns: dict[str, list[Any]]

    def __len__(self) -> int:
        return len(self.ids)


def features(
    caller: Caller,
    spec: LayerSpec,
    *,
    condition: Any = None,
    named: str = "filter",
    columns: Sequence[str] = (),
    srid: int = WGS84,
    most: int = FEATURES_MAX,
    boxes: Sequence[tuple[float, float, float, float]] = (),
) -> Features:
    """The features that fulfil `condition` (CQL2, as text or as JSON; `named` is the input that holds it).

    `boxes` are in EPSG:4326 degrees. Raises InvalidExecution, and ProcessTooLarge for more than `most`.
    """
    where, values = selection(caller, spec, condition=condition, named=named, boxes=boxes)
    shape: Composable = SQL("f.geometry")
    if srid != WGS84:
        shape = SQL("ST_Transform(f.geometry, {})").format(srid)
    chosen = [Identifier("f", _column(spec, name)) for name in columns]
    statement = SQL("SELECT {fields} FROM {view} AS f WHERE {where} ORDER BY f.id LIMIT %s").format(
        fields=SQL(", ").join([SQL("f.id"), SQL("ST_AsBinary({})").format(shape), *chosen]),
        view=Identifier(*spec.view),
        where=where,
    )
    rows = fetch(statement, [*values, most + 1])
    if len(rows) > most:
        raise ProcessTooLarge(
            _("The layer “{layer}” has more than {limit} features here; filter it.").format(
                layer=spec.title, limit=most
            )
        )
    return Features(
        ids=np.array([row[0] for row in rows], dtype=np.int64),
        geometries=shapely.from_wkb([bytes(row[1]) for row in rows]),
        columns={name: [row[2 + place] for row in rows] for place, name in enumerate(columns)},
    )


def selection(
    caller: Caller,
    spec: LayerSpec,
    *,
    condition: Any = None,
    named: str = "filter",
    boxes: Sequence[tuple[float, float, float, float]] = (),
) -> tuple[Composable, list[Any]]:
    """The condition on a row called `f`, of the request and of the caller's row rules; raises InvalidExecution."""
    wanted = wanted_of(caller, spec, condition=condition, named=named, boxes=boxes)
    try:
        found = joined(conditions(spec, wanted))
    except InvalidParameter as error:
        raise refused(named, str(error)) from error
    return composed(found.text), found.values


def wanted_of(
    caller: Caller,
    spec: LayerSpec,
    *,
    condition: Any = None,
    named: str = "filter",
    boxes: Sequence[tuple[float, float, float, float]] = (),
) -> ItemsRequest:
    """The same as a request for items, which the writers of files take; raises InvalidExecution."""
    rule = row_rule(caller.user, spec, RowRule.Action.READ)
    return ItemsRequest(filter=_expression(condition, named), rule=rule, boxes=tuple(boxes))


def fetch(statement: Composable, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows, through the window that sees what is published, within a time limit longer than a request's."""
    with transaction.atomic(using=PUBLISHED), connections[PUBLISHED].cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def refused(name: str, problem: str) -> InvalidExecution:
    return InvalidExecution(_("Input “{name}”: {problem}").format(name=name, problem=problem), fields={name: problem})


def labels(spec: LayerSpec, read: Features) -> list[str]:
    """What people call each feature; its number where it has no name. `read` holds the label's column, if any."""
    names = read.columns.get(spec.label, [""] * len(read))
    return [str(name or key) for name, key in zip(names, read.ids.tolist(), strict=True)]


def label_columns(spec: LayerSpec) -> tuple[str, ...]:
    return (spec.label,) if spec.label and spec.property(spec.label) else ()


def _column(spec: LayerSpec, name: str) -> str:
    prop = spec.property(name)
    assert prop is not None, f"{spec.id} has no property {name}"
    assert not prop.private, f"{spec.id}.{name} is private"
    return prop.column


def _expression(condition: Any, named: str) -> Any:
    if condition in (None, "", {}):
        return None
    try:
        if isinstance(condition, str):
            return read_filter(condition, language="cql2-text")
        return read_filter(json.dumps(condition), language="cql2-json")
    except InvalidParameter as error:
        raise refused(named, str(error)) from error
