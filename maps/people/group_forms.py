"""The form of a group: how it is made is a choice, and a rule is written in words that it names."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.grouping.rules import RuleRefused, as_json, as_text, read
from gis_platform.residents.models import Group
from gis_platform.residents.registers import QUESTIONS


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule is made of typed parts that all must hold, or written as CQL2 by those who know it."""

    asked = forms.ChoiceField(
        label=_("Register and question"),
        required=False,
        choices=[("", "—"), *((f"{name}/{one}", f"{name}: {one}") for name, of in QUESTIONS.items() for one in of)],
    )
    age_from = forms.IntegerField(label=_("Age from"), required=False, min_value=0, max_value=150)
    age_below = forms.IntegerField(label=_("Age below"), required=False, min_value=1, max_value=150)
    district = forms.CharField(label=_("Home district"), required=False, max_length=40)
    zone = forms.CharField(
        label=_("Area around the home"), required=False, max_length=60, help_text=_("Such as district/centre")
    )
    household_from = forms.IntegerField(label=_("People in the household from"), required=False, min_value=1)
    children_from = forms.IntegerField(label=_("Children in the household from"), required=False, min_value=1)
    rule_text = forms.CharField(
        label=_("Or the whole rule, as CQL2 text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("Such as: age >= 65 AND district = 'centre'"),
    )

    class Meta:
        model = Group
        fields = ("code", "name_lv", "name_lt", "name_en", "note", "made")
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True  # programmes name it
            if self.instance.register:
                self.initial["asked"] = f"{self.instance.register}/{self.instance.question}"
            self.initial.update(parts_of(self.instance.rule))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        made, group = values.get("made"), self.instance
        group.rule, group.register, group.question = None, "", ""
        if made == Group.Made.REGISTER:
            if not values.get("asked"):
                self.add_error("asked", _("Choose what the register is asked"))
            else:
                group.register, group.question = values["asked"].split("/")
        if made == Group.Made.RULE:
            self._read_rule(values)
        if not any(values.get(f"name_{language}") for language in ("lv", "lt", "en")):
            self.add_error("name_lv", _("A group needs a name"))
        return values

    def _read_rule(self, values: dict[str, Any]) -> None:
        try:
            rule = written_rule(values.get("rule_text", ""), values)
            read(rule)
        except RuleRefused as error:
            self.add_error("rule_text", str(error))
        else:
            self.instance.rule = rule


PARTS = {
    "age_from": (">=", "age"),
    "age_below": ("<", "age"),
    "district": ("=", "district"),
    "zone": ("a_contains", "zones"),
    "household_from": (">=", "household_size"),
    "children_from": (">=", "household_children"),
}


def written_rule(text: str, values: dict[str, Any]) -> Any:
    """CQL2 JSON of the text, else of the parts. Raises RuleRefused when there is neither."""
    if text.strip():
        return as_json(text.strip())
    tests = [
        {"op": op, "args": [{"property": name}, [values[part]] if op == "a_contains" else values[part]]}
        for part, (op, name) in PARTS.items()
        if values.get(part) not in (None, "")
    ]
    if not tests:
        raise RuleRefused(_("Give the rule at least one part"))
    return tests[0] if len(tests) == 1 else {"op": "and", "args": tests}


def parts_of(rule: Any) -> dict[str, Any]:
    """What the form shows of a rule: its parts where it is made of them alone, else its JSON."""
    if not rule:
        return {}
    tests = rule["args"] if rule.get("op") == "and" else [rule]
    found: dict[str, Any] = {}
    for part, (op, name) in PARTS.items():
        for test in tests:
            if test.get("op") == op and test.get("args", [None])[0] == {"property": name}:
                value = test["args"][1]
                found[part] = value[0] if isinstance(value, list) and value else value
    return found if len(found) == len(tests) else {"rule_text": as_text(rule)}
