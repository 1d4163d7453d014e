"""Worked examples as a page shows them: what was given, what comes out, why, and what was expected instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from gis_platform.core import money
from gis_platform.core.errors import CityError
from gis_platform.core.languages import active_language
from rules.benefits.activation import compiled_version
from rules.benefits.examples import Example
from rules.benefits.facts import NAMES
from rules.benefits.models import Programme, ProgrammeVersion
from rules.benefits.naming import names
from rules.benefits.rehearsing import Rehearsal, read_example, rehearse
from rules.engine.messages import LANGUAGES, MESSAGES
from rules.engine.outcome import Outcome
from rules.engine.wording import Told, Wording, tree


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    id: str
    category: str
    quantity: int
    amount: str
    discount: str
    to_pay: str
    expected: str  # "" where it is what comes out


@dataclass(frozen=True, kw_only=True)
class Shown:
    """`refusal` is set instead of all that comes out when the example cannot be."""

    place: int
    name: str
    holds: bool = False
    lines: list[PricedLine] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    outcome: Outcome | None = None
    vouchers: str = ""
    used: list[tuple[str, str]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    refusal: str = ""


def shown(version: ProgrammeVersion) -> list[Shown]:
    """All examples of a version."""
    return [one_shown(version, value, place) for place, value in enumerate(version.examples)]


def one_shown(version: ProgrammeVersion, value: Mapping[str, Any], place: int = 0) -> Shown:
    name = str(value.get("name", ""))
    try:
        found = rehearse(compiled_version(version), read_example(value))
    except CityError as error:
        return Shown(place=place, name=name, refusal=str(error.detail))
    return _shown(version, found, place)


def _shown(version: ProgrammeVersion, found: Rehearsal, place: int) -> Shown:
    outcome, example = found.outcome, found.example
    off = outcome.cents_by_line()
    units = {cap["code"]: cap["unit"] for cap in version.definition.get("caps", [])}
    return Shown(
        place=place,
        name=example.name,
        holds=found.holds,
        lines=[_line(line, off, example) for line in example.lines],
        differences=[_difference(one.what, one.expected, one.found) for one in found.differences],
        outcome=outcome,
        vouchers=_euros(sum(voucher.cents for voucher in outcome.vouchers)) if outcome.vouchers else "",
        used=[(cap, _amount(count, units.get(cap, ""))) for (_code, cap), count in outcome.usage.items()],
        told=tree(outcome.explanations, _wording(version.programme)),
    )


def _line(line: Mapping[str, Any], off: Mapping[str, int], example: Example) -> PricedLine:
    found, expected = off.get(line["id"], 0), example.discounts.get(line["id"], 0)
    return PricedLine(
        id=line["id"],
        category=line["category"],
        quantity=line.get("quantity", 1),
        amount=_euros(line["amount_cents"]),
        discount=_euros(found),
        to_pay=_euros(line["amount_cents"] - found),
        expected="" if expected == found else _euros(expected),
    )


def _difference(what: str, expected: int | str, found: int | str) -> str:
    kind, _dot, part = what.partition(".")
    if kind == "discounts":
        sentence = _("Line {part}: {expected} off were expected, {found} come out.")
        return sentence.format(part=part, expected=_euros(int(expected)), found=_euros(int(found)))
    titles = {
        "points": _("points"),
        "used": _("used of the limit {part}").format(part=part),
        "counted": _("counted by {part}").format(part=part),
        "voucher_cents": _("voucher, cents"),
        "funder": _("who pays"),
        "verdict": _("what becomes of the rules"),
    }
    return _("{what}: {expected} expected, {found} comes out.").format(
        what=titles.get(kind, what), expected=expected, found=found
    )


def _amount(count: int, unit: str) -> str:
    return _euros(count) if unit == "cents" else str(count)


def _euros(cents: int) -> str:
    return money.display(cents, language=active_language())


def _wording(programme: Programme) -> Wording:
    language = active_language()
    place = LANGUAGES.index(language)
    words = dict(MESSAGES[language]) | {f"fact.{name}": texts[place] for name, texts in NAMES.items()}
    return Wording(
        words=words.__getitem__, programmes={programme.code: programme.name}, money=_euros, names=names(language)
    )
