"""Programmes in force and cases to decide, for the tests of benefits."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from rules.benefits import versions
from rules.benefits.examples import worked_programmes
from rules.benefits.facts import RECEIPT, Case, PlaceFacts, ResidentFacts
from rules.benefits.models import Budget, Programme, ProgrammeVersion
from rules.engine.receipt import Line
from tests.people import a_user

FIRST_DAY = date(2026, 1, 1)
NOON = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)  # a Tuesday, noon in Jelgava
MERCHANT = "merchant:1"


def a_programme(code: str = "trips", **fields: Any) -> Programme:
    values = {
        "name_en": code.capitalize(),
        "legal_act": "Binding regulations",
        "legal_number": "1",
        "legal_date": date(2025, 12, 18),
        "funder": "city",
    }
    return Programme.objects.create(code=code, **values | fields)


def definition(effect: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    rule = {
        "id": "only",
        "target": {"kind": "lines", "categories": ["bus-ticket"]},
        "effect": effect or {"kind": "percent", "basis_points": 10_000},
        "group": {"code": "transport", "mode": "best"},
    }
    return {"format": 1, "triggers": ["receipt"], "rules": [rule]} | parts


def put_in_force(programme: Programme, written: Any = None, *, first_day: date = FIRST_DAY) -> ProgrammeVersion:
    author = a_user()
    draft = versions.draft(programme, definition=written or definition(), first_day=first_day, author=author)
    versions.submit(draft.pk, author=author)
    return versions.approve(draft.pk, approver=a_user())


def a_budget(programme: Programme, limit_cents: int = 1_000_000) -> Budget:
    return Budget.objects.create(
        programme=programme, period=DateRange(FIRST_DAY, date(2027, 1, 1)), limit_cents=limit_cents
    )


def worked(code: str, *, limit_cents: int = 1_000_000) -> Programme:
    """One of the programmes with worked examples, in force and with money."""
    found = next(one for one in worked_programmes() if one.code == code)
    programme = Programme.objects.create(**found.programme)
    put_in_force(programme, found.definition)
    a_budget(programme, limit_cents)
    return programme


def a_case(
    handle: str = "a-handle", *, groups: tuple[str, ...] = (), quantity: int = 1, at: datetime = NOON, **fields: Any
) -> Case:
    """A bus ticket of 0.85 at a validator."""
    line = Line(id="1", category="bus-ticket", amount_cents=85 * quantity, quantity=quantity)
    values = {
        "trigger": RECEIPT,
        "at": at,
        "resident": ResidentFacts(handle=handle, groups=frozenset(groups), birth_date=date(2014, 3, 1)),
        "place": PlaceFacts(id=1, category="bus_stop", position=(23.727, 56.6511)),
        "terminal": "device:1",
        "merchant": MERCHANT,
        "lines": (line,),
    }
    return Case(**values | fields)
