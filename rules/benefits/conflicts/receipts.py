"""Receipts on which two targets meet: one line for both, and whatever lines else the two of them need."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from rules.benefits.conflicts.branches import Atom, Branch, Key, branches
from rules.benefits.conflicts.values import values_for
from rules.engine.definition import Rule
from rules.engine.forms import Bundle, FreeQuantity, Lines, SetTarget
from rules.engine.receipt import Line
from rules.engine.targets import Choice

PRICE_CENTS = 1_000
ELSE = "another"
FILLER = Line(id="9", category="something-else", amount_cents=PRICE_CENTS)
RECEIPTS_MAX = 4_000


def never_share(first: Rule, second: Rule) -> bool:
    """Whether no line can be in both targets, proved on the lines' own facts, each for itself."""
    if first.target.whole or second.target.whole:
        ours = [choice for rule in (first, second) for choice in rule.target.choices]
        return bool(ours) and all(_impossible((choice,)) for choice in ours)
    return all(_impossible(pair) for pair in product(first.target.choices, second.target.choices))


def receipts(first: Rule, second: Rule, atoms: Sequence[Atom]) -> Iterator[tuple[Line, ...]]:
    """Worth trying, the plain ones first; the line of id 1 is the one on which they may meet."""
    made = 0
    for line in _lines(first, second, atoms):
        beside = _beside((first, second), line)
        for filler in _fillers(atoms, (line, *beside)):
            yield (line, *beside, *filler)
            made += 1
            if made >= RECEIPTS_MAX:
                return


def fits(atoms: Sequence[Atom], lines: Sequence[Line]) -> bool:
    values: dict[Key, Any] = {
        ("", "receipt.total"): sum(line.amount_cents for line in lines),
        ("", "receipt.units"): sum(line.quantity for line in lines),
        ("", "receipt.categories"): frozenset(line.category for line in lines),
    }
    return all(atom.fits(values) for atom in atoms)


def _impossible(choices: Sequence[Choice]) -> bool:
    for form in ("categories", "gtins"):
        lists = [set(listed) for choice in choices if (listed := getattr(choice.form, form)) is not None]
        if lists and not set.intersection(*lists):
            return True
    conditions = [("", choice.condition.expression) for choice in choices if choice.condition is not None]
    return bool(conditions) and all(_branch_impossible(branch, choices) for branch in branches(conditions))


def _branch_impossible(branch: Branch, choices: Sequence[Choice]) -> bool:
    for key, fact in {key: fact for atom in branch for key, fact in atom.facts.items()}.items():
        found = values_for(key, fact, branch, among=_listed(choices, key[1]))
        values = found.values
        for choice in choices:
            listed = getattr(choice.form, {"line.category": "categories", "line.gtin": "gtins"}.get(key[1], ""), None)
            values = [value for value in values if listed is None or value in listed]
        if not values and found.complete:
            return True
    return False


def _listed(choices: Sequence[Choice], fact: str) -> list[str]:
    name = {"line.category": "categories", "line.gtin": "gtins"}.get(fact)
    return [value for choice in choices for value in (getattr(choice.form, name) or [])] if name else []


def _lines(first: Rule, second: Rule, atoms: Sequence[Atom]) -> Iterator[Line]:
    choices = [*first.target.choices, *second.target.choices]
    literals = [value for choice in choices for value in _literals(choice)]
    totals = [value for atom in atoms for value in atom.literals if isinstance(value, int)]
    categories = _near_first(_listed(choices, "line.category"), [text for text in literals if isinstance(text, str)])
    gtins = ["", *dict.fromkeys([*_listed(choices, "line.gtin"), *(text for text in literals if _is_gtin(text))])]
    numbers = sorted({value + step for value in (*literals, *totals) if type(value) is int for step in (-1, 0, 1)})
    for quantity, gtin, category in product(_quantities(first, second, numbers), gtins, categories):
        for amount in _amounts(numbers, quantity):
            line = Line(id="1", category=category, amount_cents=amount, quantity=quantity, gtin=gtin)
            if _takes(first, line) and _takes(second, line):
                yield line


def _takes(rule: Rule, line: Line) -> bool:
    return rule.target.whole or any(choice.takes(line) for choice in rule.target.choices)


def _literals(choice: Choice) -> list[Any]:
    if choice.condition is None:
        return []
    return [
        value for branch in branches([("", choice.condition.expression)]) for atom in branch for value in atom.literals
    ]


def _near_first(listed: Sequence[str], written: Sequence[str]) -> list[str]:
    shared = sorted(listed, key=lambda category: (-listed.count(category), listed.index(category)))
    return list(dict.fromkeys([*shared, *(text for text in written if not _is_gtin(text)), ELSE]))


def _is_gtin(value: Any) -> bool:
    return isinstance(value, str) and len(value) == len("04012345678901") and value.isdecimal()


def _quantities(first: Rule, second: Rule, numbers: Sequence[int]) -> list[int]:
    wanted = [1, 2]
    for rule in (first, second):
        match rule.form.effect:
            case FreeQuantity(bought=bought, free=free):
                wanted.append(bought + free)
            case Bundle(units=units) if units:
                wanted.append(units)
        wanted += [choice.form.units_min for choice in rule.target.choices]
    plain = [number for number in (*wanted, max(wanted)) if number > 0]
    return list(dict.fromkeys([*plain, *(number for number in numbers if 0 < number <= 100)]))


def _amounts(numbers: Sequence[int], quantity: int) -> list[int]:
    prices = [number * quantity for number in numbers if number > 0] + [number for number in numbers if number > 0]
    return list(dict.fromkeys([PRICE_CENTS * quantity, *prices, 100 * PRICE_CENTS * quantity]))


def _beside(rules: Sequence[Rule], line: Line) -> tuple[Line, ...]:
    """The other parts of a set, such as the children of a family ticket."""
    needed = [choice for rule in rules if isinstance(rule.form.target, SetTarget) for choice in rule.target.choices
              if not choice.takes(line)]  # fmt: skip
    return tuple(_line_of(choice.form, str(place)) for place, choice in enumerate(needed, start=2))


def _line_of(form: Lines, line_id: str) -> Line:
    units = max(1, form.units_min)
    category = form.categories[0] if form.categories else ELSE
    gtin = form.gtins[0] if form.gtins else ""
    return Line(id=line_id, category=category, amount_cents=PRICE_CENTS * units, quantity=units, gtin=gtin)


def _fillers(atoms: Sequence[Atom], lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Nothing, or one line of something else that brings the receipt to what is asked of it."""
    yield ()
    paid = sum(line.amount_cents for line in lines)
    for atom in atoms:
        for value in atom.literals:
            if type(value) is int and value + 1 > paid:
                yield (Line(id="9", category=FILLER.category, amount_cents=value + 1 - paid),)
