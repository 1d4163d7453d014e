"""The form as a page shows it: sections of fields and rows, each with its texts, its offers and its fault."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maps.programmes import layout
from maps.programmes.inputs import Input, Kind, Text
from maps.programmes.sheet import Part, Repeat, Sheet
from maps.programmes.sources import Sources

ROW_TITLES = {"rules": "id", "counters": "code", "tariffs": "code", "caps": "code", "funders": "funder"}


@dataclass(frozen=True, kw_only=True)
class Option:
    value: str
    title: Text
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Field:
    """`classes` says under which choices it counts, for the style sheet; all are there without it."""

    name: str
    input: Input
    texts: list[str]
    options: list[Option]
    error: str
    classes: str

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")

    @property
    def text(self) -> str:
        return next(iter(self.texts), "")

    @property
    def described_by(self) -> str:
        parts = [("help", self.input.help), ("error", self.error)]
        return " ".join(f"{self.id}-{part}" for part, said in parts if said)


@dataclass(frozen=True, kw_only=True)
class Row:
    address: str
    number: int
    title: str
    removed: bool
    sections: list["Section"]


@dataclass(frozen=True, kw_only=True)
class Rows:
    address: str
    repeat: Repeat
    rows: list[Row]
    error: str
    classes: str

    @property
    def id(self) -> str:
        return "f-" + self.address.replace(".", "-")

    @property
    def is_large(self) -> bool:
        """Whether a row is a form of its own rather than a line."""
        return self.repeat.name in ("rules", "tariffs", "funders")

    @property
    def is_own_section(self) -> bool:
        return "." not in self.address

    @property
    def may_add(self) -> bool:
        return len(self.rows) < self.repeat.rows_max


@dataclass(frozen=True, kw_only=True)
class Section:
    """`title` is empty where it needs none; one that folds is open when something stands in it."""

    title: Text = ""
    name: str = ""
    fields: list[Field] = field(default_factory=list)
    repeats: list[Rows] = field(default_factory=list)
    folds: bool = False

    @property
    def filled(self) -> int:
        typed = sum(1 for one in self.fields if any(one.texts))
        return typed + sum(len([row for row in rows.rows if not row.removed]) for rows in self.repeats)

    @property
    def wrong(self) -> bool:
        return any(one.error for one in self.fields) or any(
            rows.error or any(section.wrong for row in rows.rows for section in row.sections) for rows in self.repeats
        )


# Sections of a part: title, the start or the full names of its inputs, its repeats, whether it folds.
CONDITION_SECTIONS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    (
        "who",
        gettext_lazy("Who"),
        ("when.age_from", "when.age_to", "when.any_group", "when.all_groups", "when.no_group", "when.districts"),
    ),
    (
        "where",
        gettext_lazy("Where"),
        (
            *("when.places", "when.place_kinds", "when.merchants", "when.merchant_kinds", "when.merchant_groups"),
            *("when.areas", "when.near"),
        ),
    ),
    ("when", gettext_lazy("When"), ("when.week", "when.periods")),
    ("further", gettext_lazy("Counters and further conditions"), ("when.numbers", "when.further")),
)


@dataclass(frozen=True)
class Showing:
    faults: Mapping[str, str]
    sources: Sources

    def fields(self, part: Part, sheet: Sheet, prefix: str = "") -> list[Field]:
        return [self._field(one, sheet, prefix) for one in part.inputs]

    def part(self, part: Part, sheet: Sheet, prefix: str = "") -> list[Section]:
        """The inputs that belong to no section first, then the sections of a condition and of a rule."""
        fields = {one.input.name: one for one in self.fields(part, sheet, prefix)}
        repeats = {repeat.name: self.rows(repeat, sheet, prefix) for repeat in part.repeats}
        taken: set[str] = set()
        sections = list(self._sections(fields, repeats, taken))
        own = [one for name, one in fields.items() if name not in taken]
        rest = [rows for name, rows in repeats.items() if name not in taken]
        plain = [Section(fields=own, repeats=rest, name="plain")] if own or rest else []
        return plain + sections

    def _sections(self, fields: dict[str, Field], repeats: dict[str, Rows], taken: set[str]) -> Iterator[Section]:
        for name, title, parts in (*CONDITION_SECTIONS, *self._of_rule(fields)):
            found = [fields[part] for part in parts if part in fields]
            rows = [repeats[part] for part in parts if part in repeats]
            if found or rows:
                taken.update(parts)
                folds = name in ("who", "where", "when", "further", "group")
                yield Section(title=title, name=name, fields=found, repeats=rows, folds=folds)

    def _of_rule(self, fields: dict[str, Field]) -> Iterator[tuple[str, Text, tuple[str, ...]]]:
        yield "target", _("For what"), (*(name for name in fields if name.startswith("target.")), "target.parts")
        yield "effect", _("What is given"), tuple(name for name in fields if name.startswith("effect."))
        if "group.code" in fields:
            yield "group", _("With which other rules it competes"), ("group.code", "group.mode", "priority")

    def rows(self, repeat: Repeat, sheet: Sheet, prefix: str = "") -> Rows:
        address = f"{prefix}{repeat.name}"
        rows = [
            Row(
                address=f"{address}.{place}",
                number=place + 1,
                title=row.text(ROW_TITLES.get(repeat.name, "")),
                removed=row.removed,
                sections=self.part(repeat.part, row, f"{address}.{place}."),
            )
            for place, row in enumerate(sheet.rows.get(repeat.name, []))
        ]
        return Rows(
            address=address,
            repeat=repeat,
            rows=rows,
            error=self.faults.get(address, ""),
            classes=_classes(repeat),
        )

    def _field(self, one: Input, sheet: Sheet, prefix: str) -> Field:
        name, texts = f"{prefix}{one.name}", sheet.texts.get(one.name, [])
        return Field(
            name=name,
            input=one,
            texts=texts,
            options=self._options(one, texts),
            error=self.faults.get(name, ""),
            classes=_classes(one),
        )

    def _options(self, one: Input, texts: list[str]) -> list[Option]:
        """What is chosen stays among the choices, also when the city knows it no more."""
        offered: list[tuple[str, Any]] = [*one.choices, *(self.sources[one.source] if one.source else [])]
        if one.kind in (Kind.CHOICE, Kind.CHOICES):
            known = {value for value, _title in offered}
            offered += [(text, text) for text in texts if text and text not in known]
        options = [Option(value=value, title=title, chosen=value in texts) for value, title in offered]
        # A long list scrolls: what is chosen has to be in sight.
        return (
            sorted(options, key=lambda option: not option.chosen)
            if one.kind is Kind.CHOICES and one.source
            else options
        )


def _classes(one: Input | Repeat) -> str:
    return "" if one.only is None else " ".join(["of", *(f"of-{value}" for value in one.only[1])])


def definition_rows(showing: Showing, sheet: Sheet, name: str) -> Rows:
    repeat = next(one for one in layout.DEFINITION.repeats if one.name == name)
    return showing.rows(repeat, sheet)
