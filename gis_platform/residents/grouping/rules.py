"""A group's rule: read, judged, and asked of everybody in one statement or of one resident in memory."""

import json
from datetime import date
from typing import Any

import cql2
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.sql import SQL, Composed

from gis_platform.core.cql2 import closures, sql
from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.cql2.parsing import from_json, from_text
from gis_platform.core.errors import InvalidInput
from gis_platform.residents.grouping.facts import FIELDS, facts_of
from gis_platform.residents.models import Resident


class RuleRefused(InvalidInput):
    code = "group-rule-refused"
    title = gettext_lazy("The rule of the group cannot stand")


def read(rule: object) -> Expression:
    """CQL2 as text or as decoded JSON. Raises RuleRefused, with the reason of the filter as `reason`."""
    try:
        expression = from_text(rule) if isinstance(rule, str) else from_json(rule)
        sql.compile(expression, FIELDS, zone=settings.CITY.time_zone)
    except FilterError as error:
        sentence = _(error.message).format(**error.values)
        raise RuleRefused(sentence, fields={"rule": sentence}, reason=error.code) from error
    return expression


def as_json(text: str) -> Any:
    """The rule as it is stored, of one written as CQL2 text. Raises RuleRefused."""
    read(text)
    return cql2.parse_text(text).to_json()


def as_text(rule: object) -> str:
    return str(cql2.parse_json(json.dumps(rule)).to_text())


def holds_of(expression: Expression, resident: Resident, *, on: date) -> bool:
    test = closures.compile(expression, FIELDS, zone=settings.CITY.time_zone)
    return test(facts_of(resident, on=on).as_row()) is True


def everybody(expression: Expression, *, on: date) -> tuple[Composed, list[Any]]:
    """A SELECT of the ids of all whom the rule holds of, to stand inside another, with its values."""
    test, values = sql.compile(expression, FIELDS, zone=settings.CITY.time_zone)
    found = SQL("SELECT f.resident_id FROM resident_facts(%s::date, %s::int) AS f WHERE {}").format(test)
    return found, [on, settings.CITY.adult_from, *values]
