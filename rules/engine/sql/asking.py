"""What the rules ask: facts, and counters in conditions and effects."""

from collections.abc import Sequence

from rules.engine.definition import COUNTER, Rule
from rules.engine.expressions import Expression, Operation, Property
from rules.engine.forms import FreeQuantity, PayAtMost


def parts_of(rule: Rule) -> list[Expression]:
    return [one.expression for one in rule.conditions]


def asked_facts(expression: Expression) -> list[str]:
    if isinstance(expression, Property):
        return [expression.fact.name]
    return [name for arg in expression.args for name in asked_facts(arg)] if isinstance(expression, Operation) else []


def counters_in(expression: Expression) -> set[str]:
    return {name.removeprefix(COUNTER) for name in asked_facts(expression) if name.startswith(COUNTER)}


def asked_counters(rules: Sequence[Rule]) -> set[str]:
    """Others need not be counted."""
    found = {code for rule in rules for part in parts_of(rule) for code in counters_in(part)}
    return found | {code for rule in rules if (code := effect_counter(rule))}


def effect_counter(rule: Rule) -> str | None:
    match rule.form.effect:
        case PayAtMost(counter=code) | FreeQuantity(counter=code):
            return code
        case _:
            return None
