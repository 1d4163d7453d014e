"""A form made from a process's inputs, and what people fill in turned back into inputs."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from ogc_api.processes import strict_json
from ogc_api.processes.declaring import Caller, Input, Kind, Process, Schema
from ogc_api.processes.errors import InvalidExecution
from ogc_api.processes.models import Job
from ogc_api.processes.requests import Execution, checked

WIDGETS = {Kind.LAYER: "choice", Kind.FILTER: "filter", Kind.POINT: "point"}
TEXT_MAX = 20_000  # characters of one field


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input as a form shows it. `choices` are value and title; the empty value is no choice."""

    name: str
    title: str
    help: str
    widget: str  # "choice", "filter", "point", "number", "numbers", "instant", "checkbox", "text", "json"
    required: bool
    optional: bool  # may be left empty, which then means something else than a default
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    minimum: Any = None
    maximum: Any = None
    step: str = "any"
    problem: str = ""


def fields(process: Process, caller: Caller, given: QueryDict | None, problems: dict[str, str]) -> list[Field]:
    """The fields, filled with what was given, else with the first example's inputs, else with their defaults."""
    titles = {spec.id: str(spec.title) for spec in caller.layers()}
    example = process.examples[0].inputs if process.examples else {}
    found = []
    for name, declared in process.inputs.items():
        schema = declared.schema_for(caller)
        widget = _widget(declared, schema)
        starting = example.get(name, schema.get("default"))
        value = given.get(name, "") if given is not None else _text(starting, widget)
        found.append(
            Field(
                name=name,
                title=str(declared.title),
                help=str(declared.description),
                widget=widget,
                required=declared.required and "default" not in schema,
                optional=not declared.required and "default" not in schema,
                value=value,
                choices=_choices(schema, titles | {key: str(title) for key, title in declared.titles.items()}),
                minimum=schema.get("minimum"),
                maximum=schema.get("maximum"),
                step="1" if schema.get("type") == "integer" else "any",
                problem=problems.get(name, ""),
            )
        )
    return found


def execution_of(process: Process, given: QueryDict, caller: Caller) -> Execution:
    """What a filled-in form asks for, each result to be looked at on its own; raises InvalidExecution."""
    inputs: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, declared in process.inputs.items():
        schema = declared.schema_for(caller)
        widget = _widget(declared, schema)
        try:
            value = _value(widget, schema, given.getlist(name))
            strict_json.check(value)
        except (ValueError, RecursionError):
            problems[name] = _("This cannot be read.")
            continue
        if value is not None:
            inputs[name] = value
    if problems:
        first = next(iter(problems))
        raise InvalidExecution(f"{first}: {problems[first]}", fields=problems)
    return Execution(
        process, checked(process, inputs, caller), dict.fromkeys(process.outputs, "reference"), Job.Response.DOCUMENT
    )


def _widget(declared: Input, schema: Schema) -> str:
    if declared.kind in WIDGETS:
        return WIDGETS[declared.kind]
    match schema:
        case {"enum": _choices}:
            return "choice"
        case {"type": "boolean"}:
            return "checkbox"
        case {"type": "integer" | "number"}:
            return "number"
        case {"type": "string", "format": "date-time"}:
            return "instant"
        case {"type": "string"}:
            return "text"
        case {"type": "array", "items": {"type": "number" | "integer"}}:
            return "numbers"
    return "json"


def _value(widget: str, schema: Schema, given: list[str]) -> Any:
    """None where nothing was filled in; raises ValueError."""
    text = given[0].strip() if given else ""
    if len(text) > TEXT_MAX:
        raise ValueError("too long")
    if widget == "checkbox":
        return bool(text)
    if not text:
        return None
    match widget:
        case "number":
            return int(text) if schema.get("type") == "integer" else float(text)
        case "numbers":
            return [float(part) for part in text.replace(";", ",").split(",") if part.strip()]
        case "point":
            longitude, latitude = (float(part) for part in text.replace(";", ",").split(","))
            return {"type": "Point", "coordinates": [longitude, latitude]}
        case "json":
            return json.loads(text)
        case "choice" if schema.get("type") == "integer":
            return int(text)
    return text


def _text(value: Any, widget: str) -> str:
    if value is None:
        return ""
    if widget == "point":
        return ", ".join(map(str, value["coordinates"]))
    if widget == "numbers":
        return ", ".join(f"{number:g}" for number in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _choices(schema: Schema, titles: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), titles.get(str(value), str(value))) for value in schema.get("enum", ()))
