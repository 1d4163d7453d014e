"""A definition, checked and compiled against the facts that benefits know."""

from collections.abc import Mapping
from typing import Any

from rules.benefits.errors import definition_refused
from rules.benefits.facts import SCHEMA
from rules.benefits.models import Programme
from rules.benefits.named_features import frozen
from rules.engine import definition as engine
from rules.engine.combination import check_groups
from rules.engine.errors import RuleError


def read(
    programme: Programme, definition: Mapping[str, Any], *, features: Mapping[str, Any] | None = None
) -> engine.Programme:
    """`features` are the borders that the version keeps; without them, the features as they are published now.

    Raises DefinitionRefused, which names the part that cannot stand.
    """
    known = frozen(definition) if features is None else features
    try:
        compiled = engine.read_definition(programme.code, definition, SCHEMA, features=known)
        check_groups(compiled.rules)
    except RuleError as error:
        raise definition_refused(error) from error
    return compiled
