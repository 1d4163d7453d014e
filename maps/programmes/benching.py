"""From the bench's form to a worked example: facts as a decision would gather them, lines, and what went before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from layers.merchants.models import Merchant
from layers.places.models import Place
from maps.programmes import bench_layout
from maps.programmes.inputs import Input, value_of
from maps.programmes.sheet import Sheet
from maps.programmes.wrong import Wrong
from rules.benefits.facts import Case, MerchantFacts, PlaceFacts, ResidentFacts, gather
from rules.benefits.named_features import published_geometry
from rules.engine.receipt import Line

AGE_MAX = 150
NOBODY = "example"


@dataclass(kw_only=True)
class Typed:
    """An example in the JSON form that versions keep, and sentences by field; `expects` when something is expected."""

    value: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    expects: bool = False


def example_of(sheet: Sheet, definition: dict[str, Any], *, name: str) -> Typed:
    typed = Typed()
    values = _values(bench_layout.bench(definition).inputs, sheet, "", typed.faults)
    lines = [
        _values(bench_layout.LINES.part.inputs, row, f"lines.{place}.", typed.faults)
        for place, row in sheet.kept("lines")
    ]
    further = _further(values.get("further"), typed.faults)
    place = _place(values.get("place"), typed.faults)
    if typed.faults:
        return typed
    bought = [_line(number, line) for number, line in enumerate(lines, start=1)]
    facts = gather(_case(values, bought, place)) | further
    discounts = {str(number): line["discount"] for number, line in enumerate(lines, start=1) if line["discount"]}
    typed.expects = any(line["discount"] is not None for line in lines) or values["points"] is not None
    example = {
        "name": name,
        "facts": facts,
        "lines": bought,
        "left": _prefixed(values, bench_layout.LEFT),
        "counters": _prefixed(values, bench_layout.BEFORE),
        "discounts": discounts,
        "points": values["points"],
    }
    typed.value = {"name": name} | {key: part for key, part in example.items() if part}
    return typed


def _values(inputs: tuple[Input, ...], sheet: Sheet, prefix: str, faults: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in inputs:
        values[one.name] = None
        try:
            values[one.name] = value_of(one.kind, sheet.texts.get(one.name, []))
        except Wrong as wrong:
            faults[f"{prefix}{one.name}"] = str(wrong)
            continue
        if values[one.name] is None and one.needed:
            faults[f"{prefix}{one.name}"] = _("This is needed.")
    return values


def _case(values: Mapping[str, Any], lines: list[dict[str, Any]], place: PlaceFacts | None) -> Case:
    day, minute = date.fromisoformat(values["day"]), values["time"] % (24 * 60)
    at = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=settings.CITY.time_zone)
    merchant = values["merchant"] or values["merchant_kind"] or values["merchant_groups"]
    return Case(
        trigger=values["trigger"] or "receipt",
        at=at,
        resident=ResidentFacts(
            handle=NOBODY,
            birth_date=_born(values["age"], day),
            home_district=values["district"] or "",
            groups=frozenset(values["groups"] or ()),
            household_size=values["people"] or 1,
            household_children=values["children"] or 0,
        ),
        place=place,
        shop=_merchant(values) if merchant else None,
        lines=tuple(Line(**line) for line in lines),
    )


def _born(age: int | None, day: date) -> date | None:
    """The first of January of the year in which somebody of that age was born."""
    return None if age is None else date(day.year - min(age, AGE_MAX), 1, 1)


def _merchant(values: Mapping[str, Any]) -> MerchantFacts:
    code = values["merchant"] or ""
    known = Merchant.objects.filter(code=code).values_list("category", flat=True).first()
    return MerchantFacts(
        code=code,
        category=values["merchant_kind"] or known or "",
        groups=frozenset(values["merchant_groups"] or ()),
    )


def _place(name: str | None, faults: dict[str, str]) -> PlaceFacts | None:
    """The place by its reference; of another layer's point only the position counts."""
    if not name:
        return None
    layer, _slash, key = name.partition("/")
    place = Place.objects.filter(code=key).first() if layer == "places" else None
    if place is None and layer == "places" and key.isdecimal() and len(key) < 18:
        place = Place.objects.filter(pk=int(key)).first()
    if place is not None:
        return PlaceFacts.of(place)
    geometry = published_geometry(name)
    if geometry is None or geometry["type"] != "Point":
        faults["place"] = _("There is no such place.")
        return None
    longitude, latitude = geometry["coordinates"][:2]
    return PlaceFacts(position=(longitude, latitude))


def _further(text: str | None, faults: dict[str, str]) -> dict[str, Any]:
    if not text:
        return {}
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        faults["further"] = _("This is no JSON object of facts by name.")
        return {}
    return facts


def _line(number: int, line: Mapping[str, Any]) -> dict[str, Any]:
    value = {
        "id": str(number),
        "category": line["category"],
        "amount_cents": line["amount"],
        "quantity": line["quantity"],
    }
    return value | ({"gtin": line["gtin"][0]} if line["gtin"] else {})


def _prefixed(values: Mapping[str, Any], prefix: str) -> dict[str, int]:
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix) and value is not None
    }
