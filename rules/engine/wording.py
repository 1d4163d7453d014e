"""An explanation in words. The sentences come from a table, so that every language says the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rules.engine.condition import CENTS, DISTANCE, JOINING, Trace
from rules.engine.definition import COUNTER
from rules.engine.outcome import Explanation, Verdict

type Words = Callable[[str], str]

CLOCK = "minute of the day"
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """Everything that is said in one language.

    `words` gives the template of a message key (see messages.py; a fact's own name has the key `fact.<name>`), and
    raises KeyError for one that it does not have. `programmes` are the programmes' names by code, `names` the city's
    names as speech.Speech has them, with the caps as describing.limits says them; `money` writes cents.
    """

    words: Words
    programmes: Mapping[str, str]
    money: Callable[[int], str]
    names: Mapping[str, str] = NO_NAMES

    def fact(self, name: str) -> str:
        if name.startswith(COUNTER):
            return self.words("fact.counter").format(code=name.removeprefix(COUNTER))
        return self.words(f"fact.{name}")

    def withheld(self, reason: str) -> str:
        try:
            return self.words(f"withheld.{reason}")
        except KeyError:
            return self.words("withheld").format(reason=reason)


@dataclass(frozen=True, slots=True)
class Told:
    """A node of an explanation: a rule with its conditions under it, or a condition with its parts."""

    text: str
    holds: bool | None
    parts: "tuple[Told, ...]" = ()


def sentences(explanations: Iterable[Explanation], wording: Wording) -> list[str]:
    """One sentence per rule: what it gave, or what stopped it. For the resident and the clerk, never for a merchant."""
    return [_sentence(explanation, wording) for explanation in explanations]


def tree(explanations: Iterable[Explanation], wording: Wording) -> list[Told]:
    """The same with everything that was looked at: each condition with its value, held, failed or not known."""
    return [
        Told(
            _sentence(one, wording),
            one.verdict in (Verdict.GRANTED, Verdict.CAPPED),
            tuple(_told(condition, wording) for condition in one.conditions),
        )
        for one in explanations
    ]


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
        reasons = [wording.withheld(reason) for reason in explanation.by]
    elif explanation.verdict in (Verdict.CAPPED, Verdict.CAP_EXHAUSTED):
        reasons = [wording.names.get(f"cap/{explanation.programme}/{cap}", cap) for cap in explanation.by]
    return words(f"verdict.{explanation.verdict}").format(
        programme=wording.programmes.get(explanation.programme, explanation.programme),
        given=_given(explanation, wording),
        reasons="; ".join(reasons),
    )


def _given(explanation: Explanation, wording: Wording) -> str:
    if explanation.points:
        return wording.words("points").format(points=explanation.points)
    if explanation.voucher_cents:
        return wording.words("voucher").format(money=wording.money(explanation.voucher_cents))
    return wording.money(explanation.cents)


def failures(trace: Trace) -> Iterator[Trace]:
    """The smallest parts of a condition that kept it from holding; those of a fulfilled one are none."""
    if trace.holds is True:
        return
    if trace.op in ("and", "or"):
        for part in trace.parts:
            yield from failures(part)
    else:
        yield trace


def _told(trace: Trace, wording: Wording) -> Told:
    if trace.op not in JOINING:
        return Told(_asked(trace, wording), trace.holds)
    key = "none" if trace.op == "not" else trace.op
    return Told(wording.words(f"condition.{key}"), trace.holds, tuple(_told(part, wording) for part in trace.parts))


def _failure(trace: Trace, wording: Wording) -> str:
    words = wording.words
    if trace.op == "not":
        inside = "; ".join(_asked(part, wording) for part in _leaves(trace.parts))
        return words("condition.not").format(inside=inside)
    if trace.holds is None:
        missing = [wording.fact(name) for name, value in trace.values.items() if value is None]
        return words("condition.unknown").format(facts=", ".join(missing))
    return _asked(trace, wording)


def _leaves(traces: Iterable[Trace]) -> Iterator[Trace]:
    for trace in traces:
        if trace.parts:
            yield from _leaves(trace.parts)
        else:
            yield trace


def _asked(trace: Trace, wording: Wording) -> str:
    """What was asked, what was there: “age: 17 (has to be at least 62)”."""
    measured = DISTANCE if DISTANCE in trace.values else next(iter(trace.values), "")
    wanted = trace.wanted[1:] if measured == DISTANCE else trace.wanted
    shown = [_shown(value, trace.unit, measured, wording) for value in wanted]
    return wording.words("condition").format(
        fact=wording.fact(measured) if measured else "",
        value=_shown(trace.values.get(measured), trace.unit, measured, wording),
        asked=wording.words(f"operation.{trace.op}").format(wanted=", ".join(shown)),
    )


def _shown(value: Any, unit: str, fact: str, wording: Wording) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "✓" if value else "✗"
        case int() if unit == CENTS:
            return wording.money(value)
        case int() if unit == CLOCK:
            return f"{value // 60}:{value % 60:02}"
        case list() | tuple():
            return ", ".join(_shown(part, unit, fact, wording) for part in value) or "–"
        case str():
            return wording.names.get(f"{fact}/{value}") or wording.names.get(f"feature/{value}", value)
        case _:
            return str(value)
