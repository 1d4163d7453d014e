"""Counters: what a person did before under a programme, and what this receipt adds."""

from collections.abc import Mapping

from rules.engine.definition import COUNTER, Programme
from rules.engine.facts import Facts
from rules.engine.forms import Counter
from rules.engine.outcome import CounterKey
from rules.engine.receipt import Receipt


def counted_before(programme: Programme, counters: Mapping[CounterKey, int]) -> dict[str, int]:
    """By code; a counter that nobody has used is at 0."""
    return {one.code: counters.get((programme.code, one.code), 0) for one in programme.counters}


def with_counters(facts: Facts, counted: Mapping[str, int]) -> Facts:
    """The facts as one programme sees them: with its own counters, and nobody else's."""
    return {**facts, **{f"{COUNTER}{code}": number for code, number in counted.items()}} if counted else facts


def added(programme: Programme, receipt: Receipt, paid: Mapping[str, int]) -> dict[CounterKey, int]:
    """`paid` is what is left to pay of each line after all discounts."""
    numbers = {(programme.code, one.code): _count(one, receipt, paid) for one in programme.counters}
    return {key: number for key, number in numbers.items() if number}


def _count(counter: Counter, receipt: Receipt, paid: Mapping[str, int]) -> int:
    wanted = counter.categories
    lines = [line for line in receipt.lines if wanted is None or line.category in wanted]
    match counter.counts:
        case "units":
            return sum(line.quantity for line in lines)
        case "paid-cents":
            return sum(paid[line.id] for line in lines)
        case "receipts":
            return 1 if lines or wanted is None else 0
