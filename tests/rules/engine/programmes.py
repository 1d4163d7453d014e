"""Facts and definitions that the engine's tests share."""

from typing import Any

from rules.engine.definition import Programme, read_definition
from rules.engine.facts import Fact, FactSchema, Kind

SCHEMA = FactSchema(
    [
        Fact(name="trigger", kind=Kind.STRING, values=("receipt", "check-in")),
        Fact(name="at", kind=Kind.INSTANT),
        Fact(name="day", kind=Kind.DATE),
        Fact(name="age", kind=Kind.INTEGER, unit="year"),
        Fact(name="walk", kind=Kind.INTEGER, unit="minute"),
        Fact(name="income", kind=Kind.CENTS),
        Fact(name="share", kind=Kind.NUMBER),
        Fact(name="name", kind=Kind.STRING),
        Fact(name="place", kind=Kind.STRING, values=("castle", "museum", "bus")),
        Fact(name="groups", kind=Kind.STRINGS, values=("pupil", "senior")),
        Fact(name="verified", kind=Kind.BOOLEAN),
        Fact(name="position", kind=Kind.GEOMETRY),
    ]
)

AGE = {"property": "age"}


def op(name: str, *args: Any) -> dict[str, Any]:
    return {"op": name, "args": list(args)}


def fact(name: str) -> dict[str, str]:
    return {"property": name}


def rule(effect: dict[str, Any], *, group: str = "tickets", mode: str = "best", **parts: Any) -> dict[str, Any]:
    return {"id": "only", "effect": effect, "group": {"code": group, "mode": mode}} | parts


def lines(*categories: str) -> dict[str, Any]:
    return {"kind": "lines", "categories": list(categories)}


def percent(basis_points: int) -> dict[str, Any]:
    return {"kind": "percent", "basis_points": basis_points}


def amount(cents: int) -> dict[str, Any]:
    return {"kind": "amount", "cents": cents}


def definition(*rules: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"format": 1, "triggers": ["receipt"], "rules": list(rules)} | parts


def programme(code: str, *rules: dict[str, Any], **parts: Any) -> Programme:
    return read_definition(code, definition(*rules, **parts), SCHEMA)
