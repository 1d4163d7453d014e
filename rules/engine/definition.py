"""A programme's definition, checked and compiled to what a decision needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rules.engine.condition import Condition
from rules.engine.errors import RuleError
from rules.engine.facts import FactSchema
from rules.engine.forms import Cap, DefinitionForm, Points, RuleForm


@dataclass(frozen=True, slots=True)
class Rule:
    programme: str
    form: RuleForm
    conditions: tuple[Condition, ...]  # the programme's, then its own; all have to hold

    @property
    def id(self) -> str:
        return self.form.id

    @property
    def key(self) -> tuple[str, str]:
        return self.programme, self.form.id

    @property
    def gives_points(self) -> bool:
        return isinstance(self.form.effect, Points)


@dataclass(frozen=True, slots=True)
class Programme:
    """One version of a programme, ready to decide."""

    code: str
    form: DefinitionForm
    rules: tuple[Rule, ...]

    @property
    def caps(self) -> list[Cap]:
        return self.form.caps

    def answers(self, trigger: str) -> bool:
        return trigger in self.form.triggers


def read_definition(code: str, value: Mapping[str, Any], schema: FactSchema) -> Programme:
    """Raises RuleError whose field is the path of what cannot stand, such as `rules.0.effect.cents`."""
    try:
        form = DefinitionForm.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"]) or "definition"
        raise RuleError(path, first["msg"]) from error
    _check_triggers(form, schema)
    shared = _conditions(form.when, schema, field="when")
    rules = tuple(
        Rule(code, rule, shared + _conditions(rule.when, schema, field=f"rules.{place}.when"))
        for place, rule in enumerate(form.rules)
    )
    return Programme(code, form, rules)


def _check_triggers(form: DefinitionForm, schema: FactSchema) -> None:
    known = schema.fact("trigger", field="triggers").values
    for trigger in form.triggers:
        if trigger not in known:
            raise RuleError("triggers", f"“{trigger}” is none of {', '.join(known)}")


def _conditions(value: dict[str, Any] | None, schema: FactSchema, *, field: str) -> tuple[Condition, ...]:
    return () if value is None else (Condition(value, schema, field=field),)
