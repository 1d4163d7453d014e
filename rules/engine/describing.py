"""A definition in words, as an official reads it before putting it in force."""

from collections.abc import Mapping, Sequence

from rules.engine.definition import Programme, Rule
from rules.engine.expressions import Expression
from rules.engine.forms import (
    Amount,
    Bundle,
    ByTariff,
    Cap,
    CapUnit,
    Counter,
    Effect,
    FixedPrice,
    FreeQuantity,
    Holder,
    Lines,
    PayAtMost,
    Percent,
    Points,
    Rounding,
    SetTarget,
    Target,
    Voucher,
    WholeReceipt,
)
from rules.engine.phrasing import Phrasing, about_people, conjuncts, names_people
from rules.engine.speech import Speech
from rules.engine.targets import Choice

WHOLE = 10_000  # basis points


def describe(programme: Programme, *, language: str, names: Mapping[str, str]) -> list[str]:
    """One sentence for each rule, then the limits, then who pays. `names`: see speech.Speech.

    The limits of a programme with one rule are part of its sentence.
    """
    speech = Speech(language, names)
    teller = _Teller(speech, Phrasing(speech, {one.code: one for one in programme.counters}), programme)
    return teller.sentences()


def limits(programme: Programme, *, language: str, names: Mapping[str, str]) -> dict[str, str]:
    """Each cap in words, by `cap/<programme>/<code>`: names for the sentences of an explanation."""
    teller = _Teller(Speech(language, names), Phrasing(Speech(language, names), {}), programme)
    return {f"cap/{programme.code}/{cap.code}": teller.cap(cap) for cap in programme.caps}


