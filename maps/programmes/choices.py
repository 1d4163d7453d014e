"""Typed choices of a condition, each the one home of a form of CQL2: how it is written, and how it is known again.

A clause is a part that has to hold together with all others. What a choice reads it must write the same, or the clause
stays an expert's; `conditions` sees to that, so that a choice may look at the shape alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from maps.programmes.inputs import Input, Kind, texts_of, value_of
from maps.programmes.sheet import Repeat, Sheet
from maps.programmes.wrong import Wrong

type Clause = dict[str, Any]
type IsMoney = Callable[[str], bool]


class Choice(Protocol):
    @property
    def adds_up(self) -> bool:
        """Whether several clauses may stand in it side by side."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the inputs and the repeats that it fills."""

    def write(self, sheet: Sheet, is_money: IsMoney) -> Iterator[tuple[str, Clause]]:
        """Clauses with the name of the field that each comes from. Raises Wrong only for texts `faults` has named."""

    def read(self, clause: Clause, is_money: IsMoney) -> Sheet | None:
        """What stands in the form for this clause; None for one of another form."""


def prop(fact: str) -> Clause:
    return {"property": fact}


def op(name: str, *args: Any) -> Clause:
    return {"op": name, "args": list(args)}


def either(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else op("or", *clauses)


def alternatives(clause: Clause) -> list[Clause]:
    match clause:
        case {"op": "or", "args": [*parts]} if all(isinstance(part, dict) for part in parts):
            return parts
        case _:
            return [clause]


def joined(clause: Clause) -> list[Clause]:
    match clause:
        case {"op": "and", "args": [*parts]} if all(isinstance(part, dict) for part in parts):
            return parts
        case _:
            return [clause]


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """One of several texts: `fact IN (...)`."""

    input: Input
    fact: str

    adds_up = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.input.name,)

    def write(self, sheet: Sheet, is_money: IsMoney) -> Iterator[tuple[str, Clause]]:
        if values := value_of(self.input.kind, sheet.texts.get(self.input.name, [])):
            yield self.input.name, op("in", prop(self.fact), values)

    def read(self, clause: Clause, is_money: IsMoney) -> Sheet | None:
        match clause:
            case {"op": "in", "args": [{"property": self.fact}, [*values]]}:
                if all(isinstance(value, str) for value in values):
                    return Sheet(texts={self.input.name: texts_of(self.input.kind, values)})
            case {"op": "=", "args": [{"property": self.fact}, str(value)]}:
                return Sheet(texts={self.input.name: texts_of(self.input.kind, [value])})
        return None


