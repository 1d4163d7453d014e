"""A programme's definition, checked and compiled to what a decision needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from rules.engine.condition import Condition
from rules.engine.cql2 import NO_FEATURES
from rules.engine.errors import RuleError
from rules.engine.facts import Fact, FactSchema, Kind
from rules.engine.forms import (
    ByTariff,
    Cap,
    Counter,
    DefinitionForm,
    Effect,
    FreeQuantity,
    PayAtMost,
    Points,
    RuleForm,
    Voucher,
)
from rules.engine.targets import Chooser, read_target

COUNTER = "counter."


class Gives(StrEnum):
    """What the rules of a group give, all of them the same."""

    MONEY = "money"
    FARE_CAP = "fare-cap"  # also money, but after all other groups
    POINTS = "points"
    VOUCHER = "voucher"


@dataclass(frozen=True, slots=True)
class Rule:
    programme: str
    form: RuleForm
    conditions: tuple[Condition, ...]  # the programme's, then its own; all have to hold
    target: Chooser
    prices: Mapping[str, int]  # of the tariff that it goes by

    @property
    def id(self) -> str:
        return self.form.id

    @property
    def key(self) -> tuple[str, str]:
        return self.programme, self.form.id

    @property
    def gives(self) -> Gives:
        match self.form.effect:
            case Points():
                return Gives.POINTS
            case Voucher():
                return Gives.VOUCHER
            case PayAtMost():
                return Gives.FARE_CAP
            case _:
                return Gives.MONEY


@dataclass(frozen=True, slots=True)
class Funder:
    """Pays where its conditions hold."""

    code: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """One version of a programme, ready to decide."""

    code: str
    form: DefinitionForm
    rules: tuple[Rule, ...]
    funders: tuple[Funder, ...] = ()

    @property
    def caps(self) -> list[Cap]:
        return self.form.caps

    @property
    def counters(self) -> list[Counter]:
        return self.form.counters

    def answers(self, trigger: str) -> bool:
        return trigger in self.form.triggers


def read_definition(
    code: str, value: Mapping[str, Any], schema: FactSchema, *, features: Mapping[str, Any] = NO_FEATURES
) -> Programme:
    """`features` are the GeoJSON geometries of the features that the conditions name, by `<layer>/<code or id>`.

    Raises RuleError whose field is the path of what cannot stand, such as `rules.0.effect.cents`.
    """
    return _Reading(code, _form(value), schema, features).programme()


def counter_facts(form: DefinitionForm) -> Iterator[Fact]:
    """The counters of a programme as facts of its own conditions."""
    for counter in form.counters:
        paid = counter.counts == "paid-cents"
        yield Fact(
            name=f"{COUNTER}{counter.code}",
            kind=Kind.CENTS if paid else Kind.INTEGER,
            unit="" if paid else counter.counts.removesuffix("s"),
        )


def _form(value: Mapping[str, Any]) -> DefinitionForm:
    try:
        return DefinitionForm.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"]) or "definition"
        raise RuleError(path, first["msg"].removeprefix("Value error, ")) from error


@dataclass(frozen=True, slots=True)
class _Reading:
    code: str
    form: DefinitionForm
    schema: FactSchema
    features: Mapping[str, Any]

    def programme(self) -> Programme:
        self._check_triggers()
        shared = self._conditions(self.form.when, "when")
        rules = tuple(self._rule(rule, shared, f"rules.{place}") for place, rule in enumerate(self.form.rules))
        funders = tuple(
            Funder(funding.funder, self._conditions(funding.when, f"funders.{place}.when"))
            for place, funding in enumerate(self.form.funders)
        )
        return Programme(self.code, self.form, rules, funders)

    def _check_triggers(self) -> None:
        known = self.schema.fact("trigger", field="triggers").values
        for trigger in self.form.triggers:
            if trigger not in known:
                raise RuleError("triggers", f"“{trigger}” is none of {', '.join(known)}")

    def _rule(self, form: RuleForm, shared: tuple[Condition, ...], field: str) -> Rule:
        self._check_counter(form.effect, f"{field}.effect.counter")
        return Rule(
            self.code,
            form,
            shared + self._conditions(form.when, f"{field}.when"),
            read_target(form.target, field=f"{field}.target"),
            self._prices(form.effect, f"{field}.effect.tariff"),
        )

    def _conditions(self, value: dict[str, Any] | None, field: str) -> tuple[Condition, ...]:
        if value is None:
            return ()
        known = self.schema.with_facts(counter_facts(self.form))
        return (Condition(value, known, field=field, features=self.features),)

    def _check_counter(self, effect: Effect, field: str) -> None:
        """An effect that goes by a counter goes by one of the definition's own that counts the right thing."""
        wanted = {PayAtMost: "paid-cents", FreeQuantity: "units"}.get(type(effect))
        code = getattr(effect, "counter", None)
        if wanted is None or code is None:
            return
        fitting = [counter.code for counter in self.form.counters if counter.counts == wanted]
        if code not in fitting:
            raise RuleError(field, f"“{code}” is no counter of {wanted}; there are: {', '.join(fitting) or 'none'}")

    def _prices(self, effect: Effect, field: str) -> Mapping[str, int]:
        if not isinstance(effect, ByTariff):
            return {}
        tariffs = {tariff.code: tariff.prices for tariff in self.form.tariffs}
        if effect.tariff not in tariffs:
            raise RuleError(field, f"there is no tariff “{effect.tariff}”; there are: {', '.join(tariffs) or 'none'}")
        return tariffs[effect.tariff]