class _Teller:
    def __init__(self, speech: Speech, phrasing: Phrasing, programme: Programme) -> None:
        self.speech, self.phrasing, self.programme = speech, phrasing, programme

    def sentences(self) -> list[str]:
        caps = [self.cap(cap) for cap in self.programme.caps]
        if len(self.programme.rules) == 1:
            return [self._rule(self.programme.rules[0], caps), *self._funders()]
        rules = [self._rule(rule, []) for rule in self.programme.rules]
        limits = [self.speech.say("caps", caps="; ".join(caps))] if caps else []
        return [*rules, *limits, *self._funders()]

    def _rule(self, rule: Rule, caps: Sequence[str]) -> str:
        parts = [part for condition in rule.conditions for part in conjuncts(condition.expression)]
        when = [self.phrasing.phrase(part) for part in parts if not about_people(part)]
        events = [self.speech.say(f"trigger.{one}") for one in self.programme.form.triggers if one != "receipt"]
        gives = self._effect(rule)
        if "receipt" in self.programme.form.triggers:
            gives = f"{self._target(rule)} – {gives}"
        told = ", ".join([gives, *([self.speech.listed(events, by="or")] if events else []), *when, *caps])
        return f"{self._who([part for part in parts if about_people(part)])}: {told}."

    def _who(self, parts: Sequence[Expression]) -> str:
        named = ", ".join(self.phrasing.phrase(part) for part in parts if names_people(part))
        narrowed = "; ".join(self.phrasing.phrase(part) for part in parts if not names_people(part))
        return _capital(named or self.speech.say("everybody")) + (f" ({narrowed})" if narrowed else "")

    def _target(self, rule: Rule) -> str:
        form: Target = rule.form.target
        match form:
            case WholeReceipt():
                return self.speech.say("receipt")
            case SetTarget(parts=parts):
                told = [self._part(part, choice) for part, choice in zip(parts, rule.target.choices, strict=True)]
                return " + ".join(told)
            case _:
                return self._lines(form, rule.target.choices[0])

    def _part(self, part: Lines, choice: Choice) -> str:
        what = self._goods(part, choice)
        if part.units_max is None:
            return self.speech.say("set.from", least=part.units_min, what=what)
        key = "set.exactly" if part.units_min == part.units_max else "set.between"
        return self.speech.say(key, least=part.units_min, most=part.units_max, what=what)

    def _lines(self, form: Lines, choice: Choice) -> str:
        what = self._goods(form, choice)
        if form.units_min > 1:
            what = self.speech.say("lines.units", what=what, least=self.speech.counted(form.units_min, "unit"))
        if form.units_max is not None:
            what = self.speech.say(f"lines.{form.order}", what=what, most=form.units_max)
        return what

    def _goods(self, form: Lines, choice: Choice) -> str:
        parts = [", ".join(self._categories(form.categories))] if form.categories else []
        parts += [", ".join(self.speech.say("article", gtin.lstrip("0")) for gtin in form.gtins)] if form.gtins else []
        if choice.condition is not None:
            parts += [self.phrasing.phrase(one) for one in conjuncts(choice.condition.expression)]
        return ", ".join(parts) or self.speech.say("any-lines")

    def _categories(self, codes: Sequence[str]) -> list[str]:
        return [self.speech.name("category", code) for code in codes]

    def _effect(self, rule: Rule) -> str:
        say, money = self.speech.say, self.speech.money
        effect: Effect = rule.form.effect
        match effect:
            case Percent():
                return self._percent(effect)
            case Amount(cents=cents, per=per):
                return say(f"amount.{per}", money=money(cents))
            case FixedPrice(cents=cents):
                return say("fixed-price", money=money(cents))
            case FreeQuantity(bought=bought, free=free, counter=counter):
                return say("free-quantity.counted" if counter else "free-quantity", all=bought + free, free=free)
            case Bundle(cents=cents, units=units):
                return say("bundle" if units else "bundle.all", units=units, money=money(cents))
            case ByTariff():
                prices = (f"{self.speech.name('category', code)} {money(cents)}" for code, cents in rule.prices.items())
                return say("tariff", prices=", ".join(prices))
            case PayAtMost(counter=counter, cents=cents):
                return say("pay-at-most", money=money(cents), period=self.phrasing.period(self._counter(counter)))
            case Points(points=points, per=per):
                return say(f"points.{per}", points=self.speech.counted(points, "point"))
            case Voucher():
                return self._voucher(effect)

    def _percent(self, effect: Percent) -> str:
        part = f"{effect.basis_points / 100:g}"
        if self.speech.language != "en":
            part = part.replace(".", ",")
        if effect.cents_max is not None:
            key = "free.most" if effect.basis_points == WHOLE else "percent.most"
            told = self.speech.say(key, part=part, most=self.speech.money(effect.cents_max))
        else:
            told = self.speech.say("free" if effect.basis_points == WHOLE else "percent", part=part)
        rounding = effect.rounding
        if rounding == Rounding():
            return told
        return told + self.speech.say(f"rounded.{rounding.way}", step=self.speech.money(rounding.step_cents))

    def _voucher(self, effect: Voucher) -> str:
        days = self.speech.counted(effect.valid_days, "day")
        told = self.speech.say("voucher", money=self.speech.money(effect.cents), days=days)
        if effect.categories is None:
            return told
        return told + self.speech.say("voucher.for", what=", ".join(self._categories(effect.categories)))

    def cap(self, cap: Cap) -> str:
        amounts = {
            CapUnit.GRANTS: self.speech.counted(cap.limit, "time"),
            CapUnit.UNITS: str(cap.limit),
            CapUnit.CENTS: self.speech.money(cap.limit),
            CapUnit.POINTS: self.speech.counted(cap.limit, "point"),
        }
        per = self.speech.say(f"per.{cap.per}")
        if cap.per is Holder.RECEIPT:
            return self.speech.say("cap.receipt", amount=amounts[cap.unit], per=per)
        return self.speech.say("cap", amount=amounts[cap.unit], period=self.speech.say(f"period.{cap.period}"), per=per)

    def _funders(self) -> list[str]:
        told = []
        for funder in self.programme.funders:
            name = self.speech.name("funder", funder.code)
            parts = [part for condition in funder.conditions for part in conjuncts(condition.expression)]
            when = ", ".join(self.phrasing.phrase(part) for part in parts)
            told.append(self.speech.say("funder" if when else "funder.always", funder=name, when=when))
        return told

    def _counter(self, code: str) -> Counter:
        return next(one for one in self.programme.counters if one.code == code)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
