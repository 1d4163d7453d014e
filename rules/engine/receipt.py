"""What is bought: lines in whole cents. A decision without a purchase has a receipt without lines."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from rules.engine.errors import RuleError
from rules.engine.gtin import read_gtin

LINES_MAX = 500
AMOUNT_CENTS_MAX = 100_000_000  # a million euros in one line is a mistake of the till
QUANTITY_MAX = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """`amount_cents` is the price of the whole line, all its units together; `gtin` is empty or has 14 digits."""

    id: str
    category: str
    amount_cents: int
    quantity: int = 1
    gtin: str = ""

    def price_of(self, units: int) -> int:
        """Of some of the units; where the cents do not divide, the rest is on the last.

        >>> [Line(id="1", category="bus", amount_cents=100, quantity=3).price_of(units) for units in (1, 2, 3)]
        [33, 66, 100]
        """
        return self.amount_cents * units // self.quantity


@dataclass(frozen=True, slots=True)
class Receipt:
    lines: tuple[Line, ...] = ()

    @property
    def total_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)


def read_receipt(lines: Iterable[Line]) -> Receipt:
    """The lines in order of their ids, so that nothing later can depend on the order they came in.

    Raises RuleError, naming the line, for a doubled id, an amount or a quantity out of range, an article number that
    cannot be, or too many lines.
    """
    ordered = sorted(lines, key=lambda line: line.id)
    if len(ordered) > LINES_MAX:
        raise RuleError("lines", f"a receipt has at most {LINES_MAX} lines, not {len(ordered)}")
    for before, line in pairwise(ordered):
        if before.id == line.id:
            raise RuleError(f"lines.{line.id}", "two lines have this id")
    for line in ordered:
        if not 0 <= line.amount_cents <= AMOUNT_CENTS_MAX:
            raise RuleError(f"lines.{line.id}.amount_cents", f"needs 0 to {AMOUNT_CENTS_MAX} cents")
        if not 1 <= line.quantity <= QUANTITY_MAX:
            raise RuleError(f"lines.{line.id}.quantity", f"needs 1 to {QUANTITY_MAX} units")
    return Receipt(tuple(_with_article(line) for line in ordered))


def _with_article(line: Line) -> Line:
    try:
        return replace(line, gtin=read_gtin(line.gtin)) if line.gtin else line
    except ValueError as error:
        raise RuleError(f"lines.{line.id}.gtin", str(error)) from error
