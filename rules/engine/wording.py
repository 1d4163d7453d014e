"""An explanation in words. The sentences come from a table, so that every language says the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.engine.condition import DISTANCE, Trace
from rules.engine.outcome import Explanation, Verdict

type Words = Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Everything that is said in one language.

    `words` gives the template of a message key (see messages.py; a fact's own name has the key `fact.<name>`),
    `programmes` the programmes' names by code, and `money` writes cents.
    """

    words: Words
    programmes: Mapping[str, str]
    money: Callable[[int], str]


def sentences(explanations: Iterable[Explanation], wording: Wording) -> list[str]:
    """One sentence per rule: what it gave, or what stopped it. For the resident and the clerk, never for a merchant."""
    return [_sentence(explanation, wording) for explanation in explanations]


@dataclass(frozen=True, kw_only=True, slots=True)
class MerchantCopy:
    """All that a merchant learns: what to charge, and a code that says nothing about the person."""

    code: str
    discount_cents: int
    discount_cents_by_line: Mapping[str, int]


def merchant_copy(cents_by_line: Mapping[str, int], *, code: str) -> MerchantCopy:
    return MerchantCopy(code=code, discount_cents=sum(cents_by_line.values()), discount_cents_by_line=cents_by_line)


def _sentence(explanation: Explanation, wording: Wording) -> str:
    words = wording.words
    reasons: Iterable[str] = explanation.by
    if explanation.verdict is Verdict.NOT_MATCHED:
        reasons = [_failure(trace, wording) for condition in explanation.conditions for trace in failures(condition)]
    elif explanation.verdict is Verdict.OUTRANKED:
        reasons = sorted({wording.programmes.get(rule.split("/")[0], rule) for rule in explanation.by})
    elif explanation.verdict is Verdict.WITHHELD:
        reasons = [words(f"withheld.{reason}") for reason in explanation.by]
    given = (
        words("points").format(points=explanation.points) if explanation.points else wording.money(explanation.cents)
    )
    return words(f"verdict.{explanation.verdict}").format(
        programme=wording.programmes.get(explanation.programme, explanation.programme),
        given=given,
        reasons="; ".join(reasons),
    )


def failures(trace: Trace) -> Iterator[Trace]:
    """The smallest parts of a condition that kept it from holding; those of a fulfilled one are none."""
    if trace.holds is True:
        return
    if trace.op in ("and", "or"):
        for part in trace.parts:
            yield from failures(part)
    else:
        yield trace


def _failure(trace: Trace, wording: Wording) -> str:
    words = wording.words
    if trace.op == "not":
        inside = "; ".join(_asked(part, wording) for part in _leaves(trace.parts))
        return words("condition.not").format(inside=inside)
    if trace.holds is None:
        missing = [words(f"fact.{name}") for name, value in trace.values.items() if value is None]
        return words("condition.unknown").format(facts=", ".join(missing))
    return _asked(trace, wording)


def _leaves(traces: Iterable[Trace]) -> Iterator[Trace]:
    for trace in traces:
        if trace.parts:
            yield from _leaves(trace.parts)
        else:
            yield trace


def _asked(trace: Trace, wording: Wording) -> str:
    """What was asked, what was there: “age is 17; asked for: at least 62”."""
    words = wording.words
    measured = DISTANCE if DISTANCE in trace.values else next(iter(trace.values), "")
    wanted = trace.wanted[1:] if measured == DISTANCE else trace.wanted
    return words("condition").format(
        fact=words(f"fact.{measured}") if measured else "",
        value=_shown(trace.values.get(measured)),
        asked=words(f"operation.{trace.op}").format(wanted=", ".join(_shown(value) for value in wanted)),
    )


def _shown(value: Any) -> str:
    """
    >>> _shown(["pupil", "family"]), _shown(None), _shown(True)
    ('pupil, family', '–', '✓')
    """
    match value:
        case None:
            return "–"
        case bool():
            return "✓" if value else "✗"
        case list() | tuple():
            return ", ".join(_shown(part) for part in value) or "–"
        case _:
            return str(value)