@dataclass(frozen=True, kw_only=True)
class Among:
    """Of a set of texts: any (`a_overlaps`), all (`a_contains`), or none of them (`not a_overlaps`)."""

    input: Input
    fact: str
    operation: str
    negated: bool = False

    adds_up = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.input.name,)

    def write(self, sheet: Sheet, is_money: IsMoney) -> Iterator[tuple[str, Clause]]:
        if values := value_of(self.input.kind, sheet.texts.get(self.input.name, [])):
            clause = op(self.operation, prop(self.fact), values)
            yield self.input.name, op("not", clause) if self.negated else clause

    def read(self, clause: Clause, is_money: IsMoney) -> Sheet | None:
        if self.negated:
            match clause:
                case {"op": "not", "args": [dict() as inner]}:
                    clause = inner
                case _:
                    return None
        match clause:
            case {"op": self.operation, "args": [{"property": self.fact}, [*values]]} if values:
                if all(isinstance(value, str) for value in values):
                    return Sheet(texts={self.input.name: texts_of(self.input.kind, values)})
        return None


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A number that a fact is at least or at most."""

    input: Input
    fact: str
    operation: str

    adds_up = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.input.name,)

    def write(self, sheet: Sheet, is_money: IsMoney) -> Iterator[tuple[str, Clause]]:
        value = value_of(self.input.kind, sheet.texts.get(self.input.name, []))
        if value is not None:
            yield self.input.name, op(self.operation, prop(self.fact), value)

    def read(self, clause: Clause, is_money: IsMoney) -> Sheet | None:
        match clause:
            case {"op": self.operation, "args": [{"property": self.fact}, int() as value]}:
                return Sheet(texts={self.input.name: texts_of(self.input.kind, value)})
        return None


@dataclass(frozen=True, kw_only=True)
class AnyRow:
    """Rows of which one has to hold: periods, schedules, areas, distances."""

    repeat: Repeat
    write_row: Callable[[Mapping[str, Any]], Clause | None]
    read_row: Callable[[Clause], Mapping[str, Any] | None]

    adds_up = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.repeat.name,)

    def write(self, sheet: Sheet, is_money: IsMoney) -> Iterator[tuple[str, Clause]]:
        rows = [self.write_row(self._values(row)) for _place, row in sheet.kept(self.repeat.name)]
        if clauses := [row for row in rows if row is not None]:
            yield self.repeat.name, either(clauses)

    def read(self, clause: Clause, is_money: IsMoney) -> Sheet | None:
        rows = [self.read_row(part) for part in alternatives(clause)]
        known = [row for row in rows if row is not None]
        if len(known) != len(rows):
            return None
        return Sheet(rows={self.repeat.name: [self._row(row) for row in known]})

    def _values(self, row: Sheet) -> dict[str, Any]:
        return {one.name: value_of(one.kind, row.texts.get(one.name, [])) for one in self.repeat.part.inputs}

    def _row(self, values: Mapping[str, Any]) -> Sheet:
        kinds = {one.name: one.kind for one in self.repeat.part.inputs}
        return Sheet(texts={name: texts_of(kinds[name], value) for name, value in values.items() if value is not None})


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Rows of a fact with its bounds, all of which have to hold. Euros where the fact is money."""

    repeat: Repeat

    adds_up = True

    @property
    def names(self) -> tuple[str, ...]:
        return (self.repeat.name,)

    def write(self, sheet: Sheet, is_money: IsMoney) -> Iterator[tuple[str, Clause]]:
        for place, row in sheet.kept(self.repeat.name):
            fact = row.text("fact")
            kind = Kind.MONEY if is_money(fact) else Kind.WHOLE
            field = f"{self.repeat.name}.{place}"
            least, most = (self._bound(kind, row, field, name) for name in ("least", "most"))
            if fact and least is not None and most is not None:
                yield f"{field}.fact", op("between", prop(fact), least, most)
            elif fact and least is not None:
                yield f"{field}.fact", op(">=", prop(fact), least)
            elif fact and most is not None:
                yield f"{field}.fact", op("<=", prop(fact), most)

    def read(self, clause: Clause, is_money: IsMoney) -> Sheet | None:
        match clause:
            case {"op": "between", "args": [{"property": str(fact)}, int() as low, int() as high]}:
                return self._sheet(fact, low, high, is_money)
            case {"op": ">=", "args": [{"property": str(fact)}, int() as low]}:
                return self._sheet(fact, low, None, is_money)
            case {"op": "<=", "args": [{"property": str(fact)}, int() as high]}:
                return self._sheet(fact, None, high, is_money)
        return None

    def _bound(self, kind: Kind, row: Sheet, field: str, name: str) -> int | None:
        try:
            bound: int | None = value_of(kind, row.texts.get(name, []))
        except Wrong as wrong:
            wrong.field = f"{field}.{name}"  # its kind depends on the fact, so nobody else could have judged it
            raise
        return bound

    def _sheet(self, fact: str, low: int | None, high: int | None, is_money: IsMoney) -> Sheet:
        kind = Kind.MONEY if is_money(fact) else Kind.WHOLE
        texts = {"fact": [fact], "least": texts_of(kind, low), "most": texts_of(kind, high)}
        return Sheet(rows={self.repeat.name: [Sheet(texts=texts)]})
