"""The form of a suspension: exceptions are chosen by group, age and district, and written as conditions."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models import Group
from maps.programmes.analysis_map import names_of_districts
from rules.benefits.models import Override, Programme

EXCEPTIONS = 3  # rows of the form; an import by the service may have more
AGE_MAX = 130


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SuspensionForm(forms.Form):
    legal_act = forms.CharField(label=_("Legal act"), max_length=300)
    legal_number = forms.CharField(label=_("Number of the act"), max_length=60)
    legal_date = forms.DateField(label=_("Date of the act"), widget=DayInput())
    first_day = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), widget=DayInput(), help_text=_("Included. It ends by itself."))
    programmes = forms.MultipleChoiceField(
        label=_("Programmes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them, also those that are still to come."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programmes"].choices = [(one.code, one.name) for one in Programme.objects.all()]  # type: ignore[attr-defined]


class ExceptionForm(forms.Form):
    """One row; left without a last day, there is no such exception."""

    groups = forms.MultipleChoiceField(
        label=_("In one of these groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    age_min = forms.IntegerField(label=_("Age from"), required=False, min_value=0, max_value=AGE_MAX)
    age_max = forms.IntegerField(label=_("Age up to"), required=False, min_value=0, max_value=AGE_MAX)
    district = forms.ChoiceField(label=_("Living in"), required=False)
    last_day = forms.DateField(
        label=_("Last day for them"),
        required=False,
        widget=DayInput(),
        help_text=_("The day before the first one: never suspended for them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = [(one.code, str(one)) for one in Group.objects.all()]  # type: ignore[attr-defined]
        districts = sorted(names_of_districts().items(), key=lambda pair: pair[1])
        self.fields["district"].choices = [("", _("anywhere")), *districts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = any(cleaned.get(name) not in (None, "", []) for name in ("groups", "age_min", "age_max", "district"))
        if chosen and not cleaned.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Say on which day the suspension ends for them."))
        if cleaned.get("last_day") and not chosen:
            self.add_error("groups", _("Say for whom the suspension ends on that day."))
        low, high = cleaned.get("age_min"), cleaned.get("age_max")
        if low is not None and high is not None and high < low:
            self.add_error("age_max", _("The age up to is below the age from."))
        return cleaned

    def exception(self) -> dict[str, Any] | None:
        values = self.cleaned_data
        if not values.get("last_day"):
            return None
        return {"when": condition(values), "end_day": (values["last_day"] + timedelta(days=1)).isoformat()}


def condition(values: Mapping[str, Any]) -> dict[str, Any]:
    """The choices as one condition, all of which have to hold."""
    parts: list[dict[str, Any]] = []
    if values.get("groups"):
        parts.append(_op("a_overlaps", "resident.groups", sorted(values["groups"])))
    if values.get("age_min") is not None:
        parts.append(_op(">=", "resident.age", values["age_min"]))
    if values.get("age_max") is not None:
        parts.append(_op("<=", "resident.age", values["age_max"]))
    if values.get("district"):
        parts.append(_op("=", "resident.district", values["district"]))
    return parts[0] if len(parts) == 1 else {"op": "and", "args": parts}


def choices_of(when: Mapping[str, Any]) -> dict[str, Any] | None:
    """The choices that give this condition; None for one that the form could not have written."""
    parts = when["args"] if when.get("op") == "and" else [when]
    found: dict[str, Any] = {}
    names = {("a_overlaps", "resident.groups"): "groups", (">=", "resident.age"): "age_min",
             ("<=", "resident.age"): "age_max", ("=", "resident.district"): "district"}  # fmt: skip
    for part in parts:
        match part:
            case {"op": str(op), "args": [{"property": str(fact)}, value]} if (op, fact) in names:
                found[names[op, fact]] = value
            case _:
                return None
    return found if condition(found) == when else None


def typed_from(override: Override) -> dict[str, Any]:
    """What the form of a draft begins with."""
    return {
        "legal_act": override.legal_act,
        "legal_number": override.legal_number,
        "legal_date": override.legal_date,
        "first_day": override.first_day,
        "last_day": override.end_day - timedelta(days=1),
        "programmes": override.programmes,
    }


def typed_exceptions(override: Override) -> list[dict[str, Any]] | None:
    """None where an exception is not of the form's kind, so that the form would lose it."""
    rows = []
    for one in override.exceptions:
        choices = choices_of(one["when"])
        if choices is None:
            return None
        rows.append(choices | {"last_day": date.fromisoformat(one["end_day"]) - timedelta(days=1)})
    return rows


def values_of(form: SuspensionForm, exceptions: list[ExceptionForm]) -> dict[str, Any]:
    """As the service reads them."""
    values = dict(form.cleaned_data)
    last: date = values.pop("last_day")
    found = [row for one in exceptions if (row := one.exception()) is not None]
    return values | {"end_day": last + timedelta(days=1), "exceptions": found}


def _op(op: str, fact: str, value: Any) -> dict[str, Any]:
    return {"op": op, "args": [{"property": fact}, value]}
