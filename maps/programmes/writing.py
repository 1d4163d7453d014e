"""From the sheet to the definition: what was typed as JSON, and a sentence beside every field that cannot be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from maps.programmes import conditions
from maps.programmes.choices import Choice, IsMoney
from maps.programmes.condition_layout import CHOICES, FUNDING_CHOICES
from maps.programmes.inputs import Input, Kind, value_of
from maps.programmes.layout import DEFINITION
from maps.programmes.sheet import Part, Repeat, Sheet
from maps.programmes.wrong import Wrong
from rules.engine.definition import COUNTER

FORMAT = 1


@dataclass(kw_only=True)
class Written:
    """`faults` are sentences by field; `fields` says for each path of the value which field it comes from."""

    value: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)

    def field_of(self, path: str) -> str:
        """The field that a refusal's path is about: the longest known path all of whose steps are in it, in order.

        A path of the engine may have steps of its own in between, such as the kind of an effect.
        """
        steps = path.split(".")
        fitting = [known for known in self.fields if _within(known.split("."), steps)]
        return self.fields[max(fitting, key=len)] if fitting else ""


def definition_of(sheet: Sheet, *, money_facts: frozenset[str]) -> Written:
    """`money_facts` are the facts in cents; the counters of what was paid are found in the sheet itself."""
    written = Written()
    writer = _Writer(written, _is_money(sheet, money_facts))
    written.value = {"format": FORMAT} | writer.part(DEFINITION, sheet, "", "", CHOICES)
    return written


def _is_money(sheet: Sheet, money_facts: frozenset[str]) -> IsMoney:
    paid = {f"{COUNTER}{row.text('code')}" for _p, row in sheet.kept("counters") if row.text("counts") == "paid-cents"}
    return lambda fact: fact in money_facts or fact in paid


@dataclass(frozen=True, kw_only=False)
class _Writer:
    written: Written
    is_money: IsMoney

    def part(self, part: Part, sheet: Sheet, field: str, path: str, choices: Iterable[Choice] = ()) -> dict[str, Any]:
        """`field` and `path` are what stands before the names of the fields and the paths of their values."""
        value: dict[str, Any] = {}
        for one in part.inputs:
            if counts(one, sheet):
                self._input(one, sheet, value, field, path)
        if choices:
            self._condition(choices, sheet, value, field, path)
        for repeat in part.repeats:
            if counts(repeat, sheet):
                self._repeat(repeat, sheet, value, field, path)
        return value

    def _input(self, one: Input, sheet: Sheet, value: dict[str, Any], field: str, path: str) -> None:
        self.written.fields[f"{path}{one.path or one.name}"] = f"{field}{one.name}"
        try:
            typed = value_of(one.kind, sheet.texts.get(one.name, []))
        except Wrong as wrong:
            self.written.faults[f"{field}{one.name}"] = str(wrong)
            return
        if typed is None and one.needed:
            self.written.faults[f"{field}{one.name}"] = _("This is needed.")
        elif one.path and typed is not None and not _goes_without_saying(one, typed):
            _put(value, one.path, typed)

    def _condition(self, choices: Iterable[Choice], sheet: Sheet, value: dict[str, Any], field: str, path: str) -> None:
        written = conditions.write(choices, sheet, self.is_money)
        self.written.faults |= {f"{field}{name}": sentence for name, sentence in written.faults.items()}
        if written.value is None:
            return
        value["when"] = written.value
        alone = len(written.sources) == 1
        for place, source in enumerate(written.sources):
            step = f"{path}when" if alone else f"{path}when.args[{place}]"
            self.written.fields[step] = f"{field}{source}"

    def _repeat(self, repeat: Repeat, sheet: Sheet, value: dict[str, Any], field: str, path: str) -> None:
        rows = []
        for kept, (place, row) in enumerate(sheet.kept(repeat.name)):
            row_field, row_path = f"{field}{repeat.name}.{place}.", f"{path}{repeat.path}.{kept}."
            rows.append(self.part(repeat.part, row, row_field, row_path, _choices_of(repeat)))
            self.written.fields[row_path.removesuffix(".")] = f"{row_field}{repeat.part.inputs[0].name}"
            if repeat.mapping:
                rows[-1] = {name: _or_none(one, row) for name, one in _named(repeat)}
        self.written.fields[f"{path}{repeat.path or repeat.name}"] = f"{field}{repeat.name}"
        if not repeat.path or not rows:
            return
        if repeat.mapping:
            key, held = repeat.mapping
            keys = [row[key] for row in rows]
            if doubled := next((one for one in keys if one is not None and keys.count(one) > 1), None):
                self.written.faults[f"{field}{repeat.name}"] = _("“{code}” is there twice.").format(code=doubled)
            _put(value, repeat.path, {row[key]: row[held] for row in rows if row[key] is not None})
        else:
            _put(value, repeat.path, rows)


def counts(one: Input | Repeat, sheet: Sheet) -> bool:
    """Whether what it depends on is chosen."""
    return one.only is None or sheet.text(one.only[0]) in one.only[1]


def _choices_of(repeat: Repeat) -> tuple[Choice, ...]:
    return {"rules": CHOICES, "funders": FUNDING_CHOICES}.get(repeat.name, ())


def _goes_without_saying(one: Input, value: Any) -> bool:
    return _is_default(one, value) or _opens_another(one, value)


def _is_default(one: Input, value: Any) -> bool:
    """Whether the definition means it anyway; what is needed is always said."""
    return bool(one.default) and not one.needed and value == value_of(one.kind, [one.default])


def _opens_another(one: Input, value: Any) -> bool:
    """The choice "minutes" of a period has no value of its own: the minutes are it."""
    return one.kind is Kind.CHOICE and one.name == "period" and value == "minutes"


def _named(repeat: Repeat) -> list[tuple[str, Input]]:
    return [(one.name, one) for one in repeat.part.inputs]


def _or_none(one: Input, row: Sheet) -> Any:
    try:
        return value_of(one.kind, row.texts.get(one.name, []))
    except Wrong:  # named by its row already
        return None


def _put(value: dict[str, Any], path: str, typed: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        value = value.setdefault(parent, {})
    value[last] = typed


def _within(known: list[str], steps: list[str]) -> bool:
    left = iter(steps)
    return all(step in left for step in known)
