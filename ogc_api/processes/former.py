"""What a layer showed at some time, from its history. Public properties alone, of what was published then."""

import json
from datetime import datetime
from typing import Any

import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Literal

from gis_platform.core.errors import Forbidden
from gis_platform.identity.layer_access import row_rule
from gis_platform.identity.models import RowRule
from gis_platform.identity.roles import is_staff_member
from layers.catalog import LayerSpec
from ogc_api.processes.comparing import State
from ogc_api.processes.declaring import Caller
from ogc_api.processes.errors import ProcessTooLarge

STATEMENT_TIMEOUT_MS = 60_000


def states(caller: Caller, spec: LayerSpec, at: datetime, *, names: list[str], srid: int, most: int) -> list[State]:
    """Raises Forbidden for all but staff: what was taken back must not be read here."""
    if not is_staff_member(caller.user) or row_rule(caller.user, spec, RowRule.Action.READ) is not None:
        raise Forbidden(_("What a layer showed formerly is for staff who may read the whole of it."))
    rows = _rows(spec, at, names=names, srid=srid, most=most + 1)
    if len(rows) > most:
        raise ProcessTooLarge(
            _("The layer “{layer}” has more than {limit} features here; filter it.").format(
                layer=spec.title, limit=most
            )
        )
    return [
        State(str(key), f"{spec.title} {key}", shapely.from_wkb(bytes(shape)), dict(zip(names, values, strict=True)))
        for key, shape, *values in rows
    ]


def _rows(spec: LayerSpec, at: datetime, *, names: list[str], srid: int, most: int) -> list[tuple[Any, ...]]:
    columns = [spec.property(name) for name in names]
    values = [SQL("state->{}").format(Literal(prop.column)) for prop in columns if prop is not None]
    # As of then a feature is what its last change left behind; a deletion leaves its last state, and is none.
    statement = SQL(
        "SELECT feature_id, ST_AsBinary(ST_Transform(geometry, {srid})), {values} FROM ("
        "SELECT DISTINCT ON (feature_id) feature_id, operation, state, geometry FROM base_change"
        " WHERE layer = %s AND at <= %s ORDER BY feature_id, version DESC) AS last"
        " WHERE operation <> 'delete' AND state->>'status' = 'published'"
        " AND coalesce((state->>'valid_from')::timestamptz <= %s, true)"
        " AND coalesce((state->>'valid_to')::timestamptz > %s, true)"
        " ORDER BY feature_id LIMIT %s"
    ).format(srid=Literal(srid), values=SQL(", ").join([SQL("NULL"), *values]))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
        cursor.execute(statement, [spec.id, at, at, at, most])
        # Django hands JSON over as text.
        return [(row[0], row[1], *(value and json.loads(value) for value in row[3:])) for row in cursor.fetchall()]
