"""A worked example run through a definition: what comes out, and where that differs from what an official expects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rules.benefits.errors import CaseRefused, case_refused
from rules.benefits.examples import Example
from rules.benefits.facts import SCHEMA
from rules.engine.deciding import decide
from rules.engine.definition import Programme
from rules.engine.errors import RuleError
from rules.engine.outcome import Outcome
from rules.engine.receipt import Line, read_receipt


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """`what` is the field of the example, with a dot and the line, the cap or the counter where there are many."""

    what: str
    expected: int | str
    found: int | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    example: Example
    outcome: Outcome
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


def read_example(value: Mapping[str, Any]) -> Example:
    """An example from the JSON that a version keeps. Raises CaseRefused where it has other parts than an example."""
    try:
        return Example(**value)
    except TypeError as error:
        raise CaseRefused(_("An example has other parts than this: {parts}.").format(parts=", ".join(value))) from error


def rehearse(programme: Programme, example: Example) -> Rehearsal:
    """Books nothing and asks nothing but the example. Raises CaseRefused for an example that cannot be."""
    outcome = outcome_of(programme, example)
    return Rehearsal(example=example, outcome=outcome, differences=tuple(_differences(example, outcome)))


def outcome_of(programme: Programme, example: Example) -> Outcome:
    try:
        return decide(
            [programme],
            facts=SCHEMA.read(example.facts),
            receipt=read_receipt(Line(**line) for line in example.lines),
            remaining={(programme.code, cap): left for cap, left in example.left.items()},
            counters={(programme.code, counter): count for counter, count in example.counters.items()},
        )
    except RuleError as error:
        raise case_refused(error) from error


def _differences(example: Example, outcome: Outcome) -> Iterator[Difference]:
    used = {cap: count for (_programme, cap), count in outcome.usage.items()}
    yield from _compared("discounts", example.discounts, outcome.cents_by_line())
    yield from _compared("used", example.used, used)
    if example.counted:
        counted = {counter: count for (_programme, counter), count in outcome.counted.items()}
        yield from _compared("counted", example.counted, counted)
    if example.points != outcome.total_points:
        yield Difference(what="points", expected=example.points, found=outcome.total_points)
    promised = sum(voucher.cents for voucher in outcome.vouchers)
    if example.voucher_cents != promised:
        yield Difference(what="voucher_cents", expected=example.voucher_cents, found=promised)
    funder = ", ".join(outcome.funders.values())
    if example.funder and example.funder != funder:
        yield Difference(what="funder", expected=example.funder, found=funder)
    verdicts = sorted({str(one.verdict) for one in outcome.explanations})
    if example.verdict and verdicts != [example.verdict]:
        yield Difference(what="verdict", expected=example.verdict, found=", ".join(verdicts))


def _compared(what: str, expected: Mapping[str, int], found: Mapping[str, int]) -> Iterator[Difference]:
    for key in sorted(expected.keys() | found.keys()):
        before, after = expected.get(key, 0), found.get(key, 0)
        if before != after:
            yield Difference(what=f"{what}.{key}", expected=before, found=after)
