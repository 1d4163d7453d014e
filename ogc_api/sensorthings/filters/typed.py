"""SQL that knows what it yields, and how one kind is taken for another."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composable

from ogc_api.sensorthings.filters.syntax import ExpressionError
from ogc_api.sensorthings.model import Kind

NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER})
# What the values of JSON are called there; only a value of the wanted kind is taken, any other is null.
JSON_TYPES = {Kind.STRING: "string", Kind.NUMBER: "number", Kind.INTEGER: "number", Kind.BOOLEAN: "boolean"}


@dataclass(frozen=True, slots=True)
class Typed:
    """`geographic` only of a geometry that is measured in metres; `literal` is a literal's own value."""

    kind: Kind
    sql: Composable
    geographic: bool = False
    literal: Any = None


def taken_as(value: Typed, kind: Kind, *, by: str) -> Composable:
    """The value as SQL of another kind; raises ExpressionError, naming `by` whom it is wanted."""
    if value.kind is kind:
        return value.sql
    if value.kind is Kind.NULL:
        return SQL("NULL::{}").format(kind.type)
    if kind is Kind.NUMBER and value.kind is Kind.INTEGER:
        return SQL("({})::double precision").format(value.sql)
    if kind is Kind.INSTANT and value.kind is Kind.DATE:
        return SQL("(({})::timestamp AT TIME ZONE 'UTC')").format(value.sql)
    if value.kind is Kind.JSON and kind in JSON_TYPES:
        return SQL("CASE WHEN jsonb_typeof({json}) = {name} THEN ({json} #>> '{{}}')::{type} END").format(
            json=value.sql, name=SQL(f"'{JSON_TYPES[kind]}'"), type=SQL(_number_or(kind))
        )
    raise ExpressionError(
        _("“%(by)s” cannot take %(found)s for %(wanted)s.")
        % {"by": by, "found": described(value.kind), "wanted": described(kind)}
    )


def described(kind: Kind) -> str:
    return kind.name.lower()


def _number_or(kind: Kind) -> str:
    return Kind.NUMBER.value if kind in NUMBERS else kind.value
