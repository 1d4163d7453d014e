"""What the city knows and the form offers: groups, districts, kinds, triggers, numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import active_language, text_of
from gis_platform.residents.models import Group
from layers.boundaries.models import Boundary
from layers.merchants.models import Merchant, MerchantGroup
from layers.places.models import Place
from maps.programmes.sheet import Sheet
from rules.benefits.facts import NAMES, SCHEMA
from rules.benefits.models import Programme
from rules.engine.definition import COUNTER
from rules.engine.facts import Kind as FactKind
from rules.engine.messages import LANGUAGES

type Options = list[tuple[str, str]]

NOT_OFFERED = frozenset({"weekday", "time", "resident.age", "place.id", "check_in.place"})  # they have better inputs
TRIGGERS: Mapping[str, object] = {
    "receipt": _("a receipt at a till"),
    "check-in": _("a check-in at a smart place"),
    "identification": _("an identification"),
    "zone-entered": _("entering a zone"),
    "sensor-alarm": _("a sensor's alarm"),
    "date": _("a date"),
}
MONEY_FACTS = frozenset(fact.name for fact in SCHEMA if fact.kind is FactKind.CENTS)


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Lists by name, values with titles in the reader's language."""

    lists: Mapping[str, Options] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Options:
        return self.lists.get(name, [])


def sources(sheet: Sheet) -> Sources:
    """With the counters and tariffs that the sheet itself names."""
    counters = _codes(sheet, "counters")
    return Sources(
        lists={
            "groups": _named(Group.objects.all()),
            "districts": _named(Boundary.objects.exclude(code="")),
            "place-kinds": [(value, str(title)) for value, title in Place.Category.choices],
            "merchant-kinds": [(value, str(title)) for value, title in Merchant.Category.choices],
            "merchant-groups": _named(MerchantGroup.objects.all()),
            "triggers": [(code, str(TRIGGERS.get(code, code))) for code in SCHEMA.fact("trigger", field="").values],
            "numbers": _numbers(counters),
            "counters": [(code, code) for code in counters],
            "tariffs": [(code, code) for code in _codes(sheet, "tariffs")],
            "funders": [(code, code) for code in _funders()],
        }
    )


def _named(rows: Iterable[Model]) -> Options:
    return sorted(
        ((code := getattr(row, "code", ""), text_of(row, "name") or code) for row in rows), key=lambda o: o[1]
    )


def _numbers(counters: list[str]) -> Options:
    place = LANGUAGES.index(active_language())
    facts = [
        (fact.name, NAMES[fact.name][place])
        for fact in SCHEMA
        if fact.kind in (FactKind.INTEGER, FactKind.CENTS) and fact.name not in NOT_OFFERED
    ]
    return [("", "—"), *((f"{COUNTER}{code}", str(_("counter")) + f" {code}") for code in counters), *facts]


def _codes(sheet: Sheet, name: str) -> list[str]:
    return [code for _place, row in sheet.kept(name) if (code := row.text("code"))]


def _funders() -> list[str]:
    return sorted(set(Programme.objects.values_list("funder", flat=True)[:1_000]))
