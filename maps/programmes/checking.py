"""A whole form at once: what it says as a definition, what is wrong with it, and how it reads in words."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from maps.programmes import heading
from maps.programmes.sheet import Sheet
from maps.programmes.sources import MONEY_FACTS
from maps.programmes.writing import definition_of
from maps.programmes.wrong import Wrong
from rules.benefits.errors import DefinitionRefused
from rules.benefits.models import Programme
from rules.benefits.naming import names
from rules.benefits.reading import read
from rules.engine import definition as engine
from rules.engine.describing import describe
from rules.engine.messages import LANGUAGES

UNNAMED = "programme"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The three parts of the form as they were typed."""

    programme: Sheet
    validity: Sheet
    definition: Sheet


@dataclass(kw_only=True)
class Checked:
    """`faults` are sentences by field; `general` is what is about no single field. Without both it can be saved."""

    programme: dict[str, Any]
    definition: dict[str, Any]
    first_day: date | None = None
    end_day: date | None = None
    compiled: engine.Programme | None = None
    faults: dict[str, str] = field(default_factory=dict)
    general: str = ""

    @property
    def can_stand(self) -> bool:
        return not self.faults and not self.general


def check(draft: Draft) -> Checked:
    head, days = heading.typed(heading.PROGRAMME, draft.programme), heading.typed(heading.VALIDITY, draft.validity)
    written = definition_of(draft.definition, money_facts=MONEY_FACTS)
    checked = Checked(
        programme=heading.fields_of_programme(head.values) if not head.faults else {},
        definition=written.value,
        faults=head.faults | days.faults | written.faults,
    )
    if not days.faults:
        try:
            checked.first_day, checked.end_day = heading.days_of(days.values)
        except Wrong as wrong:
            checked.faults["last_day"] = str(wrong)
    if written.faults:
        return checked
    try:
        checked.compiled = read(Programme(code=head.values.get("code") or UNNAMED), written.value)
    except DefinitionRefused as refused:
        for path, sentence in refused.fields.items():
            name = written.field_of(path)
            if name:
                checked.faults[name] = str(sentence)
            else:
                checked.general = str(refused.detail)
    return checked


def in_words(compiled: engine.Programme) -> list[tuple[str, list[str]]]:
    """The definition in each language, the city's own first."""
    order = dict.fromkeys([*settings.CITY.languages, *LANGUAGES])
    return [(code, describe(compiled, language=code, names=names(code))) for code in order if code in LANGUAGES]
