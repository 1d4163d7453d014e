"""What stands above a definition: the programme with its legal act, and the days of the version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maps.programmes.inputs import Input, Kind, texts_of, value_of
from maps.programmes.sheet import Part, Sheet
from maps.programmes.wrong import Wrong
from rules.benefits.models import Programme, ProgrammeVersion

LENGTHS = {"name_lv": 200, "name_lt": 200, "name_en": 200, "legal_act": 300, "legal_number": 60}

PROGRAMME = Part(
    inputs=(
        Input(
            name="code",
            kind=Kind.CODE,
            title=gettext_lazy("Code of the programme"),
            needed=True,
            help=gettext_lazy("Small letters, digits, hyphens; it stays as it is."),
        ),
        Input(name="name_lv", kind=Kind.TEXT, title=gettext_lazy("Name in Latvian")),
        Input(name="name_lt", kind=Kind.TEXT, title=gettext_lazy("Name in Lithuanian")),
        Input(name="name_en", kind=Kind.TEXT, title=gettext_lazy("Name in English")),
        Input(
            name="legal_act",
            kind=Kind.TEXT,
            title=gettext_lazy("Legal act"),
            help=gettext_lazy("Needed before a version can be submitted, with number and date."),
        ),
        Input(name="legal_number", kind=Kind.TEXT, title=gettext_lazy("Number of the act")),
        Input(name="legal_date", kind=Kind.DATE, title=gettext_lazy("Date of the act")),
        Input(
            name="funder",
            kind=Kind.CODE,
            title=gettext_lazy("Funder"),
            needed=True,
            source="funders",
            help=gettext_lazy("Who pays."),
        ),
    )
)
VALIDITY = Part(
    inputs=(
        Input(name="first_day", kind=Kind.DATE, title=gettext_lazy("First day"), needed=True),
        Input(
            name="last_day",
            kind=Kind.DATE,
            title=gettext_lazy("Last day"),
            help=gettext_lazy("Included; empty: until further notice."),
        ),
    )
)


@dataclass(frozen=True, kw_only=True)
class Typed:
    values: dict[str, Any]
    faults: dict[str, str]


def typed(part: Part, sheet: Sheet) -> Typed:
    """The values by name, with sentences beside those that cannot be."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in part.inputs:
        try:
            values[one.name] = value_of(one.kind, sheet.texts.get(one.name, []))
        except Wrong as wrong:
            faults[one.name] = str(wrong)
            continue
        if values[one.name] is None and one.needed:
            faults[one.name] = _("This is needed.")
        elif len(str(values[one.name] or "")) > LENGTHS.get(one.name, 1_000):
            faults[one.name] = _("At most {most} characters.").format(most=LENGTHS[one.name])
    return Typed(values=values, faults=faults)


def fields_of_programme(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the model: texts are never null, the date is a day."""
    day = values.get("legal_date")
    texts = {name: value or "" for name, value in values.items()}
    return texts | {"legal_date": date.fromisoformat(day) if day else None}


def days_of(values: Mapping[str, Any]) -> tuple[date, date | None]:
    """The first day, and the day after the last. Raises Wrong when they are the wrong way round."""
    first, last = (date.fromisoformat(day) if (day := values.get(name)) else None for name in ("first_day", "last_day"))
    assert first is not None, "the first day is needed"
    if last is not None and last < first:
        raise Wrong(_("The last day is before the first."))
    return first, None if last is None else last + timedelta(days=1)


def sheet_of_programme(programme: Programme) -> Sheet:
    values = {one.name: getattr(programme, one.name) for one in PROGRAMME.inputs}
    return Sheet(texts={one.name: texts_of(one.kind, values[one.name]) for one in PROGRAMME.inputs})


def sheet_of_validity(version: ProgrammeVersion) -> Sheet:
    last = last_day(version)
    return Sheet(
        texts={"first_day": [version.effective.lower.isoformat()], "last_day": [last.isoformat()] if last else []}
    )


def last_day(version: ProgrammeVersion) -> date | None:
    """None where it has no end."""
    end: date | None = version.effective.upper
    return None if end is None else end - timedelta(days=1)
