"""Whom, where and when, as typed choices; what they cannot say stays an expert's text. Both ways, without loss."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from maps.programmes.choices import Choice, Clause, IsMoney, joined, op
from maps.programmes.expert import condition_of, text_of
from maps.programmes.schedules import gathered
from maps.programmes.sheet import Sheet
from maps.programmes.wrong import Wrong

FURTHER = "when.further"


@dataclass(kw_only=True)
class WrittenCondition:
    """`sources` has for each clause the field that it comes from, `faults` sentences by field."""

    value: dict[str, Any] | None = None
    sources: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def write(choices: Iterable[Choice], sheet: Sheet, is_money: IsMoney) -> WrittenCondition:
    """The clauses in the order of the choices, the expert's last; no clause at all is no condition."""
    written = WrittenCondition()
    clauses: list[Clause] = []
    for choice in choices:
        for name, clause in _clauses(choice, sheet, is_money, written.faults):
            clauses.append(clause)
            written.sources.append(name)
    for clause in _further(sheet, written.faults):
        clauses.append(clause)
        written.sources.append(FURTHER)
    if clauses:
        written.value = clauses[0] if len(clauses) == 1 else op("and", *clauses)
    return written


def read(choices: Iterable[Choice], condition: Mapping[str, Any] | None, is_money: IsMoney) -> Sheet:
    """What stands in the form for a condition. Parts that joined by AND change places keep their meaning."""
    sheet = Sheet()
    known = tuple(choices)
    left = [
        clause
        for clause in (gathered(joined(dict(condition))) if condition else [])
        if not any(_takes(choice, clause, sheet, is_money) for choice in known)
    ]
    if left:
        sheet.texts[FURTHER] = [text_of(left[0] if len(left) == 1 else op("and", *left))]
    return sheet


def _clauses(choice: Choice, sheet: Sheet, is_money: IsMoney, faults: dict[str, str]) -> list[tuple[str, Clause]]:
    try:
        return list(choice.write(sheet, is_money))
    except Wrong as wrong:
        if wrong.field:  # any other has been named by whoever judged the single fields
            faults[wrong.field] = str(wrong)
        return []


def _further(sheet: Sheet, faults: dict[str, str]) -> Iterator[Clause]:
    text = sheet.text(FURTHER)
    if not text:
        return
    try:
        yield from joined(condition_of(text))
    except Wrong as wrong:
        faults[FURTHER] = str(wrong)


def _takes(choice: Choice, clause: Clause, sheet: Sheet, is_money: IsMoney) -> bool:
    """Adds the clause to the sheet if the choice can show it, is still free, and would write the very same."""
    found = choice.read(clause, is_money)
    if found is None or not _writes(choice, found, clause, is_money):
        return False
    if any(sheet.rows.get(name) for name in choice.names) and not choice.adds_up:
        return False
    if any(sheet.texts.get(name) for name in found.texts):
        return False
    sheet.texts |= found.texts
    for name, rows in found.rows.items():
        sheet.rows.setdefault(name, []).extend(rows)
    return True


def _writes(choice: Choice, found: Sheet, clause: Clause, is_money: IsMoney) -> bool:
    try:
        return [_usual(one) for _name, one in choice.write(found, is_money)] == [_usual(clause)]
    except Wrong:
        return False


def _usual(clause: Clause) -> Clause:
    """One text that has to be equal is one of one."""
    match clause:
        case {"op": "=", "args": [{"property": str()} as fact, str(value)]}:
            return op("in", fact, [value])
    return clause
